"""``microplan check``: what is late, missed, short, or booked twice."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from microplan.amendments import agenda, double_bookings
from microplan.amendments import check as checking
from microplan.amendments.check import Finding
from microplan.amendments.filed_plans import FiledPlan
from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.cli.commands.status import Form
from microplan.errors import FoundError, MicroplanError
from microplan.model import log
from microplan.model.plan import Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases

Found = list[tuple[FiledPlan, tuple[Finding, ...]]]
"""The findings of each plan."""


def check(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    capacity: options.Capacity = 1,
    format_: Form = "text",
    as_of: options.AsOf = None,
) -> None:
    """Find what is late, missed or against the plan's rules; exit with 6 if there is anything.

    Of several plans, double bookings are found too. Examples: `microplan check && echo all is
    well`, or `microplan check plans/ --capacity 2`
    """
    options.text_or_json(format_)
    names = [*(plan or []), *(plans or [])]
    if plan_io.STDIO in names and busy:
        from microplan.cli import lookups

        lookups.refuse_both(plan_io.STDIO, busy)
    day = environment.today(as_of)
    read = many_plans.read(names)
    closing = holidays or [], busy or []
    found = [(each, _findings(each, day, closing, _flag(each, names))) for each in read.plans]
    found = _with_shared_ids(found)
    if read.are_several:
        found = _with_double_bookings(found, day, capacity)
    if format_ == "json":
        terminal.document(_document(found))
    else:
        terminal.print_lines(_lines(found, several=read.are_several))
    read.finish()
    if any(findings for _, findings in found):
        raise FoundError


def _flag(each: FiledPlan, names: Sequence[str]) -> str:
    return each.flag if names else ""


def _findings(
    each: FiledPlan, day: date, closing: tuple[list[str], list[str]], flag: str
) -> tuple[Finding, ...]:
    """Find what there is about one plan by itself."""
    scheduled = each.scheduled
    found = checking.check(scheduled, day, flag) + _against_course(
        scheduled.plan, scheduled.sessions
    )
    found += _lost_photos(each)
    return found + _clashes(scheduled, day, closing, flag)


def _lost_photos(each: FiledPlan) -> tuple[Finding, ...]:
    """Find the photos whose files are missing, or other than they were."""
    recorded = log.photos(each.scheduled.plan)
    if not recorded:
        return ()
    from microplan.storage import pictures

    folder = Path() if each.file == plan_io.STDIO else Path(each.file).parent
    told = ((photo, pictures.fault(photo.path, photo.digest, folder)) for photo in recorded)
    return tuple(
        Finding("photo", 0, phrases.visible(f"photo {photo.path} ({photo.view}): {fault}"))
        for photo, fault in told
        if fault
    )


def _clashes(
    scheduled: Scheduled, day: date, closing: tuple[list[str], list[str]], flag: str
) -> tuple[Finding, ...]:
    """Find the sessions on holidays and busy days, where these are looked up."""
    if not any(closing):
        return ()
    from microplan.cli import lookups

    shut = lookups.now(scheduled.plan, day, *closing)
    return checking.clashes(scheduled.sessions, shut, day, flag)


def _with_shared_ids(found: Found) -> Found:
    """Add that a calendar takes a plan for another one: of several, for one before it."""
    if len(found) == 1:
        ((each, findings),) = found
        same = plan_io.shared_id(each.file, each.scheduled.plan)
        return [(each, findings + _shared(same))]
    first: dict[str, str] = {}
    told: Found = []
    for each, findings in found:
        before = first.setdefault(each.scheduled.plan.id, each.file)
        same = "" if before == each.file else plan_io.SAME_ID.format(before, each.file)
        told.append((each, findings + _shared(same)))
    return told


def _shared(same: str) -> tuple[Finding, ...]:
    return (Finding("shared-id", 0, same),) if same else ()


def _with_double_bookings(found: Found, day: date, capacity: int) -> Found:
    """Add the sessions that overlap those of other plans."""
    overlaps = double_bookings.find([each for each, _ in found], day, capacity)
    return [(each, findings + overlaps.get(each.file, ())) for each, findings in found]


def _document(found: Found) -> dict[str, object]:
    rows = [
        {
            "plan": each.scheduled.plan.id,
            "file": each.file,
            "code": finding.code,
            "session": finding.session,
            "text": finding.text,
        }
        for each, findings in found
        for finding in findings
    ]
    return {"findings": rows}


def _lines(found: Found, *, several: bool) -> Iterator[str]:
    """Say each finding; those of several plans under the name and the file of each."""
    indent = ""
    for each, findings in found:
        if several and findings:
            yield f"{each.name} · {each.file}"
            indent = "  "
        for finding in findings:
            where = f"#{finding.session}" if finding.session else "plan"
            yield f"{indent}{where}  {finding.text}"
    if not any(findings for _, findings in found):
        yield "nothing to fix"


def _as_it_goes_on(plan: Plan) -> Rules:
    """Put the place, device and needle length of the sessions to come into the rules of a plan."""
    _, now = log.rules_in_force(plan)
    return replace(plan.rules, setting=now.setting, device=now.device, depth=now.depth)


def departures(plan: Plan, sessions: Sequence[Session]) -> list[str]:
    """Say in a few words each how a plan departs from the course it was started from."""
    return [found.text.partition("; see ")[0] for found in _against_course(plan, sessions)]


def _against_course(plan: Plan, sessions: Sequence[Session]) -> tuple[Finding, ...]:
    """Compare a plan with the course it was started from, if it was."""
    if not plan.protocol or agenda.first_open(sessions) is None:
        return ()
    from microplan.cli.commands.protocols import SUFFIX, find
    from microplan.courses import library

    if SUFFIX in plan.protocol:  # no plan file makes this one open another
        terminal.say(f"the plan is not compared with the file {plan.protocol}, which it names")
        return ()

    try:
        course, variant = find(plan.protocol)
    except MicroplanError as error:  # a file of one's own that is not here today
        terminal.say(f"the plan is not compared with its course: {error}")
        return ()
    departures = library.departures(course, variant, _as_it_goes_on(plan))
    return checking.against_course(plan, departures, library.care(course, variant))
