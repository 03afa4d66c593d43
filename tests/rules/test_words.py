"""The words of a plan together: their defaults, and their contradictions."""

import shlex
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError, UsageError
from microplan.model import dates
from microplan.model.rules import PLACING, Rules, as_flags
from microplan.model.values import (
    ClosedDays,
    ClosedYearly,
    Depth,
    Follow,
    Hours,
    Length,
    Pace,
    Reminder,
    Setting,
    Span,
    Step,
    Weekdays,
    Window,
)
from microplan.rules import words as rules
from microplan.rules.words import WORDS
from tests.strategies import FEWER, fixes, is_a_sentence, marked, refusal, rule_words, rules_
from tests.tables import ids

PLAIN = {"start": "2026-12-01", "every": "6x4w"}


def parse(**words):
    return rules.parse({**PLAIN, **words})


# --- values ---------------------------------------------------------------------------------


def test_every_word_parses_to_its_value():
    assert rules.parse(
        {
            "start": "2026-12-01",
            "every": "2x4w~3d,1mo",
            "sessions": "6",
            "until": "2027-12-31",
            "at": "18:00",
            "duration": "1h30m",
            "tz": "Europe/Paris",
            "on": "mon..fri",
            "prefer": "tue",
            "avoid": ["2026-12-24..2027-01-03", "07-14"],
            "gap": "3w",
            "window": "-1d+5d",
            "follow": "actual",
            "remind": ["1d@20:00", "2h"],
            "location": "Rue de Rivoli 1",
            "setting": "clinic",
            "device": "roller",
            "depth": "0.5 mm",
            "discreet": "yes",
        }
    ) == Rules(
        start=date(2026, 12, 1),
        every=Pace(
            steps=(
                Step(count=2, span=Span(days=28), window=Window(before=3, after=3)),
                Step(count=None, span=Span(months=1)),
            )
        ),
        sessions=6,
        until=date(2027, 12, 31),
        at=Hours(usual=time(18)),
        duration=Length(minutes=90),
        tz="Europe/Paris",
        on=Weekdays(days=(0, 1, 2, 3, 4)),
        prefer=Weekdays(days=(1,)),
        avoid=(
            ClosedDays(first=date(2026, 12, 24), last=date(2027, 1, 3)),
            ClosedYearly(first=(7, 14), last=(7, 14)),
        ),
        gap=Span(days=21),
        window=Window(before=1, after=5),
        follow=Follow.ACTUAL,
        remind=(Reminder(days=1, at=time(20)), Reminder(length=Length(minutes=120))),
        location="Rue de Rivoli 1",
        setting=Setting.CLINIC,
        device="roller",
        depth=Depth(lengths=("0.5mm",)),
        discreet=True,
    )


def test_a_missing_word_has_its_default():
    assert parse() == Rules(
        start=date(2026, 12, 1),
        every=Pace(steps=(Step(count=6, span=Span(days=28)),)),
        sessions=None,
        until=None,
        at=None,
        duration=Length(minutes=30),
        tz="UTC",
        on=None,
        prefer=None,
        avoid=(),
        gap=None,
        window=None,
        follow=Follow.WINDOW,
        remind=(),
        location="",
        setting=None,
        device="",
        depth=None,
        discreet=False,
    )


def test_the_zone_defaults_to_the_machines():
    assert rules.parse(PLAIN, zone="Asia/Kathmandu").tz == "Asia/Kathmandu"
    assert rules.parse({**PLAIN, "tz": "UTC"}, zone="Asia/Kathmandu").tz == "UTC"


@pytest.mark.parametrize("name", [name for name in WORDS if name not in PLAIN])
@pytest.mark.parametrize("nothing", [None, "", [], ()], ids=repr)
def test_an_empty_value_counts_as_missing(name, nothing):
    assert parse(**{name: nothing}) == parse()


