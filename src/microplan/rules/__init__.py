"""The rule language: text to values, and back."""
