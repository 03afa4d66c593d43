"""The words of a plan, text to ``Rules``: what each may hold and what they say about one another.

One row of ``WORDS`` is one word: flags, keys of files and columns of tables derive from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from microplan import dates, grammar, paces
from microplan.errors import RuleError, UsageError
from microplan.model import Rules
from microplan.values import WEEKDAYS, Follow, Pace, Recurrence, Step


def every(text: str, word: str) -> Pace | Recurrence:
    """Read a pace, in the house's own words or as a recurrence rule."""
    if text.strip()[:6].upper() != "RRULE:":
        return paces.pace(text, word)
    from microplan import recurrence

    return recurrence.recurrence(text, word)


class Word(Struct, frozen=True, kw_only=True):
    """One word: how its text is read, and what help says of it."""

    read: Callable[[str, str], Any]
    form: str
    help: str
    many: bool = False
    fine: bool = False


WORDS: dict[str, Word] = {
    "start": Word(
        read=grammar.day,
        form="DATE",
        help="day of session 1: 2026-12-01, today, tomorrow, tue (the next, never today) or +10d",
    ),
    "every": Word(
        read=every,
        form="PACE",
        help="how far apart: 6x4w is 6 sessions 4 weeks apart; 4x1mo~3d may move 3 days; "
        "4x1w,4x2w changes pace; RRULE:… takes a recurrence rule",
    ),
    "sessions": Word(
        read=paces.number, form="N", help="how many sessions, if the pace does not say"
    ),
    "until": Word(read=grammar.day, form="DATE", help="the last day the pace may reach"),
    "at": Word(read=grammar.clock, form="HH:MM", help="local time of the sessions [all day]"),
    "duration": Word(
        read=grammar.length, form="LENGTH", help="how long a session takes: 45m, 2h [30m]"
    ),
    "tz": Word(
        read=grammar.zone, form="ZONE", help="time zone, such as Europe/Paris [this machine's]"
    ),
    "on": Word(read=grammar.weekdays, form="DAYS", help="only these weekdays: mon..fri or tue,thu"),
    "prefer": Word(
        read=grammar.weekdays, form="DAYS", help="rather these weekdays, if the window allows"
    ),
    "avoid": Word(
        read=grammar.closed,
        form="DAYS",
        help="days you are away: 2026-12-24..2027-01-03, or 12-24..01-03 for every year",
        many=True,
    ),
    "gap": Word(
        read=paces.gap,
        form="DAYS",
        help="fewest days between two sessions as they really happen: 21d or 3w "
        "[the pace less its window]",
        fine=True,
    ),
    "window": Word(
        read=paces.window,
        form="DAYS",
        help="how late is still fine? 3d either way, or -1d+5d [later by a seventh of the pace, "
        "at most 3d]",
        fine=True,
    ),
    "follow": Word(
        read=grammar.follow,
        form="HOW",
        help="do later sessions move when one slips? window: when it leaves its window; "
        "actual: always; plan: never [window]",
        fine=True,
    ),
    "remind": Word(
        read=grammar.reminder,
        form="WHEN",
        help="before a session: 1d, 2h, 30m or 1d@20:00",
        many=True,
    ),
    "location": Word(read=grammar.words, form="TEXT", help="where, to show"),
    "setting": Word(read=grammar.setting, form="PLACE", help="home or clinic, to remember"),
    "device": Word(read=grammar.words, form="TEXT", help="the device, to remember"),
    "depth": Word(
        read=grammar.words, form="TEXT", help="needle length, such as 0.5mm, to remember"
    ),
    "discreet": Word(read=grammar.yes, form="YES", help="neutral titles wherever the plan goes"),
}
assert tuple(WORDS) == Rules.__struct_fields__  # noqa: S101 - one list, two places

EXAMPLES = {"start": "2026-12-01", "every": "6x4w"}
"""The words without which there is no plan, and what they look like."""


def parse(words: Mapping[str, object], *, today: date | None = None, zone: str = "UTC") -> Rules:
    """Read rule words, each given as text, a list of texts, or a plain value of a file.

    ``today`` allows starts that are counted from it; ``zone`` is the zone of words that name
    none. Raises RuleError for the first fault, UsageError for a word that is missing or unknown.
    """
    rules, faults = examine(words, today=today, zone=zone)
    if faults:
        raise faults[0]
    assert rules is not None  # noqa: S101 - there are rules or faults
    return rules


def examine(
    words: Mapping[str, object], *, today: date | None = None, zone: str = "UTC"
) -> tuple[Rules | None, tuple[UsageError, ...]]:
    """Read rule words and return the rules, or every fault that was found."""
    values: dict[str, Any] = {"tz": zone}
    faults: list[UsageError] = [
        UsageError(f"{name} is not a word of the rules; {', '.join(WORDS)} are")
        for name in words
        if name not in WORDS
    ]
    faults += [
        UsageError(f"{name} is missing; write one like {EXAMPLES[name]}")
        for name in EXAMPLES
        if words.get(name) in (None, "")
    ]
    for name in WORDS:
        if words.get(name) in (None, "", [], ()):
            continue
        try:
            values[name] = _value(name, words[name], today)
        except RuleError as fault:
            faults.append(fault)
    if faults:
        return None, tuple(faults)
    if isinstance(values["every"], Recurrence):
        values.setdefault("follow", Follow.PLAN)
    rules = Rules(**values)
    faults += _contradictions(rules)
    return (None, tuple(faults)) if faults else (rules, ())


