"""The commands that add to the log of a plan: done, move, skip, avoid, revise, undo."""

from datetime import date
from typing import Annotated

from msgspec.structs import replace

from microplan.amendments import amend, moving, recording
from microplan.amendments.amended import Amended, Stamp
from microplan.cli import everyday, options
from microplan.cli.amending import AmendOptions, amending, carry_out
from microplan.errors import UsageError
from microplan.model.entries import Closure, Record
from microplan.model.plan import Plan
from microplan.rules import grammar
from microplan.rules import pace as paces
from microplan.rules import words as rules

Number = Annotated[int, options.argument("the session's number", form="N")]


@amending
def done(  # noqa: PLR0913 - one parameter for each flag
    numbers: Annotated[
        list[str] | None,
        options.argument(
            "session numbers, such as 3, 1..11 or next [the one of today, or the next]",
            form="[N...]",
        ),
    ] = None,
    *,
    on: Annotated[
        str | None,
        options.option(
            "the day you did it: 2026-12-03, yesterday, sun (the latest) [today]", form="DATE"
        ),
    ] = None,
    at: Annotated[str, options.option("the time you did it: 20:15, 8pm", form="HH:MM")] = "",
    depth: Annotated[str, options.option("needle length used: 0.5mm", form="LENGTH")] = "",
    device: Annotated[str, options.option("device used", form="TEXT")] = "",
    reaction: Annotated[
        str, options.option("how the skin reacted: redness until Tuesday", form="TEXT")
    ] = "",
    way: AmendOptions,
) -> None:
    """Record a session you did, and how it went; the plan goes on from there.

    Several sessions are each recorded on the day they were planned for. If a session is already
    done, --depth and --device replace what was recorded; --reaction and --note add to it.

    Examples: `microplan done`, `microplan done yesterday`, `microplan done 3 --on sun`, `microplan done 1..11`,
    `microplan done 3 --reaction "red until Tuesday"`
    """
    today = way.today
    which, day = everyday.numbers_and_day(numbers or [], today)
    if on is not None:
        if day is not None:
            raise UsageError("the day is given twice: once after the numbers and once with --on")
        day = everyday.past(on, "on", today)
    hour = everyday.hour(at, "at") if at else None
    record = Record(
        depth=everyday.needle_length(depth),
        device=grammar.free_text(device, "device"),
        reaction=grammar.free_text(reaction, "reaction"),
    )
    named = paces.session_numbers(which, "done")
    if len(named) > 1 and not (day is None and hour is None):
        raise UsageError(
            "each of several sessions is recorded on its own day; leave out the day and time"
        )

    def act(plan: Plan, stamp: Stamp) -> Amended:
        stamp = replace(stamp, went=record)
        if len(named) > 1:
            return recording.done_each(plan, named, today, stamp)
        number = recording.next_number(plan) if which == ["next"] else next(iter(named), None)
        return recording.done(plan, number, day, today, stamp, at=hour)

    carry_out(way, act)


@amending
def move(
    number: Number,
    to: Annotated[
        list[str],
        options.argument(
            "the new day: 2027-01-03, +1w or -2d; a new time: 16:30; or both",
            form="[DATE|+SPAN|-SPAN] [HH:MM]",
        ),
    ],
    *,
    only: Annotated[
        bool, options.option("leave later sessions where they are, if the gap allows", "--only")
    ] = False,
    way: AmendOptions,
) -> None:
    """Move a session to another day, and later ones with it, or to another time.

    The session keeps that time until you move it again; the others keep the plan's time.

    Examples: `microplan move 3 +1w --dry-run`, `microplan move 3 2027-02-02 16:30`, `microplan move 3 16:30`
    """
    today = way.today
    day, at = everyday.day_and_hour(to)

    def target(present: date) -> date:
        return everyday.target(day, "the day", today, present)

    where = target if day or at is None else None
    carry_out(way, lambda plan, stamp: moving.move(plan, number, where, stamp, at=at, only=only))


@amending
def skip(
    number: Number,
    *,
    extend: Annotated[bool, options.option("add a session at the end instead", "--extend")] = False,
    no_show: Annotated[bool, options.option("nobody came to the appointment", "--no-show")] = False,
    way: AmendOptions,
) -> None:
    """Skip a session you won't make up.

    Examples: `microplan skip 5 --extend`, `microplan skip 3 --no-show -p plans/P-011.toml`
    """
    today = way.today

    def act(plan: Plan, stamp: Stamp) -> Amended:
        if no_show:
            return amend.no_show(plan, number, today, stamp, extend=extend)
        return amend.skip(plan, number, stamp, extend=extend)

    carry_out(way, act)


@amending
def avoid(  # noqa: PLR0913 - one parameter for each flag
    days: Annotated[
        list[str] | None, options.argument(rules.WORDS["avoid"].help, form="[DAYS...]")
    ] = None,
    *,
    opened: Annotated[
        list[str] | None,
        options.option(
            "open closed days again instead: 2026-12-25 (repeatable)", "--not", form="DATE"
        ),
    ] = None,
    reason: Annotated[str, options.option("why, shown in the table", form="TEXT")] = "",
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    way: AmendOptions,
) -> None:
    """Close days you're away, and sessions on those days move; or open closed days again.

    Examples: `microplan avoid 2027-02-10..2027-02-20 --reason "ski trip"`,
    `microplan avoid --holidays FR --busy work.ics`, `microplan avoid --not 2026-12-25`
    """
    if opened:
        if days or reason or holidays or busy:
            raise UsageError("--not opens days again; close other days in a command of its own")
        again = everyday.opened(opened, way.today)
        carry_out(way, lambda plan, stamp: amend.open_days(plan, again, stamp))
        return
    ranges = everyday.away(days or [], way.today)
    why = grammar.free_text(reason, "reason")
    if not (holidays or busy):
        if not ranges:
            raise UsageError("avoid needs days, --holidays CODE, --busy FILE or --not DATE")
        carry_out(way, lambda plan, stamp: amend.avoid(plan, ranges, stamp, why))
        return
    from microplan.cli import lookups

    lookups.refuse_both(way.plan, busy)
    today = way.today

    def act(plan: Plan, stamp: Stamp) -> Amended:
        looked_up = lookups.ahead(plan, today, holidays or [], busy or [])
        away = [Closure(days=days, reason=why) for days in ranges]
        return amend.close(plan, away, looked_up.lookups, stamp, looked_up.closures)

    carry_out(way, act)


@amending
def undo(
    entry: Annotated[
        int | None,
        options.argument(
            "the number in `microplan log` of days you closed or opened [the last change]",
            form="[ENTRY]",
        ),
    ] = None,
    *,
    way: AmendOptions,
) -> None:
    """Take back the last change, or days you closed or opened earlier.

    Examples: `microplan undo --dry-run`, or `microplan undo 3` if `microplan log` lists the days as 3
    """
    carry_out(way, lambda plan, stamp: amend.undo(plan, stamp, entry))
