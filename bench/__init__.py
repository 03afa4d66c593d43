"""Measures the speed that ``microplan`` promises; ``python -m bench`` prints one table."""
