"""A target for any sequence of amendments to a plan; each byte of the input decides something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from msgspec.structs import replace

from fuzz.oracles import expected, holds
from microplan.amendments import amend as amendments
from microplan.amendments import moving, recording, report
from microplan.amendments.amended import Amended, Stamp
from microplan.amendments.report import ReportOptions
from microplan.model import dates, ids
from microplan.model.care import Care, Checkpoint, Cue, Ended, Pause
from microplan.model.entries import Undone
from microplan.model.plan import Plan, Session, Status
from microplan.model.rules import Rules
from microplan.model.values import ClosedDays, Span
from microplan.rules import words as rules
from microplan.scheduling import schedule, sequence
from microplan.scheduling.events import Event
from microplan.storage import plan_file

CREATED = datetime(2023, 11, 22, 20, tzinfo=UTC)
START = {"start": "2024-01-31"}
PLANS = (
    {"every": "6x4w~3d", "on": "mon..fri", "prefer": "tue", "at": "18:00", "gap": "21d"},
    {"every": "4x1mo"},
    {"every": "4x1w,4x2w", "follow": "actual"},
    {"every": "5x10d", "follow": "plan", "avoid": ["12-24..01-03", "2024-02-10..2024-03-20"]},
    {"every": "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=5"},
    {"every": "1w", "until": "2024-04-01", "at": "02:30", "tz": "Europe/Paris"},
    {"every": "4x4w~-4d+14d", "on": "sat,sun"},
    {"every": "3x1y-4d", "discreet": True},
)
CARE: tuple[tuple[Care | Ended, ...], ...] = (
    (),
    (Pause(name="minoxidil", before=1, after=2),),
    (Pause(name="Minoxidil"), Cue(name="wash gently", days=1, at=time(19, 30))),
    (Ended(kind="pause", name="minoxidil"),),
    (Checkpoint(name="photos", span=Span(days=28), repeats=True),),
    (Checkpoint(name="photos", span=Span(days=14), from_last=True),),
    (Ended(kind="checkpoint", name="photos"),),
)
REVISIONS: tuple[dict[str, object], ...] = (
    {"every": "3w"},
    {"every": "2x1w~2d,3x2w"},
    {"every": "4x2w"},
    {"every": "RRULE:FREQ=WEEKLY;BYDAY=TU"},
    {"sessions": "5"},
    {"on": "any", "prefer": "none"},
    {"on": "mon..fri"},
    {"prefer": "wed"},
    {"avoid": ["12-24..01-03"]},
    {"avoid": "none"},
    {"at": "18:00", "tz": "Europe/Paris"},
    {"at": "none"},
    {"gap": "none", "window": "none"},
    {"gap": "5d"},
    {"window": "-1d+5d"},
    {"follow": "plan"},
    {"follow": "actual"},
    {"discreet": "yes"},
    {"until": "2025-01-01"},
)
MOST_STEPS = 16
STEP = 4
ACTIVE = (Status.PLANNED, Status.DONE)


def amend(data: bytes) -> None:
    """Run a story: the first byte chooses the plan, and every four more are one step."""
    if not data:
        return
    read = rules.parse(START | PLANS[data[0] % len(PLANS)])
    story = Story(ids.new_plan("Laser", read, CREATED))
    steps = range(1, min(len(data), MOST_STEPS * STEP), STEP)
    for place in steps:
        kind, *rest = data[place : place + STEP].ljust(STEP, b"\0")
        story.step(kind, *rest)


class Story:
    """One plan with a growing log, its file, and the events exported from it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.sessions = schedule.schedule(plan)
        self.today = plan.rules.start
        self.text = f"# my own plan\n{plan_file.dump(plan)}"
        self.shown = rendered(plan, self.sessions)

    def step(self, kind: int, number: int, days: int, flag: int) -> None:
        """Carry out one step; a refused step changes nothing."""
        self.today += timedelta(days=flag >> 2)
        number = number % (len(self.sessions) + 2)
        signed = days - 128
        amended = expected(lambda: self.act(kind, number, signed, flag))
        if isinstance(amended, Amended):
            self.take(amended)

    def act(  # noqa: PLR0911 - one return for each thing that may be said
        self, kind: int, number: int, days: int, flag: int
    ) -> Amended:
        """Make the amendment of one step."""
        plan, stamp = self.plan, self.stamp()
        on = self.today + timedelta(days=days)
        match kind % 8:
            case 0:
                return recording.done(plan, number or None, on, self.today, stamp)
            case 1:
                to = moving.day_of(plan, number) + timedelta(days=days)
                return moving.move(plan, number, to, stamp, only=bool(flag & 1))
            case 2:
                return amendments.skip(plan, number, stamp, extend=bool(flag & 1))
            case 3:
                away = ClosedDays(first=on, last=on + timedelta(days=number))
                return amendments.avoid(plan, [away], stamp, "away")
            case 4:
                words = REVISIONS[(days + 128) % len(REVISIONS)] if number else {}
                return amendments.revise(plan, words, stamp, CARE[flag % len(CARE)])
            case 5:
                self.today = max(self.today, self.sessions[-1].date)
                held = self.sessions[max(number - 1, 0) % len(self.sessions)].date
                late = timedelta(days=days % 7)
                return recording.done(plan, number or 1, held + late, self.today, stamp)
            case 6:
                opened = ClosedDays(first=on, last=on + timedelta(days=number))
                return amendments.open_days(plan, [opened], stamp)
            case _:
                return amendments.undo(plan, stamp)

    def stamp(self) -> Stamp:
        """Return noon of today."""
        return Stamp(datetime.combine(self.today, time(12), UTC))

    def take(self, amended: Amended) -> None:
        """Apply an amendment, and check the laws."""
        holds(amended.sessions_before == self.sessions, "an amendment begins elsewhere")
        if not amended.entries:
            holds(
                amended.sessions == amended.sessions_before, "what says nothing new moves something"
            )
            return
        restores(amended, self.stamp())
        report.as_data(amended, self.today, ReportOptions())
        self.plan, self.sessions = amended.plan, amended.sessions
        self.text = plan_file.append(self.text, amended.entries)
        reads_back(self.text, self.plan)
        spaced(self.sessions)
        shown = rendered(self.plan, self.sessions)
        numbered(self.shown, shown)
        self.shown = shown