PLAIN_VALUES = [
    ({"start": date(2026, 12, 1)}, {"start": "2026-12-01"}, "a date of a file"),
    ({"at": time(18)}, {"at": "18:00"}, "a time of a file"),
    ({"every": "4w", "sessions": 6}, {"every": "4w", "sessions": "6"}, "a number of a file"),
    ({"discreet": True}, {"discreet": "yes"}, "a yes of a file"),
    ({"discreet": False}, {}, "a no of a file"),
    ({"avoid": "12-25"}, {"avoid": ["12-25"]}, "one of what may be several"),
    ({"avoid": date(2026, 12, 25)}, {"avoid": ["2026-12-25"]}, "one date of a file"),
    ({"avoid": ["12-25", "12-25"]}, {"avoid": ["12-25"]}, "the same twice"),
    ({"remind": ("1d", "1w", "7d")}, {"remind": ["1d", "7d"]}, "the same, spelled otherwise"),
]


@pytest.mark.parametrize(("plain", "text", "_name"), PLAIN_VALUES, ids=ids(PLAIN_VALUES))
def test_plain_values_in_a_file_are_read_like_text(plain, text, _name):
    assert parse(**plain) == parse(**text)


@pytest.mark.parametrize(("size", "remembered"), [(80, True), (81, False)])
def test_short_texts_are_cached_and_long_ones_are_not(size, remembered):
    text = "mon..fri".ljust(size)
    assert (rules.value("on", text) is rules.value("on", text)) is remembered


@pytest.mark.parametrize("text", ["today", "tomorrow", "tue", "+10d", "+2w", "+1mo", "+0d"])
def test_a_start_in_a_file_is_a_date(text):
    error = refusal(lambda: parse(start=text))
    assert (error.word, marked(error)) == ("start", text)
    assert error.message == "that isn't a date. Write it like 2026-12-01"


# --- defaults of gap and window -------------------------------------------------------------

DEFAULTS = [
    ("6x1d", 1, "0d", "every day"),
    ("6x2d", 2, "0d", "every other day"),
    ("6x3d", 3, "0d", "less than a week"),
    ("6x6d", 6, "0d", "a day less than a week"),
    ("6x1w", 6, "-0d+1d", "a week"),
    ("6x10d", 9, "-0d+1d", "ten days"),
    ("6x2w", 12, "-0d+2d", "two weeks"),
    ("6x3w", 18, "-0d+3d", "three weeks"),
    ("6x4w", 25, "-0d+3d", "four weeks"),
    ("6x8w", 53, "-0d+3d", "at most three days"),
    ("6x1mo", 25, "-0d+3d", "a month at 28 days"),
    ("6x3mo", 81, "-0d+3d", "three months at 28 days"),
    ("6x1y", 333, "-0d+3d", "a year of months at 28 days"),
    ("6x1mo-7d", 18, "-0d+3d", "a month less a week"),
    ("6x1w~3d", 4, "3d", "half a step at least, rounded up"),
    ("6x8d~3d", 4, "3d", "half a step at least"),
    ("6x4w~3d", 22, "3d", "the step less its whole window"),
    ("6x4w~-4d+14d", 14, "-4d+14d", "an uneven window"),
    ("6x4w~0d", 28, "0d", "no window"),
    ("6x1mo~3d", 22, "3d", "a month less its whole window"),
    ("RRULE:FREQ=WEEKLY;COUNT=6", 6, "0d", "a recurrence, like a pace"),
    ("RRULE:FREQ=WEEKLY;BYDAY=TU,FR;COUNT=6", 3, "0d", "the shortest distance of a recurrence"),
    ("RRULE:FREQ=MONTHLY;COUNT=6", 25, "0d", "a monthly recurrence"),
    ("RRULE:FREQ=MONTHLY;BYDAY=1TU;COUNT=2", 25, "0d", "also past its own end"),
]


def step_of(read):
    return read.every.steps[0] if isinstance(read.every, Pace) else None


