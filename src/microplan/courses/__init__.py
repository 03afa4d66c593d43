"""Published courses, sets of care, and safety statements."""
