"""Sums up a day in a few lines: its session, what is open or paused, and what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from msgspec import Struct

from microplan.amendments import agenda
from microplan.amendments.agenda import Standing
from microplan.model.plan import Session, Status
from microplan.model.values import ClosedDays
from microplan.scheduling import care, care_text, supplies, surroundings
from microplan.scheduling.surroundings import Surroundings
from microplan.wording import phrases

FEW = 6
"""Most open sessions to name; the others are only counted."""


class DayReport(Struct, frozen=True):
    """The lines to print about a day, and whether it has a session to do."""

    lines: tuple[str, ...]
    has_session: bool


def report(
    sessions: Sequence[Session],
    today: date,
    around: Surroundings = surroundings.NOTHING,
    flag: str = "",
    ticked: AbstractSet[tuple[str, int]] = frozenset(),
) -> DayReport:
    """Report on a day.

    ``flag`` selects the plan in suggested commands, such as `` -p plan.toml``. ``ticked`` holds the
    checkpoints already done, by name and number.
    """
    of = agenda.highest(sessions)
    here = [s for s in sessions if s.date == today and s.status is Status.PLANNED]
    done = [s for s in sessions if s.date == today and s.status is Status.DONE]
    is_behind = bool(here and agenda.late(sessions, today))
    lines = [f"{phrases.day(today)} · {_here(here or done, of, is_behind=is_behind)}"]
    lines += _away(around, today)
    lines += _open(sessions, today, flag)
    following = _following(sessions, today)
    lines += _care(around, today, ticked, is_over=following is None)
    if following is not None:
        lines += (_row(s.name, supplies.in_words(s, today)) for s in around.supplies(sessions))
    if following is None:
        lines += [_over(sessions), *_later(around, today, ticked)]
    else:
        lines += _coming(sessions, following, of, today)
    return DayReport(tuple(lines), bool(here) and not is_behind)


def _here(here: Sequence[Session], of: int, *, is_behind: bool) -> str:
    if not here:
        return "no session today"
    session = f"session {here[0].number} of {of}"
    if is_behind:
        return f"{session} is planned for today"
    if here[0].status is Status.DONE:
        return f"{session} done today"
    hour = agenda.hour(here[0])
    return f"{session} today at {hour}" if hour else f"{session} today"


def _following(sessions: Sequence[Session], today: date) -> Session | None:
    """Find the session to name as next: a past one still in its window, or the first open one."""
    due = (s for s in sessions if s.date < today and agenda.standing(s, today) is Standing.DUE)
    return next(due, agenda.first_open(sessions))


def _coming(sessions: Sequence[Session], following: Session, of: int, today: date) -> Iterator[str]:
    """Yield a past session that is still fine, or the next one.

    If the first open session is late, the next one is the first whose day is still to come.
    """
    if following.date < today and agenda.standing(following, today) is Standing.DUE:
        fine = "today" if following.latest == today else phrases.short(following.latest)
        yield _row("due", f"{_session(following, of, today)}; fine until {fine}")
        return
    coming = agenda.upcoming(sessions, today)
    if coming is not None and coming.date > today:
        yield _row("next", _session(coming, of, today))


def _session(session: Session, of: int, today: date) -> str:
    """Word a session and its day: ``session 3 of 12, Sun 20 Dec 20:00, in 12 days``."""
    away = phrases.distance((session.date - today).days)
    when = agenda.moment(session, year=session.date.year != today.year)
    return f"session {session.number} of {of}, {when}, {away}"


def _over(sessions: Sequence[Session]) -> str:
    done = sum(session.status is Status.DONE for session in sessions)
    return f"No session is left: {done} of {agenda.highest(sessions)} done."


def _later(
    around: Surroundings, today: date, ticked: AbstractSet[tuple[str, int]]
) -> Iterator[str]:
    """Yield the next checkpoints after the last session, such as a review months later."""
    checks = [item for item in around.items if isinstance(item, care.Checked)]
    coming = [c for c in checks if c.day > today and (c.name, c.number) not in ticked]
    for check in (c for c in coming if c.day == coming[0].day):
        away = phrases.distance((check.day - today).days)
        yield _row("next", f"{care_text.other(check)}, {phrases.near(check.day, today)}, {away}")


def _away(around: Surroundings, today: date) -> Iterator[str]:
    """Word the days away that include today: ``20–30 Nov (vacation)``."""
    away = around.away_on(today)
    reasons = (f" ({shut.reason})" if shut.reason else "" for shut in away)
    texts = [phrases.closed_days(shut.days) + why for shut, why in zip(away, reasons, strict=True)]
    if texts:
        yield _row("away", ", ".join(texts))


def _open(sessions: Sequence[Session], today: date, flag: str) -> Iterator[str]:
    """Yield the missed and late sessions, and commands to deal with them."""
    late = agenda.late(sessions, today)
    behind = [s for s in sessions if s.status is Status.MISSED or s in late]
    if not behind:
        return
    named = [f"#{s.number} ({phrases.day_of(s.date)})" for s in behind[:FEW]]
    more = [f"{len(behind) - FEW} more"] if len(behind) > FEW else []
    yield f"Open: {', '.join([*named, *more])}"
    first = next((s for s in behind if agenda.recordable(sessions, s, today)), behind[-1])
    ways = _ways_out(first, late, flag, can_be_done=agenda.recordable(sessions, first, today))
    if len(behind) > 1:
        ways["All at once:"] = f"microplan catch-up{flag}"
    widest = max(map(len, ways))
    yield from (f"{question:<{widest}}  {command}" for question, command in ways.items())


def _ways_out(
    first: Session, late: Sequence[Session], flag: str, *, can_be_done: bool
) -> dict[str, str]:
    """Suggest commands for one open session, and for days away if some are late."""
    number = first.number
    ways = {}
    if can_be_done:
        ways[f"Did #{number}?"] = f"microplan done {number} --on {first.date}{flag}"
    missed = "Missed it?" if can_be_done else f"Missed #{number}?"
    ways[missed] = f"microplan skip {number}{flag}"
    if late:
        away = ClosedDays(first=late[0].date, last=late[-1].date)
        ways["Were you away?"] = f"microplan avoid {away}{flag}"
    return ways


def _care(
    around: Surroundings, today: date, ticked: AbstractSet[tuple[str, int]], *, is_over: bool
) -> Iterator[str]:
    """Yield what is paused and until when, what is used, and what there is to do today."""
    uses = {use.name.casefold(): use for use in around.uses}
    for pause in care_text.merged(around.items):
        if pause.first <= today <= pause.resumes:
            use = uses.pop(pause.name.casefold(), None)
            how = [use.how] if use else []
            yield _row(pause.name, "; ".join([*how, _paused(pause, today)]))
            if pause.last <= today and (label := care_text.label(pause.name)):
                yield _row("", label)
    if not is_over:
        yield from (_row(use.name, use.how) for use in uses.values())
    for item in around.items:
        if not isinstance(item, care.Paused) and item.day == today:
            is_done = isinstance(item, care.Checked) and (item.name, item.number) in ticked
            yield _row("today", f"{care_text.other(item)}{' ✓ done' if is_done else ''}")


def _row(name: str, text: str) -> str:
    return f"{name[:1].upper() + name[1:]:<11} {text}"


def _paused(pause: care_text.Merged, today: date) -> str:
    """Say when something paused resumes."""
    if today > pause.last:
        return "resume today"
    until = _until(pause, today)
    again = "" if pause.resumes == pause.last else f", resume {phrases.short(pause.resumes)}"
    return f"paused until {until}{again}"


NEAR = {0: "today", 1: "tomorrow"}
"""Words for near days, used if a pause ends at a time."""


def _until(merged: care_text.Merged, today: date) -> str:
    """Word the end of a pause: ``tonight (28 h after the 20:00 session)``.

    If the pauses of several sessions are merged, name the last session.
    """
    pause = merged.parts[-1]
    end = "tonight" if pause.last == today else care_text.end(pause)
    if pause.until and (pause.last - today).days in NEAR:
        end = f"{NEAR[(pause.last - today).days]} {pause.until:%H:%M}"
    if pause.at is None:
        return end
    session = f"the {pause.at:%H:%M} session"
    if len(merged.parts) > 1:
        session = f"session {pause.session} at {pause.at:%H:%M}"
    return f"{end} ({phrases.hours(pause.minutes)} after {session})"