def _value(name: str, value: object, today: date | None) -> object:
    word = WORDS[name]
    if name == "start" and today is not None:
        return grammar.start(_text(value), name, today)
    if word.many:
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(dict.fromkeys(word.read(_text(item), name) for item in items))
    if isinstance(value, list | tuple | dict):
        raise _fault(name, str(value), "one value would do, not several")
    return word.read(_text(value), name)


def _text(value: object) -> str:
    """Spell a plain value of a file, such as a TOML date or integer, as the rule language does."""
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _fault(word: str, text: object, message: str) -> RuleError:
    return RuleError(message, word=word, text=str(text), span=(0, len(str(text))))


# --- what words say about one another -------------------------------------------------------


def _contradictions(rules: Rules) -> Iterator[RuleError]:
    """Yield the first contradiction of each kind; later kinds rely on earlier ones."""
    for check in (_end, _extent, _steps, _weekdays, _reminders, _follow):
        faults = list(check(rules))
        yield from faults
        if faults and check in (_end, _extent):
            return


def _end(rules: Rules) -> Iterator[RuleError]:
    counted = _count(rules.every)
    if counted is None and rules.sessions is None and rules.until is None:
        example = _example(rules.every)
        yield _fault(
            "every", rules.every, f"the pace has no end; write {example}, or add sessions or until"
        )
    elif isinstance(rules.every, Pace) and rules.sessions is not None:
        if counted not in (None, rules.sessions):
            message = f"the pace {rules.every} counts {counted}; leave one of the two out"
            yield _fault("sessions", rules.sessions, message)
        elif counted is None and rules.sessions <= (before := _before_last(rules.every)):
            message = f"the steps before the last one count {before} already; write a larger number"
            yield _fault("sessions", rules.sessions, message)
    if rules.until is not None and rules.until < rules.start:
        yield _fault(
            "until", rules.until, f"that is before the start; write {rules.start} or later"
        )
    if isinstance(rules.every, Recurrence) and (rules.every.until or rules.start) < rules.start:
        message = f"its UNTIL is before the start; write UNTIL={rules.start:%Y%m%d} or later"
        yield _fault("every", rules.every, message)


def _count(pace: Pace | Recurrence) -> int | None:
    """Count the sessions a pace names itself; None if it leaves its end open."""
    if isinstance(pace, Recurrence):
        return pace.count if pace.until is None else pace.count or dates.MAX_SESSIONS
    last = pace.steps[-1].count
    return None if last is None else _before_last(pace) + last


def _before_last(pace: Pace) -> int:
    return sum(step.count or 0 for step in pace.steps[:-1])


def _example(pace: Pace | Recurrence) -> str:
    if isinstance(pace, Recurrence):
        return f"{pace};COUNT=6"
    *most, last = map(str, pace.steps)
    return ",".join([*most, f"6x{last}"])


def _extent(rules: Rules) -> Iterator[RuleError]:
    """Hold the limits of section 12 of ``docs/design.md``: sessions, years, and at least one day."""
    pace = rules.every
    ends = {"until": rules.until, "every": pace.until if isinstance(pace, Recurrence) else None}
    last = rules.start.year + dates.MAX_YEARS
    far = [word for word, end in ends.items() if end is not None and end.year > last]
    if far:
        message = f"a plan spans at most {dates.MAX_YEARS} years; end it in {last} or earlier"
        yield _fault(far[0], getattr(rules, far[0]), message)
        return
    try:
        days = [day for _, day in dates.pace_days(rules)]
    except OverflowError:
        days = [rules.start, date.max]
    if not days:
        end = min(filter(None, ends.values()), default=None)
        message = f"no day follows from it within {dates.MAX_YEARS} years; change it"
        if end is not None:
            message = f"no day follows from it by {end}; change it or end it later"
        yield _fault("every", pace, message)
    elif len(days) > dates.MAX_SESSIONS:
        message = f"a plan has at most {dates.MAX_SESSIONS} sessions; write fewer"
        yield _fault("every", pace, message)
    elif days[-1].year - rules.start.year > dates.MAX_YEARS:
        message = f"a plan spans at most {dates.MAX_YEARS} years; write fewer sessions"
        yield _fault("every", pace, message)


def _steps(rules: Rules) -> Iterator[RuleError]:
    """Refuse a gap longer than a step, and windows that overlap, step by step."""
    for before, step, shortest, longest in _intervals(rules):
        gap = rules.gap_into(step)
        if gap > longest:
            message = (
                f"sessions come {longest} days apart or less somewhere; write {longest}d or less"
            )
            yield _fault("gap", rules.gap, message)
            return
        window, room = rules.window_into(step), rules.window_into(before).after
        if room + window.before >= shortest:
            text = rules.window if _by_word(rules, before, step) else rules.every
            word = "window" if text is rules.window else "every"
            message = (
                f"the windows of two sessions {shortest}d apart overlap: {room}d after one and "
                f"{window.before}d before the next; write windows of {shortest - 1}d in all or less"
            )
            yield _fault(word, text, message)
            return


