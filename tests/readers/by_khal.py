"""khal's list of a folder for each calendar: one file an event, as ``export --split`` leaves them.

Times are asked for in UTC. Between fields stand characters that no calendar file holds.
"""

import re
import subprocess
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

FIELD, END = "\x1f", "\x1e"
FIELDS = ("calendar", "uid", "start-long", "end-long", "title", "description", "location", "status")
FORMAT = FIELD.join(f"{{{field}}}" for field in FIELDS) + END
FROM, LENGTH = "2026-11-01", "500d"
"""The days it lists."""
CONFIG = """
[sqlite]
path = {folder}/khal.db
[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%SZ
longdatetimeformat = %Y-%m-%dT%H:%M:%SZ
local_timezone = UTC
default_timezone = UTC
[calendars]
"""


def read(calendars):
    with TemporaryDirectory() as folder:
        numbers = {f"c{number}": name for number, name in enumerate(calendars)}
        for number, name in numbers.items():
            split(calendars[name], Path(folder, number))
        listed = ask(Path(folder), numbers)
    found = {name: [] for name in calendars}
    for line in listed.split(END)[:-1]:
        number, *fields = line.lstrip("\n").split(FIELD)
        found[numbers[number]].append(entry(*fields))
    return found


def split(text, folder):
    folder.mkdir()
    head, *_ = text.partition("BEGIN:VEVENT")
    for number, event in enumerate(re.findall(r"(?s)BEGIN:VEVENT.*?END:VEVENT\r\n", text)):
        Path(folder, f"{number}.ics").write_bytes(f"{head}{event}END:VCALENDAR\r\n".encode())


def ask(folder, numbers):
    config = folder / "khal.conf"
    places = "".join(f"[[{number}]]\npath = {folder / number}\n" for number in numbers)
    config.write_text(CONFIG.format(folder=folder) + places)
    return subprocess.run(
        ["khal", "-c", config, "list", "--once", "--day-format", "", "--format", FORMAT,
         FROM, LENGTH],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout  # fmt: skip


def entry(uid, start, end, *texts):
    """Its last day of several is included; a status, the last of the texts, has a blank behind it."""
    if "T" not in end:
        end = str(date.fromisoformat(end) + timedelta(days=1))
    *texts, status = texts
    return (uid, start, end, *texts, status.removesuffix(" "), ())
