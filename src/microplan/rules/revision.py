"""Rules that change while a plan is running: some words replaced, the sessions to go kept."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import UsageError
from microplan.model.depth import Depth
from microplan.model.rules import MOVING, PLACING, Rules
from microplan.model.values import Pace, Recurrence
from microplan.rules import pace as paces
from microplan.rules import words as rules

DEFAULT = ("none", "any")
"""How a change takes a word back to its default."""
ENDS = ("sessions", "until")


class TurningPoint(Struct, frozen=True, kw_only=True):
    """Where in a plan its rules change, by the numbers of sessions.

    The pace before counts from ``begin``, ``first`` is the next session, ``last`` the last one.
    """

    begin: int
    first: int
    last: int

    @property
    def left(self) -> int:
        """The number of sessions to go."""
        return self.last - self.first + 1

    @property
    def passed(self) -> int:
        """The number of sessions of the pace before that are over."""
        return max(self.first - self.begin, 0)


class Revision(Struct, frozen=True, kw_only=True):
    """Rules after a change, the words in which they differ, and those that were given, if others."""

    rules: Rules
    words: dict[str, str | list[str] | bool]
    asked: dict[str, str | list[str] | bool] = {}


def revised(before: Rules, words: Mapping[str, object], turn: TurningPoint) -> Revision:
    """Change some words of rules while a plan is running.

    New words about days speak of the sessions to go: without a new end there are as many as
    before. Other words leave the pace as it is. Raises RuleError as ``parse`` does, and for
    ``start``, which does not change.
    """
    if "start" in words:
        raise UsageError("the start of a running plan can't change. Move its next session instead")
    if unknown := [name for name in words if name not in rules.WORDS]:
        raise UsageError(rules.no_such(unknown[0]))
    in_all = _in_all(words, turn)
    after = _placed_anew(before, words, turn, in_all)
    if after is not None:
        return _difference(before, after, words, in_all, recounted=True)
    recounted = in_all not in (None, turn.last)
    after = _with_details(before, words, turn, in_all if recounted else None)
    return _difference(before, after, words, in_all, recounted=recounted)


def _in_all(words: Mapping[str, object], turn: TurningPoint) -> int | None:
    """Read how many sessions there are to be in all."""
    text = words.get("sessions")
    if text is None or is_default(text):
        return None
    number = paces.number(str(text), "sessions")
    if number < max(turn.first - 1, turn.begin):
        over = turn.first - 1
        raise UsageError(
            f"{over} sessions are already over, and sessions counts them too: write {over + 1} or more"
        )
    return number


def _placed_anew(
    before: Rules, words: Mapping[str, object], turn: TurningPoint, in_all: int | None
) -> Rules | None:
    """Change words about days; None if no word says anything new about days."""
    if not any(name in MOVING for name in words):
        return None
    new = dict(words)
    if in_all is not None:
        if "every" in words and paces.count(rules.every(str(words["every"]), "every")):
            raise UsageError(
                f"every {words['every']} already has a number of sessions; leave out sessions"
            )
        new["sessions"] = str(in_all - turn.first + 1)
    after = _merged(before, new, turn)
    same = turn.left and after.of_days() == _merged(before, {}, turn).of_days()
    return None if same else after


def _merged(before: Rules, words: Mapping[str, object], turn: TurningPoint) -> Rules:
    """Put words in place of those before, whose pace counts on from the sessions that are over."""
    kept = {name: text for name, text in before.words().items() if name not in ENDS}
    ends = any(name in words for name in ENDS)
    left = (
        paces.endless(before.every, turn.passed)
        if ends
        else paces.remaining(before.every, turn.passed, turn.left)
    )
    kept |= {"every": str(left), **_depth_left(before, turn.passed, left)}
    merged = _changed(kept, words)
    if "every" in words and not ends:
        read = rules.every(str(words["every"]), "every")
        if paces.count(read) is None and turn.left:
            merged["sessions"] = str(turn.left)
    return _counted(rules.parse(merged, zone=before.tz))


def _depth_left(before: Rules, passed: int, left: Pace | Recurrence) -> dict[str, str]:
    """Spell the needle lengths of the phases that are left, if each phase has its own."""
    pace, depth = before.every, before.depth
    if depth is None or not (isinstance(pace, Pace) and isinstance(left, Pace)):
        return {}
    if len(depth.lengths) == 1:
        return {}
    to_go = paces.endless(pace, passed)
    assert isinstance(to_go, Pace)  # noqa: S101 - a pace stays one
    first = len(pace.steps) - len(to_go.steps)
    lengths = depth.lengths[first : first + max(len(left.steps), 1)]
    return {"depth": str(Depth(lengths=lengths))}


def _with_details(
    before: Rules, words: Mapping[str, object], turn: TurningPoint, in_all: int | None
) -> Rules:
    """Change words that say nothing about days, and the number of sessions."""
    kept: dict[str, object] = dict(before.words())
    if in_all is not None:
        kept = {name: text for name, text in kept.items() if name not in ENDS}
        left = paces.remaining(before.every, 0, in_all - turn.begin + 1)
        kept |= {"every": str(left), **_depth_left(before, 0, left)}
    details = {name: value for name, value in words.items() if name not in PLACING}
    return rules.parse(_changed(kept, details), zone=before.tz)


def _changed(kept: Mapping[str, object], words: Mapping[str, object]) -> dict[str, object]:
    """Put words in place of those kept; one that goes back to its default is left out."""
    merged = {**kept, **words}
    return {name: value for name, value in merged.items() if not is_default(words.get(name))}


def _difference(
    before: Rules,
    after: Rules,
    words: Mapping[str, object],
    in_all: int | None,
    *,
    recounted: bool,
) -> Revision:
    """Spell what changed, and the words that were given for it."""
    changed = difference(before, after)
    if recounted and not changed:
        # As many more as there once were is a change too, though it is spelled alike.
        changed = {"every": str(after.every)}
    others = (name for name in words if name in changed and name not in ("every", "sessions"))
    asked: dict[str, str | list[str] | bool] = {name: changed[name] for name in others}
    if recounted and "every" in words:
        asked["every"] = str(rules.every(str(words["every"]), "every"))
    if recounted and in_all is not None:
        asked["sessions"] = str(in_all)
    return Revision(rules=after, words=changed, asked={} if asked == changed else asked)


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
