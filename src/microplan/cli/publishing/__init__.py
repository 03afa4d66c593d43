"""Shared and published calendars: serves them, records them, and keeps them up to date."""
