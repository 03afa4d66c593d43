"""Rules that change while a plan is running: some words replaced, the sessions to go kept."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from microplan.errors import UsageError
from microplan.model.plan import Rules
from microplan.model.values import Recurrence
from microplan.rules import pace as paces
from microplan.rules import words as rules

DEFAULT = ("none", "any")
"""How a change takes a word back to its default."""
ENDS = ("sessions", "until")


def revised(before: Rules, words: Mapping[str, object], *, passed: int, left: int) -> Rules:
    """Change some words of rules, of whose sessions ``passed`` are over and ``left`` to go.

    The new rules speak of the sessions to go: without a new end there are ``left`` of them.
    Raises RuleError as ``parse`` does, and for ``start``, which does not change.
    """
    if "start" in words:
        raise UsageError("the start of a running plan stays; move its next session instead")
    if unknown := [name for name in words if name not in rules.WORDS]:
        raise UsageError(rules.no_such(unknown[0]))
    kept = {name: text for name, text in before.words().items() if name not in ENDS}
    ends = any(name in words for name in ENDS)
    kept["every"] = str(
        paces.endless(before.every, passed) if ends else paces.remaining(before.every, passed, left)
    )
    merged = {**kept, **words}
    for name, value in words.items():
        if is_default(value):
            del merged[name]
    if "every" in words and not ends:
        read = rules.every(str(words["every"]), "every")
        if paces.count(read) is None:
            merged["sessions"] = str(left)
    return _counted(rules.parse(merged, zone=before.tz))


def is_default(value: object) -> bool:
    """Whether a word is taken back to its default, also one that may be given several times."""
    return (value[0] if isinstance(value, list | tuple) and len(value) == 1 else value) in DEFAULT


def _counted(words: Rules) -> Rules:
    """Let a pace carry the number of its sessions itself, so that the words say it once."""
    if words.sessions is None or words.until is not None:
        return words
    if isinstance(words.every, Recurrence):
        most = min(words.sessions, words.every.count or words.sessions)
        return replace(words, every=replace(words.every, count=most), sessions=None)
    return replace(words, every=paces.remaining(words.every, 0, words.sessions), sessions=None)


def difference(before: Rules, after: Rules) -> dict[str, str | list[str] | bool]:
    """Spell the words in which rules differ; one that is back at its default is ``none``."""
    was, now = before.words(), after.words()
    return {
        name: now.get(name, DEFAULT[0]) for name in rules.WORDS if was.get(name) != now.get(name)
    }


def resolved(
    before: Rules, words: Mapping[str, object]
) -> tuple[Rules | None, tuple[UsageError, ...]]:
    """Read back a difference: the rules after it, or every fault in it."""
    merged = {**before.words(), **words}
    return rules.examine(
        {name: value for name, value in merged.items() if value != DEFAULT[0]}, zone=before.tz
    )
