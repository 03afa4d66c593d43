"""Describes a plan in a sentence, so the person can check how the rules were understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import assert_never

from msgspec import Struct

from microplan.model import dates, log
from microplan.model.care import Care, Checkpoint, Cue, Pause
from microplan.model.plan import Plan, Session, Status
from microplan.model.rules import Rules
from microplan.model.values import (
    Hours,
    Pace,
    Recurrence,
    Span,
    Step,
    Weekdays,
    Window,
)
from microplan.wording import phrases, reasons


def sentence(plan: Plan, sessions: Sequence[Session]) -> str:
    """Describe the rules of a plan, its first and last day, and its care."""
    sessions = [session for session in sessions if session.status is not Status.DROPPED]
    rules = sessions[-1].rules if sessions else plan.rules
    first, last = phrases.first_and_last(sessions)
    spread = (
        phrases.day(first) if len(sessions) == 1 else f"{phrases.day(first)} to {phrases.day(last)}"
    )
    pace, weekdays, *bounds = _days(rules.without_details(), len(sessions))
    days = [pace, *_real_intervals(sessions), spread]
    runs, own_pace = _runs(sessions), pace_in_words(rules)
    if any(pace_in_words(run.rules) != own_pace for run in runs):
        since = 1 + max(run.last for run in runs if pace_in_words(run.rules) != own_pace)
        changed = f"from session {since} on, {own_pace}"
        days = [phrases.count(len(sessions), "session"), spread, changed]
    when = " ".join(
        filter(None, [", ".join(filter(None, [*days, weekdays])), _with_changes(runs, _hour)])
    )
    care = _care(log.care_in_force(plan), rules)
    return " ".join(filter(None, [f"{', '.join([when, *bounds])}.", *care, _means(runs)]))


class _Run(Struct, frozen=True):
    """Consecutive sessions with the same rules, from ``first`` to the highest number."""

    first: int
    last: int
    rules: Rules


def _runs(sessions: Sequence[Session]) -> list[_Run]:
    runs = (list(run) for _, run in groupby(sessions, key=lambda session: session.rules))
    return [_Run(run[0].number, max(s.number for s in run), run[0].rules) for run in runs]


def _with_changes(runs: Sequence[_Run], say: Callable[[Rules], str]) -> str:
    """Word a value and where it changes: ``0.5mm, from session 5 on 0.75mm``."""
    alike = groupby(runs, key=lambda run: say(run.rules))
    (_, first), *later = [(next(run).first, text) for text, run in alike]
    changed = [f"from session {since} on {text or 'none'}" for since, text in later]
    return ", ".join(filter(None, [first, *changed]))


def _hour(rules: Rules) -> str:
    if rules.at is None:
        return ""
    usual, *others = hours_of(rules.at)
    return f"at {', '.join([usual, *others])}{',' if others else ''} {rules.tz}"


def hours_of(at: Hours) -> list[str]:
    """List the usual time and those of weekdays: ``18:00``, ``Saturdays at 10:00``."""
    times = dict.fromkeys(time for _, time in at.others)
    days = {
        hour: Weekdays(days=tuple(d for d, time in at.others if time == hour)) for hour in times
    }
    others = (f"{phrases.weekdays(days[hour])} at {hour:%H:%M}" for hour in times)
    return [f"{at.usual:%H:%M}", *others]


def _means(runs: Sequence[_Run]) -> str:
    """Say where and with what; a depth alone says what it is."""
    where, device, depth = (_with_changes(runs, say) for say in (_where, _device, _depth))
    if depth and not (where or device):
        depth = f"needle length {depth}"
    return phrases.as_sentence((where, device, depth))


def _where(rules: Rules) -> str:
    return phrases.WHERE[rules.setting]


def _device(rules: Rules) -> str:
    return rules.device


def _depth(rules: Rules) -> str:
    return rules.needle


IN_FACT = 1.1
"""If weekdays stretch the pace by more than this factor, the sentence gives the real intervals."""


def _real_intervals(sessions: Sequence[Session]) -> Iterator[str]:
    """Yield the real intervals, if the plan's weekdays make the pace much longer."""
    gaps = [session.gap_days for session in sessions if session.gap_days]
    match sessions[0].rules.every:
        case Pace(steps=(Step(span=Span(months=0, days=days)),)) if gaps:
            pass
        case _:
            return
    if sum(gaps) <= days * len(gaps) * IN_FACT:
        return
    is_fresh = all(session.status is Status.PLANNED for session in sessions)
    if is_fresh and any(map(reasons.by_weekday, sessions[1:])):
        least, most = min(gaps), max(gaps)
        joiner = "or" if most == least + 1 else "to"
        yield f"in fact every {least if least == most else f'{least} {joiner} {most}'} days"


def _care(care: Sequence[Care], rules: Rules) -> Iterator[str]:
    """Word each pause, and name the other care, whose days are in the list of care."""
    yield from (_pause(piece, rules) for piece in care if isinstance(piece, Pause))
    others = [piece.name for piece in care if isinstance(piece, Cue | Checkpoint)]
    if others:
        yield f"With {phrases.listing(others)}."