@pytest.mark.parametrize(("every", "gap", "window", "_name"), DEFAULTS, ids=ids(DEFAULTS))
def test_gap_and_window_default_from_the_step(every, gap, window, _name):
    read = parse(every=every)
    assert read.gap_of(dates.steps(read)[0]) == gap
    assert str(read.window_of(step_of(read))) == window


GIVEN = [
    ("6x4w", {"window": "5d"}, 18, "5d", "a window narrows the gap"),
    ("6x4w~1d", {"window": "5d"}, 26, "1d", "the window of a step comes first"),
    ("6x4w", {"gap": "2w"}, 14, "-0d+3d", "a gap is as given"),
    ("6x4w~3d", {"gap": "4w"}, 28, "3d", "a gap may be the whole step"),
    ("RRULE:FREQ=WEEKLY;COUNT=6", {"gap": "7d"}, 7, "0d", "a gap of a recurrence"),
    ("RRULE:FREQ=WEEKLY;COUNT=6", {"window": "3d"}, 4, "3d", "a window of a recurrence"),
]


@pytest.mark.parametrize(("every", "words", "gap", "window", "_name"), GIVEN, ids=ids(GIVEN))
def test_a_given_gap_and_window_win(every, words, gap, window, _name):
    read = parse(every=every, **words)
    assert read.gap_of(dates.steps(read)[0]) == gap
    assert str(read.window_of(step_of(read))) == window


def test_each_phase_has_its_own_gap_and_window():
    read = parse(every="4x1w,4x4w~5d", window="1d")
    weekly, monthly = read.every.steps
    assert (read.gap_of(weekly), str(read.window_of(weekly))) == (5, "1d")
    assert (read.gap_of(monthly), str(read.window_of(monthly))) == (18, "5d")


def test_a_recurrence_follows_the_plan():
    assert parse(every="RRULE:FREQ=WEEKLY;COUNT=6").follow is Follow.PLAN
    assert parse(every="RRULE:FREQ=WEEKLY;COUNT=6", follow="plan").follow is Follow.PLAN


# --- accepted at the edge -------------------------------------------------------------------

ACCEPTED = [
    ({"every": "6x4w", "sessions": 6}, "a count given twice that agrees"),
    ({"every": "4x1w,2x2w", "sessions": 6}, "a count over two steps that agrees"),
    ({"every": "4x1w,2w", "sessions": 5}, "one session more than the first steps count"),
    ({"every": "6x4w", "until": "2026-12-01"}, "an end on the day of the start"),
    ({"every": "6x4w", "gap": "28d"}, "a gap of the whole step"),
    ({"every": "6x1mo", "gap": "31d"}, "a gap of the longest month"),
    ({"every": "1x1w", "gap": "60d"}, "a gap in a plan of one session"),
    ({"every": "1x1w,5x8w", "gap": "56d"}, "a gap longer than a step that leads to no session"),
    ({"every": "6x1mo~-13d+14d"}, "windows that leave one day free in February"),
    ({"every": "6x4w", "window": "-0d+27d"}, "a window of all days but one"),
    ({"every": "4x4w~-0d+13d,2x2w~0d"}, "windows that nearly meet where the pace changes"),
    ({"every": "2x4w~-20d+0d,2x4w"}, "a window before the first step of the next phase"),
    ({"every": "6x4w", "on": "tue,thu", "prefer": "thu,tue"}, "all allowed days preferred"),
    ({"every": "6x4w", "prefer": "tue"}, "a preferred day where all are allowed"),
    ({"every": "6x4w", "at": "18:00", "remind": "0d@18:00"}, "a reminder at the start"),
    ({"every": "6x4w", "at": "00:00", "remind": "1d@23:59"}, "a reminder of the evening before"),
    ({"every": "6x4w", "at": "18:00", "remind": "0m"}, "a reminder of no minutes"),
    ({"every": "6x4w", "remind": "0d@08:00"}, "a reminder on the morning of an all-day session"),
    ({"every": "10000x1d"}, "as many sessions as there may be"),
    ({"every": "2x100y"}, "as many years as there may be"),
    ({"every": "1w", "sessions": 3, "until": "2126-12-31"}, "an end as far as there may be"),
    ({"every": "RRULE:FREQ=WEEKLY;COUNT=6", "sessions": 3}, "a recurrence that ends earlier"),
    ({"every": "RRULE:FREQ=WEEKLY;COUNT=6", "window": "3d"}, "windows of a recurrence"),
    (
        {"every": "RRULE:FREQ=YEARLY;INTERVAL=50;COUNT=6", "sessions": 3},
        "as many sessions as a recurrence has days, though it counts more",
    ),
]


