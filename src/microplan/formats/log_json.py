"""The log, entry by entry, as plain values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

import msgspec

from microplan.amendments import entry_commands
from microplan.model import log
from microplan.model.entries import (
    Amendment,
    Closed,
    Compared,
    Done,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import Plan
from microplan.scheduling.filed_plans import FiledPlan
from microplan.storage import plan_file

Record = dict[str, object]


def document(plans: Sequence[FiledPlan]) -> Record:
    """Build the document of one or more logs, with the same structure for any number."""
    return {"plans": [_of_plan(filed) for filed in plans]}


def _of_plan(filed: FiledPlan) -> Record:
    plan = filed.scheduled.plan
    return {
        "id": plan.id,
        "title": log.title_in_force(plan),
        "file": filed.file,
        "log": entries(plan),
    }


def entries(plan: Plan) -> list[Record]:
    """List the entries of a log: their number from 1, whether they're in force, and their content."""
    undone = {entry.entry for entry in plan.log if isinstance(entry, Undone)}
    return [
        {
            "entry": number,
            "recorded": instant(entry.recorded),
            "undone": number in undone,
            "command": entry_commands.spell(entry),
            "note": entry.note,
            **_fields(entry),
        }
        for number, entry in enumerate(plan.log, 1)
    ]


def history(plan: Plan) -> Record:
    """Return the history in a plan's document: log, photos, plan file and revisions."""
    return {
        "log": entries(plan),
        "photos": [photo(taken) for taken in log.photos(plan)],
        "plan_file": plan_file.dump(plan),
        **_revised(plan),
    }


def _revised(plan: Plan) -> Record:
    """List the rule words that were revised, each with the first session it applies to."""
    in_force = (entry for entry in log.in_force(plan.log) if isinstance(entry, Revised))
    changed = [{"from": entry.session, "rules": entry.given} for entry in in_force if entry.words]
    return {"revisions": changed} if changed else {}


def photo(taken: Photo) -> Record:
    """Convert a photo: its view, its day and its file."""
    return {
        "view": taken.view,
        "on": taken.on.isoformat(),
        "path": taken.path,
        "digest": taken.digest,
        "note": taken.note,
    }


def instant(value: datetime) -> str:
    """Write an instant in UTC, in whole seconds (RFC 3339)."""
    return f"{value.replace(tzinfo=None).isoformat()}Z"


def _hour(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _fields(entry: Amendment) -> Record:  # noqa: PLR0911 - one case for each kind of entry
    """Convert the content of an entry, under the name of its kind in a plan file."""
    match entry:
        case Done():
            went: Record = {
                "at": _hour(entry.at),
                "depth": entry.depth,
                "device": entry.device,
                "reaction": entry.reaction,
            }
            return {"kind": "done", "session": entry.session, "on": entry.on.isoformat(), **went}
        case Moved():
            to = None if entry.to is None else entry.to.isoformat()
            where: Record = {"to": to, "at": _hour(entry.at), "only": entry.only}
            return {"kind": "moved", "session": entry.session, **where}
        case Skipped():
            more = {"extend": entry.extend, "no_show": entry.no_show}
            return {"kind": "skipped", "session": entry.session, **more}
        case Closed():
            closures = [{"days": str(item.days), "reason": item.reason} for item in entry.closures]
            return {"kind": "closed", "closed": closures}
        case Opened():
            return {"kind": "opened", "opened": [str(days) for days in entry.days]}
        case Revised():
            care = [f"{item.kind} {item}" for item in entry.care]
            words = {"rules": entry.given, "care": care, "title": entry.title or None}
            return {"kind": "revised", "session": entry.session, **words}
        case Photo():
            taken = {"view": entry.view, "on": entry.on.isoformat(), "digest": entry.digest}
            return {"kind": "photo", "path": entry.path, **taken}
        case Compared():
            answers = [msgspec.to_builtins(item) for item in entry.answers]
            return {"kind": "compared", "view": entry.view, "answers": answers}
        case Undone():
            return {"kind": "undone", "undoes": entry.entry}
