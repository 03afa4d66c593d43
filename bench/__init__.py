"""Measures what ``microplan`` promises about its speed; ``python -m bench`` prints one table."""