@pytest.mark.parametrize(("words", "_name"), ACCEPTED, ids=ids(ACCEPTED))
def test_the_limits_themselves_are_accepted(words, _name):
    read = parse(**words)
    assert rules.parse(read.words()) == read


# --- refused --------------------------------------------------------------------------------

NO_END = "the pace has no end. Write {}, or add sessions or until"
APART = "the windows of two sessions {}d apart overlap: {}d after one and {}d before the next. Make the two {}d or less together"
GAP = "some sessions are at most {0} days apart. Write {0}d or less"
ALL_DAY = "an all-day session has no time to count from. Write 1d or 1d@20:00, or add at"
TOO_MANY = "a plan has at most 10000 sessions. Write fewer"
TOO_LONG = "a plan spans at most 100 years. Write fewer sessions"
TOO_FAR = "a plan spans at most 100 years. End it in 2126 or earlier"
TOO_FEW = "only 3 days match within 100 years. Ask for fewer"
ONE_VALUE = "give one value, not several"

REFUSED = [
    # ends
    ({"every": "4w"}, "every", "4w", NO_END.format("6x4w"), "a pace without an end"),
    (
        {"every": "4x1w,1mo~3d"},
        "every",
        "4x1w,1mo~3d",
        NO_END.format("4x1w,6x1mo~3d"),
        "a last step without an end",
    ),
    (
        {"every": "RRULE:FREQ=WEEKLY"},
        "every",
        "RRULE:FREQ=WEEKLY",
        NO_END.format("RRULE:FREQ=WEEKLY;COUNT=6"),
        "a recurrence without an end",
    ),
    (
        {"sessions": 5},
        "sessions",
        "5",
        "the pace 6x4w already sets 6. Leave one of the two out",
        "a count given twice that differs",
    ),
    (
        {"every": "4x1w,4x2w", "sessions": 4},
        "sessions",
        "4",
        "the pace 4x1w,4x2w already sets 8. Leave one of the two out",
        "a count over two steps that differs",
    ),
    (
        {"every": "4x1w,2w", "sessions": 4},
        "sessions",
        "4",
        "the earlier steps already account for 4. Write a larger number",
        "a number of sessions that never reaches the last step",
    ),
    (
        {"until": "2026-11-30"},
        "until",
        "2026-11-30",
        "that is before the start. Write 2026-12-01 or later",
        "an end before the start",
    ),
    (
        {"every": "RRULE:FREQ=WEEKLY;UNTIL=20261130"},
        "every",
        "RRULE:FREQ=WEEKLY;UNTIL=20261130",
        "its UNTIL is before the start. Write UNTIL=20261201 or later",
        "a recurrence that ends before the start",
    ),
    # limits
    ({"every": "9000x1d,1001x1d"}, "every", "9000x1d,1001x1d", TOO_MANY, "too many sessions"),
    (
        {"every": "1d", "until": "2060-01-01"},
        "every",
        "1d",
        TOO_MANY,
        "too many sessions before the last day",
    ),
    (
        {"every": "RRULE:FREQ=DAILY;COUNT=10001"},
        "every",
        "RRULE:FREQ=DAILY;COUNT=10001",
        TOO_MANY,
        "too many sessions of a recurrence",
    ),
    ({"every": "102x1y"}, "every", "102x1y", TOO_LONG, "more than a hundred years"),
    ({"every": "3x60y"}, "every", "3x60y", TOO_LONG, "few sessions over many years"),
    ({"every": "10000x100y"}, "every", "10000x100y", TOO_LONG, "a plan past the calendar"),
    ({"until": "2127-01-01"}, "until", "2127-01-01", TOO_FAR, "an end after a hundred years"),
    (
        {"every": "RRULE:FREQ=WEEKLY;UNTIL=99991231"},
        "every",
        "RRULE:FREQ=WEEKLY;UNTIL=99991231",
        TOO_FAR,
        "a recurrence that ends after a hundred years",
    ),
    (
        {"every": "RRULE:FREQ=YEARLY;BYMONTH=3", "until": "2026-12-31"},
        "every",
        "RRULE:FREQ=YEARLY;BYMONTH=3",
        "no day matches by 2026-12-31. Change it or end it later",
        "a recurrence whose first day is after its end",
    ),
    # gaps
    ({"gap": "29d"}, "gap", "29d", GAP.format(28), "a gap longer than the step"),
    ({"every": "6x1mo", "gap": "32d"}, "gap", "32d", GAP.format(31), "one longer than any month"),
    (
        {"every": "4x4w,4x2w", "gap": "15d"},
        "gap",
        "15d",
        GAP.format(14),
        "a gap longer than the second step",
    ),
    (
        {"every": "4x4w,1x2w", "gap": "15d"},
        "gap",
        "15d",
        GAP.format(14),
        "a gap longer than the one step of the second phase",
    ),
    (
        {"every": "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=6", "gap": "15d"},
        "gap",
        "15d",
        GAP.format(14),
        "a gap longer than some days of a recurrence are apart",
    ),
    # windows
    (
        {"every": "6x4w~14d"},
        "every",
        "6x4w~14d",
        APART.format(28, 14, 14, 27),
        "windows that meet",
    ),
    (
        {"every": "6x1mo~14d"},
        "every",
        "6x1mo~14d",
        APART.format(28, 14, 14, 27),
        "windows that meet in February",
    ),
    (
        {"window": "-0d+28d"},
        "window",
        "-0d+28d",
        APART.format(28, 28, 0, 27),
        "a window of the whole step",
    ),
    (
        {"every": "4x4w,4x1w", "window": "4d"},
        "window",
        "4d",
        APART.format(7, 4, 4, 6),
        "a window that only the second step has no room for",
    ),
    (
        {"every": "2x4w~-0d+14d,2x2w~0d"},
        "every",
        "2x4w~-0d+14d,2x2w~0d",
        APART.format(14, 14, 0, 13),
        "windows that meet where the pace changes",
    ),
    (
        {"every": "2x4w,2x2w~-10d+0d", "window": "-0d+4d"},
        "window",
        "-0d+4d",
        APART.format(14, 4, 10, 13),
        "a window and one of a step that meet where the pace changes",
    ),
    (
        {"every": "2x2w~-0d+10d,2x2w", "window": "-4d+0d"},
        "window",
        "-4d+0d",
        APART.format(14, 10, 4, 13),
        "a window of a step and one that meet where the pace changes",
    ),
    (
        {"every": "4x1w,4x1d"},
        "every",
        "4x1w,4x1d",
        APART.format(1, 1, 0, 0),
        "a window by default that leaves the next step no room",
    ),
    (
        {"every": "RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6", "window": "1d"},
        "window",
        "1d",
        APART.format(2, 1, 1, 1),
        "windows of a recurrence that meet",
    ),
    (
        {"every": "6x4d~2d", "window": "1d"},
        "every",
        "6x4d~2d",
        APART.format(4, 2, 2, 3),
        "windows of a step, whatever the window of the others",
    ),
    # weekdays
    (
        {"on": "mon..fri", "prefer": "tue,sat"},
        "prefer",
        "tue,sat",
        "sat is not among the days allowed, mon..fri; prefer one of those or widen on",
        "a preferred day that is not allowed",
    ),
    # reminders
    ({"remind": "2h"}, "remind", "2h", ALL_DAY, "hours before an all-day session"),
    ({"remind": ["1d", "30m"]}, "remind", "30m", ALL_DAY, "minutes before an all-day session"),
    (
        {"at": "18:00", "remind": "0d@18:01"},
        "remind",
        "0d@18:01",
        "that is after the session starts. Write 0d@18:00 or earlier",
        "a reminder after the start",
    ),
    # recurrences
    (
        {"every": "RRULE:FREQ=YEARLY;INTERVAL=50;COUNT=6"},
        "every",
        "RRULE:FREQ=YEARLY;INTERVAL=50;COUNT=6",
        TOO_FEW,
        "a recurrence with fewer days than it counts",
    ),
    (
        {"every": "RRULE:FREQ=YEARLY;INTERVAL=50", "sessions": 4},
        "every",
        "RRULE:FREQ=YEARLY;INTERVAL=50",
        TOO_FEW,
        "a recurrence with fewer days than sessions",
    ),
    (
        {"every": "RRULE:FREQ=WEEKLY;COUNT=6", "follow": "window"},
        "follow",
        "window",
        "the days of a recurrence rule are fixed. Write plan",
        "a recurrence that follows its sessions",
    ),
    # values of another shape
    ({"at": ["18:00"]}, "at", "['18:00']", ONE_VALUE, "several values for one"),
    ({"on": {"mon": True}}, "on", "{'mon': True}", ONE_VALUE, "a table for a value"),
    (
        {"sessions": 6.0},
        "sessions",
        ".0",
        "'.0' doesn't belong here. Write a number of sessions like 6",
        "a number with a fraction",
    ),
    (
        {"sessions": True},
        "sessions",
        "T",
        "a number is missing. Write a number of sessions like 6",
        "a yes for a number",
    ),
    (
        {"at": time(18, 0, 30)},
        "at",
        ":30",
        "':30' doesn't belong here. Write a time like 18:00",
        "seconds of a file",
    ),
    (
        {"avoid": ["2026-12-24", ""]},
        "avoid",
        "",
        "that isn't a date. Write it like 2026-12-01",
        "one of several that is empty",
    ),
]


