"""``microplan check``: what is late, missed, short, or booked twice."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from microplan.amendments import agenda, double_bookings
from microplan.amendments import check as checking
from microplan.amendments.check import Finding
from microplan.cli import environment, many_plans, options, plan_io, terminal
from microplan.errors import FindingsError, MicroplanError
from microplan.model import log
from microplan.model.plan import Plan, Session
from microplan.model.rules import Rules
from microplan.scheduling.filed_plans import FiledPlan
from microplan.scheduling.schedule import Scheduled
from microplan.wording import phrases

Checked = list[tuple[FiledPlan, tuple[Finding, ...]]]
"""The findings of each plan."""


def check(  # noqa: PLR0913 - one parameter for each flag
    plans: options.PlanFiles = None,
    *,
    plan: options.PlanNames = None,
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    capacity: options.Capacity = 1,
    format_: options.TextOrJson = "text",
    as_of: options.AsOf = None,
) -> None:
    """Find what is late, missed or against the plan's rules; exit with 6 if anything is found.

    With several plans, double bookings are found too. Examples: `microplan check && echo all is
    well`, or `microplan check plans/ --capacity 2`
    """
    options.text_or_json(format_)
    names = [*(plan or []), *(plans or [])]
    if terminal.STDIO in names and busy:
        from microplan.cli import lookups

        lookups.refuse_both(terminal.STDIO, busy)
    day = environment.today(as_of)
    read = many_plans.read(names)
    closing = holidays or [], busy or []
    checked = [(filed, _findings(filed, day, closing, _flag(filed, names))) for filed in read.plans]
    checked = _with_shared_ids(checked)
    if read.are_several:
        checked = _with_double_bookings(checked, day, capacity)
    if format_ == "json":
        terminal.document(_document(checked))
    else:
        terminal.print_lines(_lines(checked, several=read.are_several))
        for filed, findings in checked:
            plan_io.say_if_document(filed.file, (finding.text for finding in findings))
    read.finish()
    if any(findings for _, findings in checked):
        raise FindingsError


def _flag(filed: FiledPlan, names: Sequence[str]) -> str:
    return filed.flag if names else ""


def _findings(
    filed: FiledPlan, day: date, closing: tuple[list[str], list[str]], flag: str
) -> tuple[Finding, ...]:
    """Find what is wrong with one plan, apart from the others."""
    scheduled = filed.scheduled
    findings = checking.check(scheduled, day, flag) + _against_course(
        scheduled.plan, scheduled.sessions
    )
    findings += _lost_photos(filed)
    return findings + _clashes(scheduled, day, closing, flag)


def _lost_photos(filed: FiledPlan) -> tuple[Finding, ...]:
    """Find photos whose files are missing or have changed."""
    recorded = log.photos(filed.scheduled.plan)
    if not recorded:
        return ()
    from microplan.storage import pictures

    folder = Path() if filed.file == terminal.STDIO else Path(filed.file).parent
    faults = ((photo, pictures.fault(photo.path, photo.digest, folder)) for photo in recorded)
    return tuple(
        Finding("photo", 0, phrases.visible(f"photo {photo.path} ({photo.view}): {fault}"))
        for photo, fault in faults
        if fault
    )


def _clashes(
    scheduled: Scheduled, day: date, closing: tuple[list[str], list[str]], flag: str
) -> tuple[Finding, ...]:
    """Find sessions on holidays and busy days, if these are looked up."""
    if not any(closing):
        return ()
    from microplan.cli import lookups

    shut = lookups.now(scheduled.plan, day, *closing)
    return checking.clashes(scheduled.sessions, shut, day, flag)


def _with_shared_ids(checked: Checked) -> Checked:
    """Add a finding to each plan that has the id of an earlier one, so calendars mix them up."""
    if len(checked) == 1:
        ((filed, findings),) = checked
        same = plan_io.shared_id(filed.file, filed.scheduled.plan)
        return [(filed, findings + _shared(same))]
    first: dict[str, str] = {}
    marked: Checked = []
    for filed, findings in checked:
        before = first.setdefault(filed.scheduled.plan.id, filed.file)
        same = "" if before == filed.file else plan_io.SAME_ID.format(before, filed.file)
        marked.append((filed, findings + _shared(same)))
    return marked


def _shared(same: str) -> tuple[Finding, ...]:
    return (Finding("shared-id", 0, same),) if same else ()


def _with_double_bookings(checked: Checked, day: date, capacity: int) -> Checked:
    """Add findings for sessions that overlap those of other plans."""
    overlaps = double_bookings.find([filed for filed, _ in checked], day, capacity)
    return [(filed, findings + overlaps.get(filed.file, ())) for filed, findings in checked]


def _document(checked: Checked) -> dict[str, object]:
    rows = [
        {
            "plan": filed.scheduled.plan.id,
            "file": filed.file,
            "code": finding.code,
            "session": finding.session,
            "text": finding.text,
        }
        for filed, findings in checked
        for finding in findings
    ]
    return {"findings": rows}


def _lines(checked: Checked, *, several: bool) -> Iterator[str]:
    """Yield a line per finding; with several plans, under the name and file of each."""
    indent = ""
    for filed, findings in checked:
        if several and findings:
            yield f"{filed.name} · {filed.file}"
            indent = "  "
        for finding in findings:
            where = f"#{finding.session}" if finding.session else "plan"
            yield f"{indent}{where}  {finding.text}"
    if not any(findings for _, findings in checked):
        yield "nothing to fix"


def _as_it_goes_on(plan: Plan) -> Rules:
    """Return the plan's rules with the place, device and needle length of its next sessions."""
    _, now = log.rules_in_force(plan)
    return replace(plan.rules, setting=now.setting, device=now.device, depth=now.depth)


def departures(plan: Plan, sessions: Sequence[Session]) -> list[str]:
    """List briefly how a plan differs from the course it was started from."""
    return [finding.text.partition("; see ")[0] for finding in _against_course(plan, sessions)]


def _against_course(plan: Plan, sessions: Sequence[Session]) -> tuple[Finding, ...]:
    """Compare a plan with the course it was started from, if any."""
    if not plan.protocol or agenda.first_open(sessions) is None:
        return ()
    from microplan.cli.courses.chosen import SUFFIX, find
    from microplan.courses import library

    if SUFFIX in plan.protocol:  # a plan file must not make us open another file
        terminal.say(f"the plan isn't compared with its course, the file {plan.protocol}")
        return ()

    try:
        course, variant = find(plan.protocol)
    except MicroplanError as error:  # the person's own course file may be missing
        terminal.say(f"the plan isn't compared with its course: {error}")
        return ()
    departures = library.departures(course, variant, _as_it_goes_on(plan))
    return checking.against_course(plan, departures, library.care(course, variant))
