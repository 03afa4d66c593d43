"""Days, times and names parse as the manual spells them."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError
from microplan.model.values import Follow, Setting, Weekdays
from microplan.rules import grammar, hours
from tests.strategies import (
    FEWER,
    closed_ranges,
    fixes,
    lengths,
    marked,
    refusal,
    reminders,
    texts,
    weekdays,
)
from tests.tables import ids

TODAY = date(2026, 11, 22)
"""A Sunday."""


# --- becomes and stays ----------------------------------------------------------------------

STAYS = [
    (grammar.day, "2026-12-01"),
    (grammar.day, "1900-01-01"),
    (grammar.day, "2899-12-31"),
    (grammar.day, "2028-02-29"),
    (grammar.weekdays, "mon"),
    (grammar.weekdays, "tue,thu"),
    (grammar.weekdays, "mon..fri"),
    (grammar.weekdays, "sat..mon"),
    (grammar.weekdays, "mon..sun"),
    (grammar.closed, "2026-12-24"),
    (grammar.closed, "2026-12-24..2027-01-03"),
    (grammar.closed, "12-25"),
    (grammar.closed, "12-24..01-03"),
    (grammar.closed, "07-01..07-31"),
    (grammar.closed, "02-29"),
    (hours.length, "1m"),
    (hours.length, "45m"),
    (hours.length, "2h"),
    (hours.length, "1h30m"),
    (hours.length, "24h"),
    (hours.reminder, "1d"),
    (hours.reminder, "0d"),
    (hours.reminder, "366d"),
    (hours.reminder, "1d@20:00"),
    (hours.reminder, "0d@08:00"),
    (hours.reminder, "2h"),
    (hours.reminder, "30m"),
    (hours.reminder, "1h30m"),
    (grammar.zone, "Europe/Paris"),
    (grammar.zone, "America/Argentina/Buenos_Aires"),
    (grammar.zone, "UTC"),
    (grammar.follow, "window"),
    (grammar.follow, "actual"),
    (grammar.follow, "plan"),
    (grammar.setting, "home"),
    (grammar.setting, "clinic"),
    (grammar.free_text, "roller 0.5 mm"),
    (grammar.free_text, "Praxis am Zoo, 2. Stock; \N{EARTH GLOBE EUROPE-AFRICA}"),
]


@pytest.mark.parametrize(("read", "text"), STAYS, ids=lambda part: getattr(part, "__name__", part))
def test_a_canonical_text_is_unchanged(read, text):
    assert str(read(text, "word")) == text


BECOMES = [
    (grammar.day, "2026-1-5", "2026-01-05", "a date may lack its zeros"),
    (grammar.day, "  2026-12-01\n", "2026-12-01", "blanks around a date are left out"),
    (grammar.weekdays, "Tue, THU", "tue,thu", "weekdays may have capitals and blanks between"),
    (grammar.weekdays, "thu,tue,tue", "tue,thu", "weekdays are sorted and named once"),
    (grammar.weekdays, "mon,tue,wed", "mon..wed", "days in a row are a range"),
    (grammar.weekdays, "fri..fri", "fri", "a range of one day is that day"),
    (grammar.weekdays, "tue..mon", "mon..sun", "a range may be the whole week"),
    (grammar.weekdays, "mon..wed,wed..fri", "mon..fri", "ranges are put together"),
    (grammar.closed, "2026-12-24..2026-12-24", "2026-12-24", "a range of one day is that day"),
    (grammar.closed, "2026-1-5..2026-1-7", "2026-01-05..2026-01-07", "a range may lack its zeros"),
    (grammar.closed, "1-5", "01-05", "so may a day of every year"),
    (grammar.closed, "7-1..7-1", "07-01", "one day of every year"),
    (hours.length, "90m", "1h30m", "minutes are told in hours"),
    (hours.length, "0h45m", "45m", "no hours are left out"),
    (hours.length, "1h0m", "1h", "no minutes are left out"),
    (hours.reminder, "1w", "7d", "weeks before are told in days"),
    (hours.reminder, "1w@8:30", "7d@08:30", "so they are with an hour"),
    (hours.reminder, "60m", "1h", "minutes before are told in hours"),
    (hours.reminder, "0h", "0m", "at the start is no minutes before"),
    (grammar.zone, " Europe/Paris ", "Europe/Paris", "blanks around a zone are left out"),
    (grammar.follow, "ACTUAL", "actual", "choices may have capitals"),
    (grammar.setting, " Home ", "home", "choices may have blanks around"),
    (grammar.free_text, "  roller\n0.5 mm ", "roller 0.5 mm", "a text is one line"),
    (grammar.free_text, "a\r\nb\u2028c\x0bd\x85e", "a b c d e", "whatever breaks its lines"),
    (grammar.free_text, "Cafe\N{COMBINING ACUTE ACCENT}", "Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "a text is composed"),
    (grammar.free_text, "a\ud83db\ude00", "a\ufffdb\ufffd", "what is no character is marked as such"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "text", "canonical", "_name"), BECOMES, ids=ids(BECOMES))
def test_another_spelling_becomes_the_canonical_one(read, text, canonical, _name):
    assert str(read(text, "word")) == canonical


@pytest.mark.parametrize(
    ("text", "value"),
    [("18:00", time(18)), ("8:05", time(8, 5)), ("00:00", time()), ("23:59", time(23, 59))],
)
def test_a_time_of_day_has_hours_and_minutes(text, value):
    assert hours.clock(text, "at") == value
    assert hours.clock(f"{text}:00", "at") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("TRUE", True),
        ("1", True),
        ("no", False),
        ("False", False),
        ("0", False),
        ("", False),
        (" ", False),
    ],
)
def test_yes_and_no_have_the_spellings_of_tables_and_files(text, value):
    assert grammar.yes(text, "discreet") is value


def test_choices_and_weekdays_parse_to_values():
    assert grammar.follow("plan", "follow") is Follow.PLAN
    assert grammar.setting("clinic", "setting") is Setting.CLINIC
    assert grammar.weekdays("sat..mon", "on") == Weekdays(days=(0, 5, 6))


def test_a_text_can_have_a_thousand_characters():
    assert grammar.free_text("x" * 1000, "location") == "x" * 1000


# --- the first day --------------------------------------------------------------------------

# --- refused --------------------------------------------------------------------------------

NO_DATE = "that isn't a date. Write it like 2026-12-01"
EITHER_WAY = "that could mean two days"
A_YEAR = "a year has 12 months. Write it like 2026-12-01"
YEARS = "the year must be 1900 to 2899. Write it like 2026-12-01"
NO_WEEKDAY = "that isn't a weekday. Write mon, tue, wed, thu, fri, sat or sun"
HYPHENS = "a date has hyphens"
A_RANGE = "Write days like 2026-12-24..2027-01-03, or 12-24..01-03 for every year"
NO_TIME = "that isn't a time. Write it like 18:00"
A_DAY = "a day ends at 23:59. Write it like 18:00"
A_LENGTH = "Write a length like 45m, 2h or 1h30m"
NO_LENGTH = f"that isn't a length of time. {A_LENGTH}"
A_REMINDER = "Write a reminder like 1d, 2h, 30m or 1d@20:00"
NO_REMINDER = f"that isn't a length of time. {A_REMINDER}"
A_ZONE = "Write one like Europe/Paris or UTC"
PARIS = "Did you mean Europe/Paris?"

REFUSED = [
    # dates
    (grammar.day, "", "", NO_DATE, "no date"),
    (grammar.day, " \t", "", NO_DATE, "a date of blanks"),
    (grammar.day, "today", "today", NO_DATE, "a date that only a flag may hold"),
    (grammar.day, "+10d", "+10d", NO_DATE, "a span that only a flag may hold"),
    (grammar.day, "1 Dec 2026", "1 Dec 2026", NO_DATE, "a date in words"),
    (grammar.day, "20261201", "20261201", f"{HYPHENS}. Write 2026-12-01", "a date without hyphens"),
    (grammar.day, "12-01", "12-01", NO_DATE, "a date without its year"),
    (grammar.day, "2026-12", "2026-12", NO_DATE, "a date without its day"),
    (grammar.day, "1/2/26", "1/2/26", NO_DATE, "a date with half a year"),
    (grammar.day, "12026-12-01", "12026-12-01", NO_DATE, "a year of five digits"),
    (
        grammar.day,
        "\N{ARABIC-INDIC DIGIT TWO}026-12-01",
        "\N{ARABIC-INDIC DIGIT TWO}026-12-01",
        NO_DATE,
        "a date in another script",
    ),
    (
        grammar.day,
        "2026-12-01T18:00",
        "T18:00",
        "'T18:00' doesn't belong here. Write a date like 2026-12-01",
        "a date with a time",
    ),
    (
        grammar.day,
        "01/02/2026",
        "01/02/2026",
        f"{EITHER_WAY}. Write 2026-02-01 or 2026-01-02",
        "a date of two readings",
    ),
    (
        grammar.day,
        "3.4.2026",
        "3.4.2026",
        f"{EITHER_WAY}. Write 2026-04-03 or 2026-03-04",
        "a date of two readings, with points",
    ),
    (
        grammar.day,
        "31/01/2026",
        "31/01/2026",
        "the year comes first. Write 2026-01-31",
        "a date whose first number can only be the day",
    ),
    (
        grammar.day,
        "12/24/2026",
        "12/24/2026",
        "the year comes first. Write 2026-12-24",
        "a date whose second number can only be the day",
    ),
    (
        grammar.day,
        "05.05.2026",
        "05.05.2026",
        "the year comes first. Write 2026-05-05",
        "a date that is the same either way",
    ),
    (
        grammar.day,
        "24/12/2026 18:00",
        "24/12/2026",
        "the year comes first. Write 2026-12-24",
        "a date whose year comes last, and a time",
    ),
    (grammar.day, "31.11.2026", "31.11.2026", "November has 30 days", "a day November lacks"),
    (
        grammar.day,
        "29/02/2027",
        "29/02/2027",
        "February has 28 days in 2027",
        "a leap day of a common year",
    ),
    (grammar.day, "13/13/2026", "13/13/2026", A_YEAR, "a date without a month"),
    (grammar.day, "01/02/0001", "01/02/0001", YEARS, "a numeric date of another age"),
    (
        grammar.day,
        "2027-02-29",
        "2027-02-29",
        "February has 28 days in 2027",
        "the leap day of a common year",
    ),
    (grammar.day, "2028-02-30", "2028-02-30", "February has 29 days", "a day no February has"),
    (grammar.day, "2026-11-31", "2026-11-31", "November has 30 days", "the 31st of November"),
    (grammar.day, "2026-12-00", "2026-12-00", "December has 31 days", "the 0th of December"),
    (grammar.day, "2026-13-01", "2026-13-01", A_YEAR, "month 13"),
    (grammar.day, "2026-00-10", "2026-00-10", A_YEAR, "month 0"),
    (grammar.day, "0000-01-01", "0000-01-01", YEARS, "year 0"),
    (grammar.day, "1899-12-31", "1899-12-31", YEARS, "the day before the first"),
    (grammar.day, "2900-01-01", "2900-01-01", YEARS, "the day after the last"),
    # weekdays
    (grammar.weekdays, "", "", NO_WEEKDAY, "no weekday"),
    (grammar.weekdays, "xyz", "xyz", NO_WEEKDAY, "no weekday's name"),
    (
        grammar.weekdays,
        "mon,tuesday",
        "tuesday",
        "that isn't a weekday. Write tue",
        "a weekday's whole name",
    ),
    (grammar.weekdays, "mon..", "", NO_WEEKDAY, "a range of weekdays without an end"),
    (grammar.weekdays, "..fri", ".", NO_WEEKDAY, "a range of weekdays without a beginning"),
    (grammar.weekdays, "mon,", "", NO_WEEKDAY, "nothing after a comma"),
    (grammar.weekdays, "1,2", "1", NO_WEEKDAY, "weekdays in numbers"),
    (
        grammar.weekdays,
        "mon..fri!",
        "!",
        "'!' doesn't belong here. Write days like mon..fri or tue,thu",
        "weekdays and more",
    ),
    (
        grammar.weekdays,
        "mon-fri",
        "mon-fri",
        "these aren't weekdays. Write mon..fri",
        "a range of weekdays with a hyphen",
    ),
    # closed days
    (grammar.closed, "", "", NO_DATE, "no closed day"),
    (grammar.closed, "christmas", "christmas", NO_DATE, "a closed day in words"),
    (
        grammar.closed,
        "2027-01-03..2026-12-24",
        "2026-12-24",
        "the range ends before it begins. Write 2026-12-24..2027-01-03",
        "a range that is the wrong way round",
    ),
    (
        grammar.closed,
        "2026-12-24..01-03",
        "01-03",
        f"the second date lacks its year. {A_RANGE}",
        "a range whose end lacks its year",
    ),
    (
        grammar.closed,
        "12-24..2027-01-03",
        "2027-01-03",
        f"that isn't a day of the year. {A_RANGE}",
        "a range whose beginning lacks its year",
    ),
    (grammar.closed, "2026-12-24..", "", NO_DATE, "a range without an end"),
    (
        grammar.closed,
        "12-24..",
        "",
        f"that isn't a day of the year. {A_RANGE}",
        "a yearly range without an end",
    ),
    (grammar.closed, "02-30", "02-30", "February has 29 days", "a day no year has"),
    (grammar.closed, "13-01", "13-01", A_YEAR, "a day of month 13"),
    (
        grammar.closed,
        "2026-12-24..2027-02-29",
        "2027-02-29",
        "February has 28 days in 2027",
        "a range to a day that is none",
    ),
    (
        grammar.closed,
        "24/12/2026",
        "24/12/2026",
        "the year comes first. Write 2026-12-24",
        "a closed day whose year comes last",
    ),
    (
        grammar.closed,
        "2026-12-24 to 2027-01-03",
        "2026-12-24 to 2027-01-03",
        "a range has two dots. Write 2026-12-24..2027-01-03",
        "a range in words",
    ),
    (
        grammar.closed,
        "24.12.",
        "24.12.",
        "a day without a year has a hyphen. Write 12-24, or with a year like 2026-12-24",
        "a day of every year with points",
    ),
    (
        grammar.closed,
        "2026-12-24,2026-12-26",
        ",2026-12-26",
        f"',2026-12-26' doesn't belong here. {A_RANGE}",
        "two days in one text",
    ),
    # hours
    (hours.clock, "", "", NO_TIME, "no time"),
    (hours.clock, "18", "18", "that isn't a time. Write 18:00", "a time without minutes"),
    (
        hours.clock,
        "6pm",
        "6pm",
        "that isn't a time. Write 18:00",
        "a time of twelve hours",
    ),
    (
        hours.clock,
        "18h00",
        "18h00",
        "that isn't a time. Write 18:00",
        "a time with a letter",
    ),
    (hours.clock, "half six", "half six", NO_TIME, "a time in words"),
    (hours.clock, "24:00", "24:00", A_DAY, "the end of a day"),
    (hours.clock, "18:60", "18:60", A_DAY, "minute 60"),
    (
        hours.clock,
        "18:00:30",
        ":30",
        "':30' doesn't belong here. Write a time like 18:00",
        "a time with seconds",
    ),
    (
        hours.clock,
        "6:00 pm",
        "6:00 pm",
        "that isn't a time. Write 18:00",
        "a time of the afternoon",
    ),
    (
        hours.clock,
        "1\N{SUPERSCRIPT TWO}:00",
        "1\N{SUPERSCRIPT TWO}:00",
        NO_TIME,
        "a time with a superscript digit",
    ),
    # lengths
    (hours.length, "", "", NO_LENGTH, "no length"),
    (hours.length, "45", "45", NO_LENGTH, "a length without a unit"),
    (hours.length, "1 day", "1 day", NO_LENGTH, "a length in days"),
    (
        hours.length,
        "2h30",
        "2h30",
        "that isn't a length of time. Write 2h30m",
        "a length whose minutes lack their unit",
    ),
    (
        hours.length,
        "30 minutes",
        "30 minutes",
        "that isn't a length of time. Write 30m",
        "minutes in words",
    ),
    (
        hours.length,
        "2 hours",
        "2 hours",
        "that isn't a length of time. Write 2h",
        "hours in words",
    ),
    (
        hours.length,
        "1.5h",
        "1.5h",
        "that isn't a length of time. Write 1h30m",
        "a length of a fraction",
    ),
    (hours.length, "0m", "0m", "a session lasts from 1m to 24h", "a length of nothing"),
    (hours.length, "24h1m", "24h1m", "a session lasts from 1m to 24h", "more than a day"),
    (hours.length, "9" * 5000 + "h", "9" * 5000 + "h", NO_LENGTH, "thousands of digits"),
    (
        hours.length,
        "2h 30m",
        " 30m",
        f"' 30m' doesn't belong here. {A_LENGTH}",
        "a length with a blank",
    ),
    # reminders
    (hours.reminder, "", "", NO_REMINDER, "no reminder"),
    (hours.reminder, "1mo", "1mo", NO_REMINDER, "a reminder in months"),
    (hours.reminder, "20:00", "20:00", NO_REMINDER, "a reminder of an hour only"),
    (hours.reminder, "-1d", "-1d", NO_REMINDER, "a reminder with a sign"),
    (hours.reminder, "1d@", "", NO_TIME, "a reminder without its hour"),
    (hours.reminder, "1d@24:00", "24:00", A_DAY, "a reminder at the end of a day"),
    (
        hours.reminder,
        "367d",
        "367d",
        "a reminder comes at most a year before",
        "a reminder of more than a year",
    ),
    (
        hours.reminder,
        "99999h",
        "99999h",
        "a reminder comes at most a year before",
        "a reminder of years in hours",
    ),
    (
        hours.reminder,
        "1d2h",
        "2h",
        f"'2h' doesn't belong here. {A_REMINDER}",
        "days and hours",
    ),
    (
        hours.reminder,
        "2h@20:00",
        "@20:00",
        f"'@20:00' doesn't belong here. {A_REMINDER}",
        "hours at an hour",
    ),
    *(
        (grammar.zone, name, name, f"there's no time zone {name!r}. {PARIS}", what)
        for name, what in (
            ("../Europe/Paris", "a way out of the folder"),
            ("Europe/Par\0is", "a zone with a zero byte"),
        )
    ),
    # names
    (grammar.zone, "", "", f"there's no time zone ''. {A_ZONE}", "no zone"),
    *(
        (grammar.zone, name, name, f"there's no time zone {name!r}. {A_ZONE}", what)
        for name, what in (
            ("Mars/Olympus", "a zone of no place"),
            ("CET+1", "an offset"),
            ("Europe", "a folder of zones"),
            ("/etc/localtime", "a file"),
            ("localtime", "this machine's zone, whatever it is"),
            ("posix/Europe/Paris", "a zone in a folder of one system"),
            ("right/Europe/Paris", "a zone with leap seconds"),
            ("Europe/\ud800", "a zone of half a character"),
            ("Z" * 5000, "a zone longer than any file name"),
        )
    ),
    (grammar.follow, "never", "never", "write window, actual or plan", "a choice that is none"),
    (grammar.follow, "", "", "write window, actual or plan", "no choice"),
    (grammar.setting, "office", "office", "write home or clinic", "a place that is none"),
    (grammar.yes, "perhaps", "perhaps", "write yes or no", "neither yes nor no"),
    (
        grammar.free_text,
        "x" * 1001,
        "x",
        "a text has at most 1000 characters",
        "a text of too many characters",
    ),
    (
        grammar.free_text,
        "\N{DEVANAGARI LETTER QA}" * 600,
        "\N{DEVANAGARI LETTER KA}\N{DEVANAGARI SIGN NUKTA}" * 100,
        "a text has at most 1000 characters",
        "a text that is too long once it is composed",
    ),
]


@pytest.mark.parametrize(("read", "text", "fault", "message", "_name"), REFUSED, ids=ids(REFUSED))
def test_a_text_is_refused_with_its_fault_marked_and_a_fix(read, text, fault, message, _name):
    error = refusal(lambda: read(text, "word"))
    assert error.word == "word"
    assert (marked(error), error.message) == (fault, message)


def test_the_fix_in_an_error_can_be_read():
    advised = {(row[0], fix) for row in REFUSED for fix in fixes(row[3])}
    assert len(advised) > 15
    for read, fix in advised:
        (hours.clock if fix == "18:00" else read)(fix, "word")


# --- laws -----------------------------------------------------------------------------------


@given(st.dates(date(1900, 1, 1), date(2899, 12, 31)))
def test_a_day_reads_back(value):
    assert grammar.day(value.isoformat(), "start") == value


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_a_time_reads_back(value):
    assert hours.clock(f"{value:%H:%M}", "at") == value
    assert hours.clock(value.isoformat(), "at") == value


@given(weekdays())
def test_weekdays_read_back(value):
    assert grammar.weekdays(str(value), "on") == value


@given(closed_ranges(most=300))
def test_closed_days_read_back(value):
    assert grammar.closed(str(value), "avoid") == value


@given(lengths())
def test_a_length_reads_back(value):
    assert hours.length(str(value), "duration") == value


@given(reminders(timed=True) | reminders(timed=False))
def test_a_reminder_reads_back(value):
    assert hours.reminder(str(value), "remind") == value


@given(texts())
def test_a_text_reads_back(value):
    assert grammar.free_text(value, "location") == value


READERS = [
    grammar.day,
    grammar.weekdays,
    grammar.closed,
    hours.length,
    hours.reminder,
    grammar.zone,
    grammar.follow,
    grammar.setting,
    grammar.free_text,
]
SNIPPETS = st.lists(
    st.sampled_from([*"0123456789-./:@dwhm,+ ", "..", "2026", "12-24", "mon", "sun", "Europe/"])
    | st.characters(exclude_categories=()),
    max_size=12,
).map("".join)
ANY_TEXT = SNIPPETS | st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)
@FEWER
@given(text=ANY_TEXT)
def test_any_text_parses_or_is_refused(read, text):
    try:
        value = read(text, "word")
    except RuleError:
        refusal(lambda: read(text, "word"))
    else:
        assert read(str(value), "word") == value


@given(ANY_TEXT)
def test_any_text_is_a_time_a_yes_or_an_error(text):
    for read in (hours.clock, grammar.yes):
        try:
            read(text, "word")
        except RuleError:
            refusal(lambda read=read: read(text, "word"))