@pytest.mark.parametrize(("words", "word", "fault", "message", "_name"), REFUSED, ids=ids(REFUSED))
def test_words_are_refused_with_the_fault_marked_and_a_fix(words, word, fault, message, _name):
    error = refusal(lambda: parse(**words))
    assert (error.word, marked(error), error.message) == (word, fault, message)


FIXED = [row for row in REFUSED if fixes(row[3]) and not fixes(row[3])[0].startswith("UNTIL")]


@pytest.mark.parametrize(("words", "word", "_fault", "message", "_name"), FIXED, ids=ids(FIXED))
def test_the_fix_in_an_error_is_accepted(words, word, _fault, message, _name):
    for fix in fixes(message):
        parse(**{**words, word: fix})


@pytest.mark.parametrize("name", list(PLAIN))
@pytest.mark.parametrize("nothing", [None, "", [], ()], ids=repr)
def test_start_and_pace_are_required(name, nothing):
    with pytest.raises(UsageError) as caught:
        rules.parse({**PLAIN, name: nothing})
    assert str(caught.value) == f"{name} is missing. Write one like {rules.EXAMPLES[name]}"
    with pytest.raises(UsageError, match=f"^{name} is missing. "):
        rules.parse({word: text for word, text in PLAIN.items() if word != name})
    rules.parse(rules.EXAMPLES)


