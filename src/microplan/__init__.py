"""Plan microneedling sessions: a start date and a pace become dated, explained appointments."""

__version__ = "0.1.0"
