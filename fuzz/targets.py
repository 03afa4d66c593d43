"""The fuzz targets: each takes bytes, and raises only for a defect."""

from __future__ import annotations

from collections.abc import Callable

from fuzz import calendars, living, many, phone, plans, shell

TARGETS: dict[str, Callable[[bytes], None]] = {
    "words": plans.words,
    "plan": plans.plan,
    "course": plans.course,
    "texts": plans.texts,
    "config": plans.config,
    "amend": living.amend,
    "busy": calendars.busy,
    "remote": calendars.remote,
    "request": phone.request,
    "batch": many.batch,
    "argv": shell.argv,
}