def test_an_unknown_word_is_refused_with_the_known_ones():
    with pytest.raises(UsageError) as caught:
        parse(evry="6x4w")
    message = str(caught.value)
    assert is_a_sentence(message)
    assert message == 'there\'s no rule "evry". Did you mean every?'


def test_all_faults_are_reported_at_once():
    words = {"start": "01/02/2026", "every": "6x4m", "at": "24:00", "tz": "Mars", "colour": "red"}
    read, faults = rules.examine(words)
    assert read is None
    assert [getattr(fault, "word", "") for fault in faults] == ["", "start", "every", "at", "tz"]


def test_all_contradictions_are_reported_at_once():
    read, faults = rules.examine(
        {**PLAIN, "gap": "5w", "on": "mon", "prefer": "tue", "remind": ["1h", "2h"]}
    )
    assert read is None
    assert [fault.word for fault in faults] == ["gap", "prefer", "remind", "remind"]


def test_a_missing_end_hides_other_contradictions():
    read, faults = rules.examine({**PLAIN, "every": "4w", "until": "2026-01-01", "gap": "5w"})
    assert read is None
    assert [fault.word for fault in faults] == ["until"]


def test_rules_without_a_fault_are_returned():
    assert rules.examine(PLAIN) == (parse(), ())


def test_a_refused_rule_exits_like_a_wrong_flag():
    assert refusal(lambda: parse(every="6x4m")).exit_code == 2
    assert UsageError.exit_code == 2