@lru_cache(1_024)
def _days(rules: Rules, sessions: int) -> tuple[str, ...]:
    """Word the pace, weekdays, windows and gaps; cached, because the rows of a batch repeat them."""
    apart = [gaps(rules)] if sessions > 1 else []
    return (_pace(rules, sessions), _weekdays(rules), *windows(rules), *apart)


def _pause(pause: Pause, rules: Rules) -> str:
    """Word a pause: ``Minoxidil paused on the day and the next (28 h from 20:00)``."""
    hours = ""
    if rules.at is not None and not rules.at.others and not pause.hours:
        at = rules.at.usual
        left = 60 * (24 * (pause.after + 1) - at.hour) - at.minute
        hours = f" ({phrases.hours(left)} from {at:%H:%M})"
    return f"{pause.name[:1].upper()}{pause.name[1:]} paused {around(pause)}{hours}."


def around(pause: Pause) -> str:
    """Word the days of a pause: ``on the day and the next``, ``from 5 days before to the day``."""
    if pause.hours:
        since = (
            f"from {phrases.count(pause.before, 'day')} before" if pause.before else "on the day"
        )
        return f"{since} until {pause.hours} h after the session"
    match pause.before, pause.after:
        case 0, 0:
            return "on the day"
        case 0, 1:
            return "on the day and the next"
        case 0, after:
            return f"on the day and {after} days after"
        case before, 0:
            return f"from {phrases.count(before, 'day')} before to the day"
        case before, after:
            return (
                f"from {phrases.count(before, 'day')} before to {phrases.count(after, 'day')} after"
            )


def _pace(rules: Rules, sessions: int) -> str:
    match rules.every:
        case Pace(steps=(step,)):
            pace = f" every {_interval(step.span)}" if sessions > 1 else ""
            return f"{phrases.count(sessions, 'session')}{pace}"
        case Pace(steps=steps):
            return f"{phrases.count(sessions, 'session')}: {_phases(steps, sessions)}"
        case Recurrence() as every:
            return f"{phrases.count(sessions, 'session')} on the days of {every}"
        case _:
            assert_never(rules.every)


def _phases(steps: Sequence[Step], sessions: int) -> str:
    """Word phases with their sessions: ``4 every week, then 4 every 2 weeks``."""
    parts, left = [], sessions
    for step in steps:
        number = left if step.count is None else min(step.count, left)
        left -= number
        if number:
            parts.append(f"{number} every {_interval(step.span)}")
    return ", then ".join(parts)


def pace_in_words(rules: Rules) -> str:
    """Word a pace: ``every 3 weeks``, ``4 every week, then 4 every 2 weeks``, or the RRULE."""
    match rules.every:
        case Pace(steps=(step,)):
            return f"every {_interval(step.span)}"
        case Pace(steps=steps):
            return _phases(steps, sum(step.count or 0 for step in steps))
        case Recurrence() as every:
            return f"on the days of {every}"
        case _:
            assert_never(rules.every)


def _interval(value: Span) -> str:
    text = phrases.span(value)
    return text.removeprefix("1 ") if text.count(" ") == 1 else text


def _weekdays(rules: Rules) -> str:
    """Word the weekdays: ``on weekdays (Tuesday preferred)``."""
    on = f"on {phrases.weekdays(rules.on)}" if rules.on else ""
    if rules.prefer is None:
        return on
    names = phrases.listing([phrases.WEEKDAYS[number] for number in rules.prefer.days], "or")
    return f"{on} ({names} preferred)" if on else f"{names} preferred"


def windows(rules: Rules) -> Iterator[str]:
    """Word the windows that the person set; the table shows default ones."""
    steps = rules.every.steps if isinstance(rules.every, Pace) else ()
    given = [step.window or rules.window for step in steps] or [rules.window]
    if any(given):
        spans = [rules.window_of(step) for step in steps] or [rules.window_of(None)]
        yield ", then ".join(dict.fromkeys(map(_window, spans)))


def _window(window: Window) -> str:
    """Word a window: ``up to 3 days early or late``, ``up to 4 days early or 14 days late``."""
    if window.before == window.after:
        return (
            f"up to {phrases.count(window.after, 'day')} early or late"
            if window.after
            else "never early or late"
        )
    sides = [(window.before, "early"), (window.after, "late")]
    return "up to " + " or ".join(
        f"{phrases.count(days, 'day')} {side}" for days, side in sides if days
    )


def gaps(rules: Rules) -> str:
    """Word the gaps: ``at least 21 days apart``."""
    steps = dates.steps(rules)
    if len(steps) > 1 and steps[0].count == 1:
        steps = steps[1:]  # a step with one session has no interval within it
    gaps = dict.fromkeys(rules.gap_of(step) for step in steps)
    return f"at least {phrases.listing([str(gap) for gap in gaps], 'then')} {'day' if list(gaps) == [1] else 'days'} apart"
