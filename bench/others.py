"""The six sessions of the bench for other programs: events for khal, tasks for todoman."""

from __future__ import annotations

import re
from pathlib import Path

KHAL = "-c khal.conf list 2026-12-01 200d"
TODOMAN = "list"
TODOMAN_CONFIG = "todoman.py"

KHAL_CONF = """\
[sqlite]
path = {folder}/khal.db
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Paris
default_timezone = Europe/Paris
[calendars]
[[sessions]]
path = {events}
readonly = True
"""
TODOMAN_PY = """\
path = "{folder}/tasks/*"
cache_path = "{folder}/todoman.db"
date_format = "%Y-%m-%d"
time_format = "%H:%M"
default_list = "sessions"
"""
TASK = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//bench//EN
BEGIN:VTODO
UID:{uid}
DTSTAMP:20261101T000000Z
SUMMARY:{summary}
DUE;TZID=Europe/Paris:{due}
STATUS:NEEDS-ACTION
END:VTODO
END:VCALENDAR
"""


def furnish(folder: Path, events: Path) -> None:
    """Write the settings of both programs, and a task for each file in ``events``."""
    (folder / "khal.conf").write_text(KHAL_CONF.format(folder=folder, events=events))
    (folder / TODOMAN_CONFIG).write_text(TODOMAN_PY.format(folder=folder))
    tasks = folder / "tasks" / "sessions"
    tasks.mkdir(parents=True)
    for path in sorted(events.glob("*.ics")):
        event = path.read_text(encoding="utf-8").partition("BEGIN:VEVENT")[2]
        found = {name: re.search(rf"^{name}\b.*?:(.+)$", event, re.MULTILINE) for name in NAMES}
        fields = {key: match[1].strip() for name, key in NAMES.items() if (match := found[name])}
        (tasks / path.name).write_text(TASK.format(**fields), encoding="utf-8")


NAMES = {"UID": "uid", "SUMMARY": "summary", "DTSTART": "due"}
"""The properties that tasks share with events, and their names in ``TASK``."""
