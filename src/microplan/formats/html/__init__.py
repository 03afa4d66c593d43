"""A plan as an HTML page."""
