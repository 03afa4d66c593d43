"""Writes plans as TOML and reads them back; reports every fault of a file at once.

Known keys are checked strictly. Unknown keys only give a warning, and they survive because entries
are appended and the rest of the text is never rewritten.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, time
from typing import Any

import msgspec.json

from microplan.model.care import Care, Ended, Use
from microplan.model.entries import (
    Amendment,
    Answer,
    Closed,
    Closure,
    Compared,
    Done,
    Lookup,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.plan import VERSION, Plan
from microplan.rules import care_words
from microplan.storage import toml
from microplan.wording import phrases

LAST_OF_FOUR_DIGITS = 0xFFFF
HEAD = (
    "# change rules with `microplan revise`: a calendar already imported does not notice edits "
    "made here"
)


# --- writing --------------------------------------------------------------------------------


def dump(plan: Plan) -> str:
    """Write a plan as the text of a new plan file."""
    head = {
        "microplan": VERSION,
        "id": plan.id,
        "title": plan.title,
        "protocol": plan.protocol,
        "created": plan.created,
    }
    blocks = [f"{HEAD}\n{_lines(head)}", f"[rules]\n{_lines(plan.rules.words())}"]
    blocks += [f"[[closed]]\n{_lines(_closure(closure))}" for closure in plan.closed]
    blocks += [f"[[lookup]]\n{_lines(_lookup(lookup))}" for lookup in plan.lookups]
    blocks += [f"[[care]]\n{_lines(_care(piece))}" for piece in plan.care]
    blocks += [entry(amendment) for amendment in plan.log]
    return "\n".join(blocks)


def entry(amendment: Amendment) -> str:  # noqa: C901 - one case for each kind of entry
    """Write one log entry, to append to the text of a plan file."""
    match amendment:
        case Done():
            table: dict[str, object] = {"done": amendment.session, "on": amendment.on}
            table |= _hour(amendment.at)
            table |= {name: getattr(amendment, name) for name in ("depth", "device", "reaction")}
        case Moved():
            table = {"moved": amendment.session, "to": amendment.to or "", **_hour(amendment.at)}
            table["only"] = amendment.only
        case Skipped():
            table = {
                "skipped": amendment.session,
                "extend": amendment.extend,
                "no_show": amendment.no_show,
            }
        case Closed():
            table = _closed(amendment)
        case Opened():
            days = [str(days) for days in amendment.days]
            table = {"opened": days[0] if len(days) == 1 else days}
        case Revised():
            table = _revised(amendment)
        case Photo():
            table = {"photo": amendment.path, "view": amendment.view, "on": amendment.on}
            table |= {"digest": amendment.digest}
        case Compared():
            answers = [_answer(answer) for answer in amendment.answers]
            table = {"compared": amendment.view, "answers": answers}
        case Undone():
            table = {"undone": amendment.entry}
    table |= {"recorded": amendment.recorded, "note": amendment.note}
    text = f"[[log]]\n{_lines(table)}"
    if isinstance(amendment, Revised) and amendment.words:
        text += f"[log.rules]\n{_lines(amendment.words)}"
    return text


def _revised(amendment: Revised) -> dict[str, object]:
    table: dict[str, object] = {"revised": amendment.session, "title": amendment.title}
    if amendment.asked:
        table["asked"] = amendment.asked
    if amendment.care:
        table["care"] = [_care(piece) for piece in amendment.care]
    return table


def append(text: str, entries: Iterable[Amendment]) -> str:
    """Append entries to a plan file's text, after a blank line, in its own style of line ends.

    Every byte before them stays the same.
    """
    blocks = "\n".join(entry(amendment) for amendment in entries)
    if not blocks:
        return text
    end = text[-4:].replace("\r\n", "\n")
    gap = "" if end.endswith("\n\n") else "\n" if end.endswith("\n") else "\n\n"
    added = gap + blocks
    return text + (added.replace("\n", "\r\n") if "\r\n" in text else added)


def _hour(at: time | None) -> dict[str, object]:
    return {} if at is None else {"at": f"{at:%H:%M}"}


def _answer(answer: Answer) -> dict[str, object]:
    return {"earlier": answer.earlier, "later": answer.later, "step": answer.step}


def _closure(closure: Closure) -> dict[str, object]:
    return {"days": str(closure.days), "reason": closure.reason}


def _lookup(lookup: Lookup) -> dict[str, object]:
    return {"of": lookup.of, "days": str(lookup.days)}


def _closed(entry: Closed) -> dict[str, object]:
    """Write one closure as two keys, or several as a list of tables."""
    table: dict[str, object] = {"closed": [_closure(closure) for closure in entry.closures]}
    if len(entry.closures) == 1:
        table = {"closed": str(entry.closures[0].days), "reason": entry.closures[0].reason}
    if entry.lookups:
        table["lookup"] = [_lookup(lookup) for lookup in entry.lookups]
    return table


def _care(care: Care | Ended) -> dict[str, object]:
    """Write a piece of care: its kind and name, its days or text, and its source."""
    table: dict[str, object] = {care.kind: care.name, care_words.KEYS[care.kind]: care.spelling}
    return table | ({"source": care.source} if isinstance(care, Use) else {})


def _lines(table: dict[str, Any]) -> str:
    """Write the keys of a table, leaving out empty texts and False."""
    return "".join(f"{pair}\n" for pair in _pairs(table))


def _pairs(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if value != "" and value is not False:  # 0 == False, but 0 must be written
            yield f"{key} = {_value(value)}"


def _value(value: object) -> str:  # noqa: PLR0911 - one case for each kind of value
    match value:
        case bool():
            return str(value).lower()
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case dict():
            return f"{{ {', '.join(_pairs(value))} }}"
        case [dict(), _, *_]:
            return "[\n" + "".join(f"  {_value(item)},\n" for item in value) + "]"
        case list() | tuple():
            return f"[{', '.join(_value(item) for item in value)}]"
        case str():
            # A JSON string is a TOML basic string, except for DEL. Escape other terminal controls
            # and bidirectional overrides too, because people open this file.
            text = msgspec.json.encode(value).decode()
            return text if text.isprintable() else "".join(map(_shown, text))
        case _:
            return str(value)


def _shown(character: str) -> str:
    """Escape a character for TOML, if ``phrases.visible`` would escape it for a terminal."""
    if phrases.visible(character) == character:
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= LAST_OF_FOUR_DIGITS else f"\\U{code:08x}"


# --- reading --------------------------------------------------------------------------------


def load(text: str, *, zone: Callable[[], str] = lambda: "UTC") -> tuple[Plan, tuple[str, ...]]:
    """Read a plan from a plan file or its JSON document; return it and warnings for unknown keys.

    ``zone`` returns the default for a plan without a zone. Raises PlanFileError with every fault.
    """
    from microplan.storage.plan_reader import PlanReader

    reader = PlanReader()
    plan = reader.plan(_tables(text), zone)
    if plan is None:
        raise reader.refusal()
    return plan, tuple(reader.warnings)


def is_document(text: str) -> bool:
    """Whether a text is a JSON document, which can be read but not changed."""
    return text.lstrip().startswith("{")


SHARED = ("microplan", "id", "title", "protocol", "rules")
"""The keys that the JSON document shares with the plan file, besides ``created``."""


def _tables(text: str) -> dict[str, Any]:
    """Read the tables of a plan file or a JSON document."""
    document = _document(text) if is_document(text) else None
    if document is None or "rules" not in document:
        return toml.read(text)
    if isinstance(document.get("plan_file"), str):
        return toml.read(document["plan_file"])
    tables = {key: document[key] for key in SHARED if document.get(key) is not None}
    with contextlib.suppress(KeyError, TypeError, ValueError):
        tables["created"] = datetime.fromisoformat(document["created"])
    return tables


def _document(text: str) -> dict[str, Any] | None:
    """Parse a JSON object; None if the text isn't one."""
    try:
        read = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
