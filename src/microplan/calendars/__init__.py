"""Reads other calendars: public holidays, busy calendars, and CalDAV servers."""
