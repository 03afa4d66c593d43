"""Plain English for the values of a plan."""
