"""What people type and what it means, in one table for flags, arguments and the wizard."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.cli import everyday
from microplan.cli.wizard import answers
from microplan.cli.wizard.answers import Known
from microplan.errors import RuleError
from microplan.model.values import ClosedYearly, Weekdays
from microplan.rules import suggestions, words
from microplan.rules.day_spellings import Direction, View
from microplan.wording import phrases, summary
from tests.strategies import marked, refusal

TODAY = date(2026, 11, 30)  # a Monday
AHEAD = View(today=TODAY)
PAST = View(today=TODAY, direction=Direction.PAST)
NEAR = View(today=TODAY, direction=Direction.NEAR)

# The word, what is typed, and its canonical spelling; several values have ", " between them.
MEANT = [
    # the first day
    ("start", "2026-12-01", "2026-12-01"),
    ("start", "Tue 1 Dec 2026", "2026-12-01"),
    ("start", "Tue 1 Dec", "2026-12-01"),
    ("start", "1 Dec", "2026-12-01"),
    ("start", "Dec 1", "2026-12-01"),
    ("start", "1st of December 2026", "2026-12-01"),
    ("start", "December 1, 2026", "2026-12-01"),
    ("start", "1. Dec. 2026", "2026-12-01"),
    ("start", "tuesday, 1 december", "2026-12-01"),
    ("start", "12/20/2026", "2026-12-20"),
    ("start", "20/12/2026", "2026-12-20"),
    ("start", "31.12.2026", "2026-12-31"),
    ("start", "24.12.", "2026-12-24"),
    ("start", "2026/12/24", "2026-12-24"),
    ("start", "20261224", "2026-12-24"),
    ("start", "24dec", "2026-12-24"),
    ("start", "Dec24", "2026-12-24"),
    ("start", "1dec2026", "2026-12-01"),
    ("start", "1 Nov", "2027-11-01"),
    ("start", "29 Feb", "2028-02-29"),
    ("start", "today", "2026-11-30"),
    ("start", "Tomorrow", "2026-12-01"),
    ("start", "yesterday", "2026-11-29"),
    ("start", "the day after tomorrow", "2026-12-02"),
    ("start", "mon", "2026-12-07"),
    ("start", "sunday", "2026-12-06"),
    ("start", "on Friday", "2026-12-04"),
    ("start", "next tuesday", "2026-12-01"),
    ("start", "this monday", "2026-11-30"),
    ("start", "last sunday", "2026-11-29"),
    ("start", "+10d", "2026-12-10"),
    ("start", "+3w", "2026-12-21"),
    ("start", "+1mo-1d", "2026-12-29"),
    ("start", "in 3 weeks", "2026-12-21"),
    ("start", "in two weeks", "2026-12-14"),
    ("start", "a week from now", "2026-12-07"),
    ("start", "in 7 days", "2026-12-07"),
    ("start", "3 days ago", "2026-11-27"),
    ("until", "27 Apr 2027", "2027-04-27"),
    ("until", "next sunday", "2026-12-06"),
    # days away
    ("avoid", "24 Dec - 3 Jan", "2026-12-24..2027-01-03"),
    ("avoid", "24 Dec–3 Jan", "2026-12-24..2027-01-03"),
    ("avoid", "24 Dec to 3 Jan 2027", "2026-12-24..2027-01-03"),
    ("avoid", "from 24 December until 3 January", "2026-12-24..2027-01-03"),
    ("avoid", "Thu 24 Dec 2026 to Sun 3 Jan 2027", "2026-12-24..2027-01-03"),
    ("avoid", "1 Dec 2026–1 Dec 2027", "2026-12-01..2027-12-01"),
    ("avoid", "29–30 Nov", "2026-11-29..2026-11-30"),
    ("avoid", "Dec 24-30", "2026-12-24..2026-12-30"),
    ("avoid", "today..+3w", "2026-11-30..2026-12-21"),
    ("avoid", "today - friday", "2026-11-30..2026-12-04"),
    ("avoid", "next week", "2026-12-07..2026-12-13"),
    ("avoid", "2026-12-24 to 2027-01-03", "2026-12-24..2027-01-03"),
    ("avoid", "24.12.2026-03.01.2027", "2026-12-24..2027-01-03"),  # no month is 24
    ("avoid", "24.12.-3.1.", "2026-12-24..2027-01-03"),
    ("avoid", "12/24-1/3", "2026-12-24..2027-01-03"),
    ("avoid", "20/2-1/3", "2027-02-20..2027-03-01"),
    ("avoid", "29 Feb–1 Mar", "2028-02-29..2028-03-01"),  # not 2024, which has passed
    ("avoid", "28/12/2026-2/1/2027", "2026-12-28..2027-01-02"),
    ("avoid", "26 Dec 2026 - 24 Dec 2027", "2026-12-26..2027-12-24"),
    ("avoid", "20/2-1/3/2027", "2027-02-20..2027-03-01"),
    ("avoid", "24.-26.12.", "2026-12-24..2026-12-26"),
    ("avoid", "24-26dec", "2026-12-24..2026-12-26"),
    ("avoid", "Dec24-26", "2026-12-24..2026-12-26"),
    ("avoid", "24dec-3jan2027", "2026-12-24..2027-01-03"),
    ("avoid", "August", "2027-08-01..2027-08-31"),
    ("avoid", "november", "2026-11-01..2026-11-30"),
    ("avoid", "all of February 2028", "2028-02-01..2028-02-29"),
    ("avoid", "12/24/2026", "2026-12-24"),
    ("avoid", "12-24..01-03", "12-24..01-03"),
    ("avoid", "24 Dec–3 Jan every year", "12-24..01-03"),
    ("avoid", "every year 24 Dec to 3 Jan", "12-24..01-03"),
    ("avoid", "24 Dec - 3 Jan, 10 Feb", "2026-12-24..2027-01-03, 2027-02-10"),
    ("avoid", "10 Feb to 20 Feb and 3 Mar", "2027-02-10..2027-02-20, 2027-03-03"),
    # how far apart
    ("every", "6x4w~3d", "6x4w~3d"),
    ("every", "every 2 weeks", "2w"),
    ("every", "every other week", "2w"),
    ("every", "fortnightly", "2w"),
    ("every", "weekly", "1w"),
    ("every", "once a month", "1mo"),
    ("every", "every 10 days", "10d"),
    ("every", "1 day", "1d"),
    ("every", "four weeks", "4w"),
    ("every", "4 weeks apart", "4w"),
    ("every", "6 x 4 weeks", "6x4w"),
    ("every", "6x4weeks", "6x4w"),
    ("every", "6 sessions every 4 weeks", "6x4w"),
    ("every", "6 sessions, 4 weeks apart", "6x4w"),
    ("every", "six times every 4 weeks", "6x4w"),
    ("every", "12 x weekly", "12x1w"),
    ("every", "6 sessions every 4 weeks, up to 3 days early or late", "6x4w~3d"),
    ("every", "6 x 4 weeks ± 3 days", "6x4w~3d"),
    ("every", "4 every week, then 4 every 2 weeks, then 4 every month", "4x1w,4x2w,4x1mo"),
    ("every", "1 month less 3 days", "1mo-3d"),
    ("every", "FREQ=WEEKLY;BYDAY=TU", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
    ("every", "twice a week on tue and fri", "RRULE:FREQ=WEEKLY;BYDAY=TU,FR"),
    ("every", "2/w on tue, fri", "RRULE:FREQ=WEEKLY;BYDAY=TU,FR"),
    # how many
    ("sessions", "6", "6"),
    ("sessions", "six", "6"),
    ("sessions", "12 sessions", "12"),
    ("sessions", "12 in all", "12"),
    # the time of day
    ("at", "18:00", "18:00"),
    ("at", "8pm", "20:00"),
    ("at", "8:30 PM", "20:30"),
    ("at", "18.00", "18:00"),
    ("at", "18h", "18:00"),
    ("at", "1830", "18:30"),
    ("at", "noon", "12:00"),
    # how long
    ("duration", "45 minutes", "45m"),
    ("duration", "half an hour", "30m"),
    ("duration", "1.5 h", "1h30m"),
    ("duration", "1 hour and 15 minutes", "1h15m"),
    # where
    ("tz", "Paris", "Europe/Paris"),
    ("tz", "new york", "America/New_York"),
    ("setting", "at home", "home"),
    ("setting", "in the clinic", "clinic"),
    # weekdays
    ("on", "mon-fri", "mon..fri"),
    ("on", "Monday to Friday", "mon..fri"),
    ("on", "weekdays", "mon..fri"),
    ("on", "weekends", "sat,sun"),
    ("on", "Mondays and Thursdays", "mon,thu"),
    ("on", "Tue or Thu", "tue,thu"),
    ("on", "only on Sundays", "sun"),
    ("on", "MO,WE", "mon,wed"),
    ("prefer", "Tuesday", "tue"),
    # how early, how late, how close
    ("window", "3 days", "3d"),
    ("window", "3 days either way", "3d"),
    ("window", "2 days earlier or 5 days later", "-2d+5d"),
    ("window", "up to a week late", "-0d+1w"),
    ("gap", "3 weeks", "3w"),
    ("gap", "at least 21 days apart", "21d"),
    # reminders
    ("remind", "1 day", "1d"),
    ("remind", "1 day before at 8pm", "1d@20:00"),
    ("remind", "the evening before at 20:00", "1d@20:00"),
    ("remind", "that day at 08:00", "0d@08:00"),
    ("remind", "2 hours before", "2h"),
    ("remind", "1d and 2h", "1d, 2h"),
    ("remind", "15 min", "15m"),
    # care
    ("pause", "minoxidil -0d+1d", "minoxidil=-0d+1d"),
    ("pause", "minoxidil=the day and the next", "minoxidil=-0d+1d"),
    ("pause", "retinoids=from 5 days before to 2 days after", "retinoids=-5d+2d"),
    ("cue", "wash gently=the next day", "wash gently=+1d"),
    ("cue", "new cartridge=same day at 7:30pm", "new cartridge=0d@19:30"),
    ("cue", "serum=2 days after", "serum=+2d"),
    ("checkpoint", "photos=every 4 weeks", "photos=every 4w"),
    ("checkpoint", "review=after 12 weeks", "review=12w"),
    ("checkpoint", "photos=every 4 weeks at 9am", "photos=every 4w@09:00"),
    ("checkpoint", "review=after 12 weeks at 8 pm", "review=12w@20:00"),
    ("checkpoint", "last photo=4 weeks after the last", "last photo=last+4w"),
]
MEANT = [row for row in MEANT if row[2] is not None]

# The word, what is typed, and what the refusal says.
IN_ORDER = "ends before it begins. Write it like 2026-12-24..2027-01-03"
YEARS = "the year must be 1900 to 2899"
REFUSED = [
    ("avoid", "30-2 Dec", IN_ORDER),  # and doesn't close a year
    ("avoid", "30 Dec-2", IN_ORDER),
    ("avoid", "26 Dec - 24 Dec", IN_ORDER),
    ("avoid", "12/24-12/20", IN_ORDER),
    ("avoid", "31.-2.1.", IN_ORDER),
    ("avoid", "every year 30 Dec - 2", IN_ORDER),
    ("avoid", "29 Feb - 1 Mar 2027", "February has 28 days"),
    ("until", "1/1/0000", YEARS),
    ("avoid", "1/2/0000-3/2/0000", YEARS),
    ("avoid", "1 Dec - 31/12/9999", YEARS),
    ("start", "1 Feb 0000", YEARS),
    ("until", "12 May-", "that isn't a date"),
    ("start", "1 Dec/", "that isn't a date"),
    ("start", "12/1/2026", "it could mean 2026-12-01 or 2026-01-12"),
    ("start", "1/2", "it could mean 2027-01-02 or 2027-02-01"),
    ("start", "Mon 1 Dec 2026", "that day is a Tuesday, not a Monday. Write 2026-12-01"),
    ("start", "Mon 1 Dec", "that day is a Tuesday, not a Monday. Write 2026-12-01"),
    ("start", "1 Dec 26", "write the year with four digits, as in 1 Dec 2026"),
    ("start", "31 Nov", "November has 30 days"),
    ("start", "31.11.2026", "November has 30 days"),
    ("start", "sudnay", "did you mean sunday?"),
    ("start", "1 Decmber", "did you mean december?"),
    ("start", "8", "that isn't a date. Write it like 2026-12-01"),
    ("start", "+1m", "m could mean minutes or months. Write +1mo (months) or +1w (weeks)"),
    ("start", "in 500 years", "that isn't a date"),
    ("avoid", "12/24", "it could mean 12-24 or 2026-12-24"),
    ("avoid", "1/2-3/4", "it could mean 2027-01-02..2027-03-04 or 2027-02-01..2027-04-03"),
    ("avoid", "2027-01-03..2026-12-24", "that range ends before it begins. Write 2026-12-24..2027-01-03"),
    ("avoid", "1 Dec 2026 - 1 Nov 2026", "that range ends before it begins. Write 2026-11-01..2026-12-01"),
    ("avoid", "24 Dec 2026 - 3 Jan 2026", "that range ends before it begins. Write 2026-12-24..2027-01-03"),
    ("avoid", "2026-12-24..2026-01-03", "that range ends before it begins. Write 2026-12-24..2027-01-03"),
    ("avoid", "2028-01-01..2026-01-03", "Write 2026-01-03..2028-01-01"),
    ("every", "6x4m", "m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)"),
    ("every", "biweekly", "it could be every two weeks or twice a week. Write 2w, or twice a week on"),
    ("every", "bimonthly", "it could be every two months or twice a month. Write 2mo or 2w"),
    ("every", "twice a week", "need weekdays. Write 2 times a week on tue and fri"),
    ("every", "2/w", "come 2 times a week need weekdays"),
    ("every", "3 times a week on mon", "come 3 times a week need weekdays"),
    ("every", "every few weeks", "a number is missing"),
    ("at", "8", "it could mean 08:00 or 20:00"),
    ("at", "25:00", "a day ends at 23:59"),
    ("on", "funday", "that isn't a weekday"),
    ("tz", "Pairs", "Did you mean Europe/Paris?"),
    ("setting", "hoem", "did you mean home?"),
]  # fmt: skip


def test_the_table_has_120_spellings():
    assert len(MEANT) + len(REFUSED) >= 120


@pytest.mark.parametrize(
    ("word", "text", "canonical"), MEANT, ids=[f"{word} {text}" for word, text, _ in MEANT]
)
def test_an_everyday_spelling_has_one_canonical_form(word, text, canonical):
    found = suggestions.canonical(word, text, AHEAD)
    assert ", ".join(found) == canonical
    for each in found:
        assert suggestions.canonical(word, each, AHEAD) == [each]


@pytest.mark.parametrize(
    ("word", "text", "canonical"), MEANT, ids=[f"{word} {text}" for word, text, _ in MEANT]
)
def test_a_flag_accepts_it_and_echoes_the_canonical_form(word, text, canonical, capsys):
    many = word in ("avoid", "remind", "pause", "cue", "checkpoint")
    read = everyday.words({word: [text] if many else text}, TODAY)[word]
    assert (", ".join(read) if many else read) == canonical
    said = capsys.readouterr().err
    assert said.startswith(f"{text} → ") if text != canonical else not said


ASKED = {
    "start": answers.start,
    "every": answers.every,
    "avoid": answers.avoid,
    "at": answers.time,
    "remind": answers.remind,
    "setting": answers.setting,
}
IN_THE_WIZARD = [row for row in MEANT if row[0] in ASKED]


@pytest.mark.parametrize(
    ("word", "text", "canonical"), IN_THE_WIZARD, ids=[f"{w} {t}" for w, t, _ in IN_THE_WIZARD]
)
def test_the_wizard_accepts_the_same(word, text, canonical):
    known = Known(today=TODAY, zone="UTC", words={})
    read = ASKED[word](text, known).words[word]
    assert (", ".join(read) if isinstance(read, list) else read) == canonical


@pytest.mark.parametrize(
    ("word", "text", "sentence"), REFUSED, ids=[f"{word} {text}" for word, text, _ in REFUSED]
)
def test_an_ambiguous_or_unknown_text_is_refused_with_a_fix(word, text, sentence):
    error = refusal(lambda: suggestions.canonical(word, text, AHEAD))
    assert sentence in error.message


BACKWARDS = [
    ("today", "2026-11-30", "today counts"),
    ("Yesterday", "2026-11-29", "the day before"),
    ("mon", "2026-11-30", "a weekday is the latest one, and today is one"),
    ("sunday", "2026-11-29", "a weekday that has passed"),
    ("last monday", "2026-11-23", "the last one is before today"),
    ("1 Dec", "2026-12-01", "a date soon to come is not last year's, and is refused elsewhere"),
    ("1 Apr", "2026-04-01", "eight months ago"),
    ("Sun 22 Nov", "2026-11-22", "a day as the table prints it"),
    ("3 days ago", "2026-11-27", "days ago"),
    ("-2d", "2026-11-28", "a span back"),
    ("2026-12-24", "2026-12-24", "a whole date stands, and is refused elsewhere"),
]


@pytest.mark.parametrize(
    ("text", "day"), [row[:2] for row in BACKWARDS], ids=[row[2] for row in BACKWARDS]
)
def test_the_day_of_a_done_session_is_in_the_past(text, day):
    assert suggestions.day(text, "on", PAST) == date.fromisoformat(day)


PRESENT = date(2026, 12, 20)
TARGETS = [
    ("+1w", "2026-12-27"),
    ("-1w", "2026-12-13"),
    ("+1mo-3d", "2027-01-17"),
    ("+ 2 weeks", "2027-01-03"),
    ("a week later", "2026-12-27"),
    ("one week later", "2026-12-27"),
    ("2 days earlier", "2026-12-18"),
    ("today", "2026-11-30"),
    ("sun", "2026-12-06"),
    ("3 Jan", "2027-01-03"),
    ("2027-01-03", "2027-01-03"),
]


@pytest.mark.parametrize(("text", "day"), TARGETS)
def test_a_move_by_a_span_counts_from_the_session_and_a_day_from_today(text, day):
    assert suggestions.target(text, "to", AHEAD, PRESENT) == date.fromisoformat(day)


SPANS = [
    ("+", "", "a number is missing. Write a span like +1w or -2d"),
    ("-x", "x", "a number is missing. Write a span like +1w or -2d"),
    ("-200y", "200y", "a span is at most 100 years long. Write 100y or less"),
    ("+1w!", "!", "'!' doesn't belong here. Write a span like +1w or -2d"),
    ("+1d-1w", "+1d-1w", "that span goes back. Change its sign"),
]


@pytest.mark.parametrize(("text", "fault", "message"), SPANS)
def test_an_invalid_span_is_marked(text, fault, message):
    error = refusal(lambda: suggestions.target(text, "to", AHEAD, PRESENT))
    assert (marked(error) or "", error.message) == (fault, message)


NEARBY = [("20–30 Nov", "2026-11-20..2026-11-30"), ("1 Nov", "2026-11-01"), ("10–20 Feb", "2027-02-10..2027-02-20")]  # fmt: skip


@pytest.mark.parametrize(("text", "days"), NEARBY)
def test_days_away_without_a_year_are_near_today(text, days):
    assert suggestions.ranges(text, "avoid", NEAR) == [days]


# --- laws: what is printed can be read ------------------------------------------------------

SOON = st.integers(0, 300).map(lambda days: TODAY + timedelta(days=days))


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_a_printed_date_can_be_typed(day):
    for text in (phrases.day(day), day.isoformat()):
        assert suggestions.day(text, "to", AHEAD) == day


@given(SOON)
def test_a_printed_date_without_its_year_can_be_typed(day):
    for text in (phrases.short(day), phrases.day_of(day)):
        assert suggestions.day(text, "to", AHEAD) == day
    back = TODAY - (day - TODAY)
    for text in (phrases.short(back), phrases.day_of(back)):
        assert suggestions.day(text, "on", PAST) == back


@given(SOON, st.integers(0, 60))
def test_a_printed_range_can_be_typed(first, length):
    last = first + timedelta(days=length)
    (days,) = suggestions.ranges(phrases.span_of_days(first, last), "avoid", AHEAD)
    assert days == (f"{first}..{last}" if length else str(first))


@given(
    st.dates(date(2000, 1, 1), date(2000, 12, 31)), st.dates(date(2000, 1, 1), date(2000, 12, 31))
)
def test_printed_yearly_days_can_be_typed(first, last):
    days = ClosedYearly(first=(first.month, first.day), last=(last.month, last.day))
    assert suggestions.days(phrases.closed_days(days), "avoid", AHEAD) == (days,)


@given(st.integers(-200, 200))
def test_a_printed_distance_can_be_typed(days):
    found = suggestions.day(phrases.distance(days), "to", AHEAD)
    assert found == TODAY + timedelta(days=days)


@given(st.sets(st.integers(0, 6), min_size=1), st.sampled_from(["and", "or"]))
def test_printed_weekdays_can_be_typed(days, joiner):
    value = Weekdays(days=tuple(sorted(days)))
    text = phrases.weekdays(value, joiner)
    assert words.WORDS["on"].read(suggestions.one("on", text, AHEAD), "on") == value


PRINTED_PACES = [
    "6x4w",
    "4w",
    "10d",
    "1mo",
    "4x1w,4x2w,4x1mo",
    "1y",
    "3x2mo",
    "1mo+3d",
    "1mo-3d",
    "3x1d",
]


@pytest.mark.parametrize("pace", PRINTED_PACES)
def test_a_printed_pace_can_be_typed(pace):
    rules = words.parse(
        {"start": "2026-12-01", "every": pace, **({} if "x" in pace else {"sessions": "3"})}
    )
    read = suggestions.one("every", summary.pace_in_words(rules), AHEAD)
    assert words.every(read, "every").steps[-1].span == rules.every.steps[-1].span


@given(st.text(max_size=40), st.sampled_from(sorted(suggestions.SPELLED_WORDS)))
def test_any_text_has_a_spelling_or_is_refused(text, word):
    try:
        found = suggestions.canonical(word, text, AHEAD)
    except RuleError:
        refusal(lambda: suggestions.canonical(word, text, AHEAD))
    else:
        assert all(suggestions.canonical(word, each, AHEAD) == [each.strip()] for each in found)


@pytest.mark.parametrize(
    "text",
    [" " * 30_000, "1 " * 15_000, "a" * 30_000, "jan " * 7_000, "-" * 30_000, f"18{' ' * 30_000}q"],
)
@pytest.mark.parametrize("word", sorted(suggestions.SPELLED_WORDS))
def test_a_long_text_is_refused_quickly(word, text):
    with pytest.raises(RuleError):
        suggestions.canonical(word, text, AHEAD)


def test_a_time_is_looked_for_in_a_short_text_only():
    text = f"x{' ,' * 30_000}x"
    assert everyday.day_and_hour([text]) == (text, None)
