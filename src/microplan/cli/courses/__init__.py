"""Published courses: finds the chosen one, lists all, and prints each in full."""
