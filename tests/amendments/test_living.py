"""Any plan with any amendments obeys the laws of placing, recording, storing and exporting."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from msgspec.structs import replace

from microplan.amendments import agenda, amend, check, moving, recording, report, today
from microplan.amendments.amended import Stamp
from microplan.amendments.report import ReportOptions
from microplan.errors import RefusedError, ScheduleError, UsageError
from microplan.model import dates, ids, log
from microplan.model.entries import Closed, Opened, Record, Revised
from microplan.model.plan import Status
from microplan.model.values import ClosedDays, Pace
from microplan.rules import care_words
from microplan.scheduling import care, sequence
from microplan.scheduling.history import history
from microplan.scheduling.schedule import schedule
from microplan.storage import plan_file
from tests import offers
from tests.strategies import rules_, times

CREATED = datetime(2023, 11, 22, 20, tzinfo=UTC)
PLACES = st.integers(0, 19)
"""Indexes of sessions, modulo their number."""
LINES = 5
"""Most lines to report one change."""
ACTIVE = (Status.PLANNED, Status.DONE)
REVISIONS = (
    {"every": "3w"},
    {"every": "2x1w~2d,3x2w"},
    {"every": "4x2w"},
    {"every": "2x1w,1mo"},
    {"every": "RRULE:FREQ=WEEKLY;BYDAY=TU"},
    {"every": "RRULE:FREQ=MONTHLY;COUNT=3", "follow": "none", "window": "none", "gap": "none"},
    {"sessions": "5"},
    {"sessions": "9", "at": "19:00"},
    {"on": "any", "prefer": "none"},
    {"on": "mon..fri", "prefer": "none"},
    {"prefer": "wed"},
    {"avoid": ["12-24..01-03"]},
    {"avoid": "none"},
    {"at": "18:00", "remind": ["2h"]},
    {"at": "none", "remind": "none"},
    {"gap": "none", "window": "none"},
    {"gap": "5d"},
    {"depth": "0.75mm", "device": "pen"},
    {"follow": "plan"},
    {"follow": "actual"},
    {"discreet": "yes"},
    {"discreet": "none", "location": "upstairs"},
)
CARE = (
    ("pause", "minoxidil=-0d+1d"),
    ("pause", "Minoxidil=-3d+2d"),
    ("pause", "minoxidil=none"),
    ("cue", "wash=+1d"),
    ("cue", "wash=none"),
    ("checkpoint", "photos=every 4w"),
    ("checkpoint", "photos=every 3w"),
    ("checkpoint", "photos=last+2w"),
    ("supply", "cartridge=1"),
    ("supply", "cartridge=3"),
    ("stock", "cartridge=2"),
    ("use", "minoxidil=5 % twice daily"),
)
COUNTED = {"4x2w": 4, "2x1w~2d,3x2w": 5, "RRULE:FREQ=MONTHLY;COUNT=3": 3}
"""Those words that set the number of sessions to go."""
MOVING = ("every", "on", "prefer", "avoid", "gap", "window", "follow")


class LivingPlan(RuleBasedStateMachine):
    """One plan with a growing log, its file, and the calendars exported from it."""

    @initialize(read=rules_())
    def new_plan(self, read):
        self.plan = ids.new_plan("Laser", longer(read), CREATED)
        self.sessions = placed(self.plan)
        self.today = read.start
        self.asked = dates.total(self.plan.rules)
        self.past = []
        self.text = f"# my own plan\n{plan_file.dump(self.plan)}\n\n# nothing yet\n  \n"
        self.shown = self.rendered()
        self.hold_the_laws()

    # --- what may be said ---

    @rule(days=st.integers(1, 60))
    def wait(self, days):
        self.today += timedelta(days=days)

    @rule()
    def wait_for_the_next(self):
        session = agenda.first_open(self.sessions)
        if session is not None:
            self.today = max(self.today, session.date)

    @rule(place=st.none() | PLACES, back=st.integers(-2, 30))
    def done(self, place, back):
        number = None if place is None else self.number(place)
        on = self.today - timedelta(days=back)
        self.say(lambda stamp: recording.done(self.plan, number, on, self.today, stamp))

    @rule(number=st.integers(2, 20))
    def done_each(self, number):
        self.say_all(
            lambda stamp: recording.done_each(self.plan, range(1, number), self.today, stamp)
        )

    @rule(late=st.integers(-1, 9))
    def done_in_turn(self, late):
        session = agenda.first_open(self.sessions)
        if session is not None:
            on = session.date + timedelta(days=late)
            self.today = max(self.today, on)
            number = session.number
            self.say(lambda stamp: recording.done(self.plan, number, on, self.today, stamp))

    @rule(place=PLACES, days=st.integers(-20, 60), only=st.booleans())
    def move(self, place, days, only):
        number = self.number(place)

        def act(stamp):
            to = moving.day_of(self.plan, number) + timedelta(days=days)
            return moving.move(self.plan, number, to, stamp, only=only)

        self.say(act)

    @rule(place=PLACES, extend=st.booleans())
    def skip(self, place, extend):
        number = self.number(place)
        self.say(lambda stamp: amend.skip(self.plan, number, stamp, extend=extend))

    @rule(ahead=st.integers(-30, 120), days=st.integers(0, 40))
    def avoid(self, ahead, days):
        first = self.today + timedelta(days=ahead)
        away = ClosedDays(first=first, last=first + timedelta(days=days))
        self.say(lambda stamp: amend.avoid(self.plan, [away], stamp, "away"))

    @rule(ahead=st.integers(-30, 120), days=st.integers(0, 40))
    def open_days(self, ahead, days):
        first = self.today + timedelta(days=ahead)
        opened = ClosedDays(first=first, last=first + timedelta(days=days))
        before, told = self.sessions, len(self.plan.log)
        self.say(lambda stamp: amend.open_days(self.plan, [opened], stamp))
        if len(self.plan.log) > told:
            self.hold_what_opening_moves(before, opened)

    def hold_what_opening_moves(self, before, opened):
        """Assert that the first session that moves goes from a coming day to an opened one."""
        pairs = zip(before, self.sessions, strict=True)
        moved = next(((was, now) for was, now in pairs if was.date != now.date), None)
        if moved is not None:
            was, now = moved
            assert was.date >= self.today
            assert now.date >= self.today
            assert not opened.admits(now.date)

    @rule(words=st.sampled_from(REVISIONS))
    def revise(self, words):
        counts = [COUNTED[text] for text in map(str, words.values()) if text in COUNTED]
        left = counts[0] if counts else None
        before, told = self.sessions, len(self.plan.log)
        self.say(lambda stamp: amend.revise(self.plan, words, stamp), left)
        if len(self.plan.log) > told:
            self.hold_what_words_move(before, words)

    def hold_what_words_move(self, before, words):
        """Assert that a new pace plans nothing in the past, and that other words move no session."""
        kept = [s for s in self.sessions if s.status is not Status.DROPPED]
        if any(name in MOVING for name in words):
            opened = self.plan.log[-1].session
            assert all(s.date >= self.today for s in kept[opened - 1 :])
            return
        for was, now in zip(before, kept, strict=False):
            assert (was.status is Status.DROPPED) or (was.date, was.due) == (now.date, now.due)

    @rule(each=st.sampled_from(CARE))
    def revise_care(self, each):
        before = self.sessions
        change = [care_words.change(*each)]
        self.say(lambda stamp: amend.revise(self.plan, {}, stamp, change))
        assert self.sessions == before, "care moves no session"

    @precondition(lambda self: self.past)
    @rule()
    def undo(self):
        amended = amend.undo(self.plan, self.stamp())
        self.take(amended)
        before, self.asked = self.past.pop()
        assert self.sessions == before, "undo restores every date and status"
        self.hold_the_laws()

    # --- how it is taken ---

    def stamp(self):
        """Return noon of today, and sometimes a note."""
        noon, note = datetime.combine(self.today, time(12), UTC), "sore" * (self.today.day % 2)
        return Stamp(noon, note, Record(reaction="red" * (self.today.day % 3 == 0)))

    def number(self, place):
        return place % (len(self.sessions) + 1) + 1

    def say(self, act, left=None):
        try:
            amended = act(self.stamp())
        except (RefusedError, UsageError) as error:
            assert schedule(self.plan) == self.sessions, "what is refused changes nothing"
            self.follow(str(error))
            return
        if not amended.entries:
            assert amended.sessions == amended.sessions_before
            return
        assert amended.sessions_before == self.sessions
        self.past.append((self.sessions, self.asked))
        self.asked += more(amended, left)
        self.take(amended)
        undone = amend.undo(self.plan, self.stamp())
        assert undone.sessions == amended.sessions_before, "amend then undo restores everything"
        self.hold_the_laws()

    def say_all(self, act):
        """Check an amendment of several entries as if each had been made alone."""
        try:
            amended = act(self.stamp())
        except RefusedError as error:
            self.follow(str(error))
            return
        assert len(report.lines(amended, self.today, ReportOptions())) <= LINES
        for entry in amended.entries:
            self.say(
                lambda stamp, entry=entry: recording.done(
                    self.plan, entry.session, entry.on, self.today, stamp
                )
            )

    def take(self, amended):
        """Save the amended plan like the command line, and check its calendar."""
        self.plan, self.sessions = amended.plan, amended.sessions
        lines = report.lines(amended, self.today, ReportOptions())
        assert all(lines), "every change can be told"
        assert len(lines) <= LINES
        self.follow("\n".join(lines))
        found = [finding.text for finding in check.check(amended.scheduled_after, self.today)]
        for line in (*found, *today.report(self.sessions, self.today).lines):
            self.follow(line, changes=False)
        text = plan_file.append(self.text, amended.entries)
        assert text.startswith(self.text), "comments and layout stay"
        assert plan_file.load(text) == (self.plan, ())
        assert plan_file.load(plan_file.dump(self.plan)) == (self.plan, ())
        self.text = text
        was, now = keys(amended.before, amended.sessions_before), keys(self.plan, self.sessions)
        self.compare({ids.uid(self.plan, key) for key in was ^ now})

    def follow(self, text, *, changes=True):
        """Assert that every suggested command works as printed."""
        for command in offers.offered(text):
            amended = offers.follow(self.plan, command, self.today, self.stamp())
            assert amended.entries or not changes, f"{command} changes nothing"

    def rendered(self):
        return {event.uid: event for event in sequence.events(self.plan, self.sessions)}

    def compare(self, came_or_went):
        """Assert what a calendar program relies on if it has the previous file."""
        shown = self.rendered()
        assert self.shown.keys() <= shown.keys(), "what was once shown is never just gone"
        for uid, event in shown.items():
            before = self.shown.get(uid)
            if before is None:
                assert (event.sequence, uid in came_or_went) == (1, True)
                continue
            same = replace(event, sequence=before.sequence, stamp=before.stamp) == before
            assert event.sequence == before.sequence + (not same)
            assert event.stamp == (before.stamp if same else self.plan.log[-1].recorded)
        self.shown = shown

    # --- the laws ---

    def hold_the_laws(self):
        *_, latest = history(self.plan)
        assert latest == self.sessions, "what is placed step by step is what is placed at once"
        facts = log.fold(self.plan.log)
        numbers = [session.number for session in self.sessions]
        assert numbers == list(range(1, len(numbers) + 1))
        kept = [s for s in self.sessions if s.status is not Status.DROPPED]
        assert [session.number for session in kept] == numbers[: len(kept)]
        assert len(kept) == max(self.asked, facts.last_done)
        counted = None
        for session in kept:
            self.hold_for_one(facts, session, counted)
            counted = session if session.status in ACTIVE else counted

    def hold_for_one(self, facts, session, counted):
        gap = None if counted is None else (session.date - counted.date).days
        assert session.gap_days == gap
        if session.status is Status.DONE:
            assert session.date == facts.done[session.number]
        if session.status is not Status.PLANNED:
            return
        assert session.number > facts.last_done
        assert gap is None or gap >= max(session.rules.gap_of(self.step_of(session)), 1)
        pin = facts.pins.get(session.number)
        assert self.admits(session) or (pin is not None and pin.to == session.date)

    def step_of(self, session):
        """Find the step of the pace before a session."""
        if not isinstance(session.rules.every, Pace):
            return dates.steps(session.rules)[0]
        revisions = log.fold(self.plan.log).revisions
        begins = [1, *(entry.session for entry in revisions if entry.moves_sessions)]
        begin = max(number for number in begins if number <= session.number)
        return session.rules.every.steps[session.phase - self.sessions[begin - 1].phase]

    def admits(self, session):
        allowed = session.rules.on is None or session.rules.on.admits(session.date)
        return allowed and not self.closes(session.date)

    def closes(self, day):
        """Whether a day is closed: the last entry about it decides, or else the rules."""
        by_rules = not all(days.admits(day) for days in self.plan.rules.avoid)
        is_closed = not all(closure.days.admits(day) for closure in self.plan.closed)
        for entry in log.in_force(self.plan.log):
            match entry:
                case Closed():
                    is_closed |= not all(closure.days.admits(day) for closure in entry.closures)
                case Opened() if entry.opens(day):
                    by_rules = is_closed = False
                case Revised(words=words) if "avoid" in words:
                    by_rules = not all(days.admits(day) for days in entry.rules.avoid)
        return by_rules or is_closed


def placed(plan):
    try:
        return schedule(plan)
    except ScheduleError:
        assume(False)
    raise AssertionError


def keys(plan, sessions):
    """Return the keys of everything that a plan has in a calendar."""
    around = map(care.key, care.care(plan, sessions))
    return {*around, *(f"session/{session.number}" for session in sessions)}


def longer(read):
    """Lengthen the last phase of a pace, so that something can happen."""
    if not isinstance(read.every, Pace):
        return read
    *most, last = read.every.steps
    return replace(read, every=Pace(steps=(*most, replace(last, count=6))), sessions=None)


def more(amended, left):
    """Count the sessions that an entry adds to the plan, or removes."""
    (entry,) = amended.entries
    if not isinstance(entry, Revised):
        before, after = log.fold(amended.before.log), log.fold(amended.plan.log)
        return after.extensions - before.extensions
    if not entry.sets_number:
        return 0
    if not entry.moves_sessions:
        return int(entry.given["sessions"]) - agenda.highest(amended.sessions_before)
    return 0 if left is None else entry.session + left - 1 - agenda.highest(amended.sessions_before)


TestLivingPlan = LivingPlan.TestCase
TestLivingPlan.settings = settings(times(2), stateful_step_count=18)
