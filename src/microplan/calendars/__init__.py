"""Other calendars: holidays, busy calendars, CalDAV."""
