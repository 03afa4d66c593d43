"""The plan as JSON: one document, or one line for each session (``docs/design.md``, section 9)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from microplan import echo
from microplan.formats import Subject
from microplan.formats.records import care_records, records
from microplan.model import VERSION


def content(subject: Subject) -> dict[str, object]:
    """Make the document of a plan; fields are only ever added to it."""
    plan, sessions = subject.plan, subject.sessions
    return {
        "microplan": VERSION,
        "id": plan.id,
        "title": plan.title,
        "protocol": plan.protocol or None,
        "created": f"{plan.created:%Y-%m-%dT%H:%M:%SZ}",
        "tz": plan.rules.tz,
        "rules": plan.rules.words(),
        "sentence": echo.sentence(plan, sessions),
        "sessions": list(records(plan, sessions)),
        "care": list(care_records(plan, sessions)),
    }


def document(subject: Subject) -> Iterator[str]:
    """Write the document, in ASCII so that no encoding on its way can change it."""
    yield f"{json.dumps(content(subject), indent=2)}\n"


def lines(subject: Subject) -> Iterator[str]:
    """Write a line for each session, which also carries the plan's id, title and zone."""
    plan = subject.plan
    head = {"id": plan.id, "title": plan.title, "tz": plan.rules.tz}
    say = care_records if subject.with_care else records
    for record in say(plan, subject.sessions):
        yield f"{json.dumps(head | record)}\n"
