"""Changes the rules of a running plan: replaces some words and keeps the sessions to go."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from microplan.errors import UsageError
from microplan.model.rules import MOVING, PLACING, Rules
from microplan.model.values import Depth, Pace, Recurrence
from microplan.rules import pace as paces
from microplan.rules import words as rules

ENDS = ("sessions", "until")


class TurningPoint(Struct, frozen=True, kw_only=True):
    """The session numbers at which a plan's rules change.

    The old pace counts from ``begin``; ``first`` is the next session and ``last`` the last one.
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
        """The number of sessions of the old pace that are over."""
        return max(self.first - self.begin, 0)


class Revision(Struct, frozen=True, kw_only=True):
    """The rules after a change, and the words that differ.

    ``asked`` holds the words as the person gave them, if they aren't the ones that differ.
    """

    rules: Rules
    words: dict[str, str | list[str] | bool]
    asked: dict[str, str | list[str] | bool] = {}


def revised(before: Rules, words: Mapping[str, object], turn: TurningPoint) -> Revision:
    """Change some words of the rules of a running plan.

    Words about days apply to the sessions to go; their number stays the same unless the words set
    a new end. Other words don't change the pace. Raises RuleError as ``parse`` does, and UsageError
    for ``start``, which can't change, and for unknown words.
    """
    if "start" in words:
        raise UsageError("the start of a running plan can't change. Move its next session instead")
    if unknown := [name for name in words if name not in rules.WORDS]:
        raise UsageError(rules.unknown_rule(unknown[0]))
    total = _total(words, turn)
    after = _with_new_days(before, words, turn, total)
    if after is not None:
        return _difference(before, after, words, total, recounted=True)
    recounted = total not in (None, turn.last)
    after = _with_details(before, words, turn, total if recounted else None)
    return _difference(before, after, words, total, recounted=recounted)


def _total(words: Mapping[str, object], turn: TurningPoint) -> int | None:
    """Read the new total of sessions; None if the words don't set one."""
    text = words.get("sessions")
    if text is None or rules.is_default(text):
        return None
    number = paces.number(str(text), "sessions")
    if number < max(turn.first - 1, turn.begin):
        over = turn.first - 1
        raise UsageError(
            f"{over} sessions are already over, and sessions counts them too: write {over + 1} or more"
        )
    return number


def _with_new_days(
    before: Rules, words: Mapping[str, object], turn: TurningPoint, total: int | None
) -> Rules | None:
    """Apply the words about days; None if they change no day."""
    if not any(name in MOVING for name in words):
        return None
    new = dict(words)
    if total is not None:
        if "every" in words and paces.count(rules.every(str(words["every"]), "every")):
            raise UsageError(
                f"every {words['every']} already has a number of sessions; leave out sessions"
            )
        new["sessions"] = str(total - turn.first + 1)
    after = _merged(before, new, turn)
    same = turn.left and after.without_details() == _merged(before, {}, turn).without_details()
    return None if same else after


def _merged(before: Rules, words: Mapping[str, object], turn: TurningPoint) -> Rules:
    """Replace words of the old rules, whose pace continues after the sessions that are over."""
    kept = {name: text for name, text in before.words().items() if name not in ENDS}
    ends = any(name in words for name in ENDS)
    left = (
        paces.open_ended(before.every, turn.passed)
        if ends
        else paces.remaining(before.every, turn.passed, turn.left)
    )
    kept |= {"every": str(left), **_depth_left(before, turn.passed, left)}
    merged = _changed(kept, words)
    if "every" in words and not ends:
        read = rules.every(str(words["every"]), "every")
        if paces.count(read) is None and turn.left:
            merged["sessions"] = str(turn.left)
    return _count_in_pace(rules.parse(merged, zone=before.tz))


def _depth_left(before: Rules, passed: int, left: Pace | Recurrence) -> dict[str, str]:
    """Spell the needle lengths of the remaining phases, if each phase has its own."""
    pace, depth = before.every, before.depth
    if depth is None or not (isinstance(pace, Pace) and isinstance(left, Pace)):
        return {}
    if len(depth.lengths) == 1:
        return {}
    to_go = paces.open_ended(pace, passed)
    assert isinstance(to_go, Pace)  # noqa: S101 - a pace stays one
    first = len(pace.steps) - len(to_go.steps)
    lengths = depth.lengths[first : first + max(len(left.steps), 1)]
    return {"depth": str(Depth(lengths=lengths))}


def _with_details(
    before: Rules, words: Mapping[str, object], turn: TurningPoint, total: int | None
) -> Rules:
    """Apply the words that aren't about days, and a new total of sessions."""
    kept: dict[str, object] = dict(before.words())
    if total is not None:
        kept = {name: text for name, text in kept.items() if name not in ENDS}
        left = paces.remaining(before.every, 0, total - turn.begin + 1)
        kept |= {"every": str(left), **_depth_left(before, 0, left)}
    details = {name: value for name, value in words.items() if name not in PLACING}
    return rules.parse(_changed(kept, details), zone=before.tz)


def _changed(kept: Mapping[str, object], words: Mapping[str, object]) -> dict[str, object]:
    """Replace kept words by new ones, and leave out those reset to their default."""
    merged = {**kept, **words}
    return {name: value for name, value in merged.items() if not rules.is_default(words.get(name))}


def _difference(
    before: Rules,
    after: Rules,
    words: Mapping[str, object],
    total: int | None,
    *,
    recounted: bool,
) -> Revision:
    """Build the revision: what changed, and the words that asked for it."""
    changed = difference(before, after)
    if recounted and not changed:
        # The number of sessions can return to what the rules say after some were added.
        changed = {"every": str(after.every)}
    others = (name for name in words if name in changed and name not in ("every", "sessions"))
    asked: dict[str, str | list[str] | bool] = {name: changed[name] for name in others}
    if recounted and "every" in words:
        asked["every"] = str(rules.every(str(words["every"]), "every"))
    if recounted and total is not None:
        asked["sessions"] = str(total)
    return Revision(rules=after, words=changed, asked={} if asked == changed else asked)


def _count_in_pace(words: Rules) -> Rules:
    """Move the number of sessions from ``sessions`` into the pace, which then has it alone."""
    if words.sessions is None or words.until is not None:
        return words
    if isinstance(words.every, Recurrence):
        most = min(words.sessions, words.every.count or words.sessions)
        return replace(words, every=replace(words.every, count=most), sessions=None)
    return replace(words, every=paces.remaining(words.every, 0, words.sessions), sessions=None)


def difference(before: Rules, after: Rules) -> dict[str, str | list[str] | bool]:
    """Spell the words that differ between two rules; one reset to its default is ``none``."""
    was, now = before.words(), after.words()
    return {
        name: now.get(name, rules.DEFAULT[0])
        for name in rules.WORDS
        if was.get(name) != now.get(name)
    }


def resolved(
    before: Rules, words: Mapping[str, object]
) -> tuple[Rules | None, tuple[UsageError, ...]]:
    """Apply a difference to the rules; return the new rules, or every fault in it."""
    merged = {**before.words(), **words}
    return rules.examine(
        {name: value for name, value in merged.items() if value != rules.DEFAULT[0]}, zone=before.tz
    )
