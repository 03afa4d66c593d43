"""Finds rule words that contradict each other, each with the word at fault and a fix."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise

from microplan.errors import RuleError
from microplan.model import dates
from microplan.model.rules import Rules
from microplan.model.values import WEEKDAYS, Follow, Pace, Recurrence, Step
from microplan.rules import pace as paces

KEPT = 1_024


def find(rules: Rules) -> Iterator[RuleError]:
    """Yield the contradictions; later checks run only if the ones they rely on pass."""
    if _days_agree(rules.without_details()):
        yield from _reminders(rules)
        yield from _depth(rules)
    else:
        yield from _all(rules)


@lru_cache(KEPT)
def _days_agree(rules: Rules) -> bool:
    """Whether the words about days agree; cached, because the rows of a batch repeat them."""
    return next(_all(rules), None) is None


def _all(rules: Rules) -> Iterator[RuleError]:
    for check in (_end, _extent, _steps, _weekdays, _reminders, _depth, _follow):
        faults = list(check(rules))
        yield from faults
        if faults and check in (_end, _extent):
            return


def _end(rules: Rules) -> Iterator[RuleError]:
    counted = paces.count(rules.every)
    if counted is None and rules.sessions is None and rules.until is None:
        example = paces.with_count(rules.every, 6)
        yield _fault(
            "every", rules.every, f"the pace has no end. Write {example}, or add sessions or until"
        )
    elif isinstance(rules.every, Pace) and rules.sessions is not None:
        if counted not in (None, rules.sessions):
            message = f"the pace {rules.every} already sets {counted}. Leave one of the two out"
            yield _fault("sessions", rules.sessions, message)
        elif counted is None and rules.sessions <= (before := rules.every.stated()):
            message = f"the earlier steps already account for {before}. Write a larger number"
            yield _fault("sessions", rules.sessions, message)
    if rules.until is not None and rules.until < rules.start:
        yield _fault(
            "until", rules.until, f"that is before the start. Write {rules.start} or later"
        )
    if isinstance(rules.every, Recurrence) and (rules.every.until or rules.start) < rules.start:
        message = f"its UNTIL is before the start. Write UNTIL={rules.start:%Y%m%d} or later"
        yield _fault("every", rules.every, message)


def _extent(rules: Rules) -> Iterator[RuleError]:
    """Yield a fault for a plan with too many sessions, too many years, or no day at all."""
    ends = _ends(rules)
    last = rules.start.year + dates.MAX_YEARS
    for word in (word for word, end in ends.items() if end.year > last):
        message = f"a plan spans at most {dates.MAX_YEARS} years. End it in {last} or earlier"
        yield _fault(word, getattr(rules, word), message)
        return
    if message := _unfit(rules, min(ends.values(), default=None)):
        yield _fault("every", rules.every, message)


def _unfit(rules: Rules, end: date | None) -> str:
    """Say why a pace gives too many sessions, too few or too late ones; nothing if it fits."""
    try:
        size, last_day = dates.extent(rules)
    except OverflowError:
        size, last_day = dates.MAX_SESSIONS, date.max
    if last_day is None and end is not None:
        return f"no day matches by {end}. Change it or end it later"
    if last_day is None:
        return f"no day matches within {dates.MAX_YEARS} years. Change it"
    if size > dates.MAX_SESSIONS:
        return f"a plan has at most {dates.MAX_SESSIONS} sessions. Write fewer"
    if isinstance(rules.every, Recurrence) and end is None and size < _sessions_asked(rules):
        return f"only {size} days match within {dates.MAX_YEARS} years. Ask for fewer"
    if last_day.year - rules.start.year > dates.MAX_YEARS:
        return f"a plan spans at most {dates.MAX_YEARS} years. Write fewer sessions"
    return ""


def _ends(rules: Rules) -> dict[str, date]:
    """Map each word that ends the plan on a fixed day to that day."""
    ends = {} if rules.until is None else {"until": rules.until}
    if isinstance(rules.every, Recurrence) and rules.every.until is not None:
        ends["every"] = rules.every.until
    return ends


def _sessions_asked(rules: Rules) -> int:
    """Count the sessions that a recurrence without a last day asks for."""
    return min(filter(None, (paces.count(rules.every), rules.sessions)))


def _steps(rules: Rules) -> Iterator[RuleError]:
    """Yield the first gap longer than its step, or the first two windows that overlap."""
    for before, step, shortest, longest in _intervals(rules):
        if rules.gap is not None and rules.gap.days > longest:
            message = f"some sessions are at most {longest} days apart. Write {longest}d or less"
            yield _fault("gap", rules.gap, message)
            return
        window, room = rules.window_of(step), rules.window_of(before).after
        if room + window.before >= shortest:
            text = rules.window if _by_word(rules, before, step) else rules.every
            word = "window" if text is rules.window else "every"
            message = (
                f"the windows of two sessions {shortest}d apart overlap: {room}d after one and "
                f"{window.before}d before the next. Make the two {shortest - 1}d or less together"
            )
            yield _fault(word, text, message)
            return


def _by_word(rules: Rules, *steps: Step | None) -> bool:
    return rules.window is not None and any(step is None or step.window is None for step in steps)


def _intervals(rules: Rules) -> Iterator[tuple[Step | None, Step | None, int, int]]:
    """Yield each kind of interval: the steps before and after it, its fewest and most days."""
    if isinstance(rules.every, Recurrence):
        days = [day for _, day in dates.pace_days(rules)]
        apart = {(after - before).days for before, after in pairwise(days)}
        yield from ((None, None, length, length) for length in sorted(apart))
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
    """Yield a fault for each reminder that can't ring before its session."""
    for reminder in rules.remind:
        if rules.at is None and reminder.length is not None:
            message = (
                "an all-day session has no time to count from. Write 1d or 1d@20:00, or add at"
            )
            yield _fault("remind", reminder, message)
        elif rules.at and reminder.at and not reminder.days and reminder.at > rules.at.earliest:
            yield _fault(
                "remind",
                reminder,
                f"that is after the session starts. Write 0d@{rules.at.earliest:%H:%M} or earlier",
            )


def _depth(rules: Rules) -> Iterator[RuleError]:
    """Yield a fault unless there is one needle length, or one for each phase."""
    phases = len(rules.every.steps) if isinstance(rules.every, Pace) else 1
    if rules.depth is not None and len(rules.depth.lengths) not in (1, phases):
        has = "one phase" if phases == 1 else f"{phases} phases"
        message = f"the pace has {has}. Write one length, or one for each phase"
        yield _fault("depth", rules.depth, message)


def _follow(rules: Rules) -> Iterator[RuleError]:
    if isinstance(rules.every, Recurrence) and rules.follow is not Follow.PLAN:
        yield _fault("follow", rules.follow, "the days of a recurrence rule are fixed. Write plan")


def _fault(word: str, text: object, message: str) -> RuleError:
    return RuleError(message, word=word, text=str(text), span=(0, len(str(text))))