# --- laws -----------------------------------------------------------------------------------


def fold(arguments):
    """Gather flags back to words, the repeated ones in lists."""
    words = {}
    rest = iter(arguments)
    for flag in rest:
        name = flag.removeprefix("--")
        if name == "discreet":
            words[name] = True
        elif WORDS[name].many:
            words.setdefault(name, []).append(next(rest))
        else:
            words[name] = next(rest)
    return words


@given(rules_())
def test_words_read_back(read):
    assert rules.parse(read.words(), zone="Asia/Tokyo") == read


@given(rules_())
def test_a_command_line_reads_back(read):
    arguments = shlex.split(str(read))
    assert arguments == as_flags(read.words())
    assert fold(arguments) == read.words()
    assert rules.parse(fold(arguments)) == read


@given(rule_words())
def test_canonical_words_keep_their_spelling(words):
    spelled = rules.parse(words).words()
    usual = {"follow": "window", "duration": "30m", "window": None}
    for name, value in words.items():
        if name in spelled:
            assert spelled[name] == value
        else:
            assert usual[name] == value
    assert set(spelled) - set(words) <= {"tz", "follow"}


TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
NEAR = st.lists(
    st.sampled_from(
        [*"0123456789xdwmoy~+-,.:/@h ", "mo", "2026-12-01", "6x4w", "RRULE:FREQ=WEEKLY", ";COUNT=6"]
    ),
    max_size=8,
).map("".join)


@pytest.mark.parametrize("name", list(WORDS))
@FEWER
@given(text=TEXTS | NEAR)
def test_any_text_of_any_word_parses_or_is_refused(name, text):
    words = {**PLAIN, name: text}
    try:
        read = rules.parse(words)
    except RuleError:
        refusal(lambda: rules.parse(words))
    except UsageError:
        assert text == ""
    else:
        assert rules.parse(read.words()) == read


ANY_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.times() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(list(WORDS)) | TEXTS, ANY_VALUE | NEAR, max_size=4))
def test_any_values_parse_or_all_their_faults_are_reported(words):
    read, faults = rules.examine({**PLAIN, **words})
    assert (read is None) is bool(faults)
    assert all(isinstance(fault, UsageError) for fault in faults)


@given(rules_())
def test_only_the_placing_words_are_kept(read):
    kept = {name: read.words()[name] for name in PLACING if name in read.words()}
    assert read.without_details() == rules.parse(kept)