# --- the laws -------------------------------------------------------------------------------


def restores(amended: Amended, stamp: Stamp) -> None:
    """Assert that undoing an entry restores every day and status."""
    if any(isinstance(entry, Undone) for entry in amended.entries):
        return
    holds(
        amendments.undo(amended.plan, stamp).sessions == amended.sessions_before,
        "undo leaves something changed",
    )


def reads_back(text: str, plan: Plan) -> None:
    """Assert that a plan file reads back as the plan, appended to or newly written."""
    for each in (text, plan_file.dump(plan)):
        holds(plan_file.load(each) == (plan, ()), "the file is another plan")


def spaced(sessions: Sequence[Session]) -> None:
    """Assert that active sessions have increasing days, and planned ones keep the gap."""
    kept = [session for session in sessions if session.status in ACTIVE]
    for before, after in pairwise(kept):
        holds(before.date < after.date, f"session {after.number} is not after the one before")
        if after.status is Status.PLANNED:
            gap = (after.date - before.date).days
            holds(gap == after.gap_days, "a gap is told that is none")
            holds(gap >= least(after.rules), f"session {after.number} comes too soon")


def least(read: Rules) -> int:
    """Find the fewest days that the rules allow between any two sessions."""
    if read.gap is not None:
        return read.gap.days
    return max(min(read.gap_of(step) for step in dates.steps(read)), 1)


def rendered(plan: Plan, sessions: Sequence[Session]) -> dict[str, Event]:
    """Map the UIDs of a plan's events to the events."""
    return {event.uid: event for event in sequence.events(plan, sessions)}


def numbered(before: dict[str, Event], after: dict[str, Event]) -> None:
    """Assert that SEQUENCE rises exactly when an event changes, and that no event disappears."""
    holds(before.keys() <= after.keys(), "an event that was shown is gone")
    for uid, was in before.items():
        now = after[uid]
        same = replace(now, sequence=was.sequence, stamp=was.stamp) == was
        holds(now.sequence == was.sequence + (not same), "a number counts what was not said")