def _by_word(rules: Rules, *steps: Step | None) -> bool:
    return rules.window is not None and any(step is None or step.window is None for step in steps)


def _intervals(rules: Rules) -> Iterator[tuple[Step | None, Step | None, int, int]]:
    """Yield each kind of interval: the steps it leads from and into, its least and most days."""
    if isinstance(rules.every, Recurrence):
        days = [day for _, day in dates.pace_days(rules)]
        apart = {(after - before).days for before, after in pairwise(days)}
        yield from ((None, None, length, length) for length in sorted(apart)[:1])
        return
    before = None
    for step in rules.every.steps:
        if before is not None:
            yield before, step, step.span.shortest, step.span.longest
        if step.count != 1:
            yield step, step, step.span.shortest, step.span.longest
        before = step


def _weekdays(rules: Rules) -> Iterator[RuleError]:
    if rules.on is not None and rules.prefer is not None:
        others = [day for day in rules.prefer.days if day not in rules.on.days]
        if others:
            yield _fault(
                "prefer",
                rules.prefer,
                f"{WEEKDAYS[others[0]]} is not among the days allowed, {rules.on}; "
                "prefer one of those or widen on",
            )


def _reminders(rules: Rules) -> Iterator[RuleError]:
    for reminder in rules.remind:
        if rules.at is None and reminder.length is not None:
            message = (
                "an all-day session has no hour to count from; write 1d or 1d@20:00, or add at"
            )
            yield _fault("remind", reminder, message)
        elif rules.at and reminder.at and not reminder.days and reminder.at > rules.at:
            yield _fault(
                "remind",
                reminder,
                f"that is after the session starts; write 0d@{rules.at:%H:%M} or earlier",
            )


def _follow(rules: Rules) -> Iterator[RuleError]:
    if isinstance(rules.every, Recurrence) and rules.follow is not Follow.PLAN:
        yield _fault("follow", rules.follow, "the days of a recurrence rule are fixed; write plan")


# --- changed while the plan is running ------------------------------------------------------

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
    if unknown := [name for name in words if name not in WORDS]:
        raise UsageError(f"{unknown[0]} is not a word of the rules; {', '.join(WORDS)} are")
    kept = {name: text for name, text in before.words().items() if name not in ENDS}
    if "every" not in words:
        kept["every"] = str(_remaining(before.every, passed, left))
        if any(name in words for name in ENDS):
            kept["every"] = str(_endless(before.every, passed))
    merged = {**kept, **{name: value for name, value in words.items() if value not in DEFAULT}}
    for name, value in words.items():
        if value in DEFAULT:
            merged.pop(name, None)
    if "every" in words and not any(name in words for name in ENDS):
        read = every(_text(words["every"]), "every")
        if _count(read) is None:
            merged["sessions"] = str(left)
    return _counted(parse(merged, zone=before.tz))


def _counted(words: Rules) -> Rules:
    """Let a pace carry the number of its sessions itself, so that the words say it once."""
    if not isinstance(words.every, Pace) or words.sessions is None or words.until is not None:
        return words
    return replace(words, every=_remaining(words.every, 0, words.sessions), sessions=None)


def _endless(pace: Pace | Recurrence, passed: int) -> Pace | Recurrence:
    """Take off the sessions that are over, and leave the end of the last step open."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=None, until=None)
    steps: list[Step] = []
    for step in pace.steps[:-1]:
        over = min(passed, step.count or 0)
        passed -= over
        if step.count != over:
            steps.append(replace(step, count=(step.count or 0) - over))
    return Pace(steps=(*steps, replace(pace.steps[-1], count=None)))


def _remaining(pace: Pace | Recurrence, passed: int, left: int) -> Pace | Recurrence:
    """Take off the sessions that are over, and count those to go."""
    if isinstance(pace, Recurrence):
        return replace(pace, count=left, until=None)
    steps: list[Step] = []
    endless = _endless(pace, passed)
    assert isinstance(endless, Pace)  # noqa: S101 - a pace stays one
    for step in endless.steps:
        count = left if step.count is None else min(step.count, left)
        left -= count
        if count:
            steps.append(replace(step, count=count))
    return Pace(steps=tuple(steps))


def difference(before: Rules, after: Rules) -> dict[str, str | list[str] | bool]:
    """Spell the words in which rules differ; one that is back at its default is ``none``."""
    was, now = before.words(), after.words()
    return {name: now.get(name, DEFAULT[0]) for name in WORDS if was.get(name) != now.get(name)}


def resolved(
    before: Rules, words: Mapping[str, object]
) -> tuple[Rules | None, tuple[UsageError, ...]]:
    """Read back a difference: the rules after it, or every fault in it."""
    merged = {**before.words(), **words}
    return examine(
        {name: value for name, value in merged.items() if value != DEFAULT[0]}, zone=before.tz
    )
