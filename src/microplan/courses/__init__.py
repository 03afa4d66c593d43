"""Published courses, sets of care, and what is said about safety."""
