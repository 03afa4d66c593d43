"""Calendars that went out: what is served, what is remembered of it, and what is kept up to date."""
