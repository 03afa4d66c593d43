"""The grammar refuses everyday spellings with a fix, and the fix can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError
from microplan.rules import grammar, hours, pace, pace_spellings, spellings, words
from tests.strategies import refusal

MEANT = [
    (hours.clock, "6pm", "18:00"),
    (hours.clock, "6:30 p.m.", "18:30"),
    (hours.clock, "12am", "00:00"),
    (hours.clock, "18.30", "18:30"),
    (hours.clock, "1830", "18:30"),
    (hours.clock, "18 Uhr", "18:00"),
    (hours.clock, "noon", "12:00"),
    (hours.clock, "6", "06:00 or 18:00"),
    (hours.reminder, "1d@8pm", "20:00"),
    (hours.reminder, "1 day", "1d"),
    (hours.reminder, "2 weeks", "2w"),
    (hours.reminder, "15 min", "15m"),
    (hours.length, "1 hour 15 minutes", "1h15m"),
    (hours.length, "1,5 h", "1h30m"),
    (grammar.weekdays, "Monday-Friday", "mon..fri"),
    (grammar.weekdays, "mon – wed, sat", "mon..wed,sat"),
    (grammar.weekdays, "Tue and Thurs", "tue,thu"),
    (grammar.weekdays, "tue/thu", "tue,thu"),
    (grammar.weekdays, "weekdays", "mon..fri"),
    (grammar.weekdays, "weekend", "sat,sun"),
    (grammar.weekdays, "Wednesdays", "wed"),
    (grammar.day, "2026/12/24", "2026-12-24"),
    (grammar.day, "2026.12.24", "2026-12-24"),
    (grammar.closed, "20261224", "2026-12-24"),
    (grammar.closed, "2026-12-24--2027-01-03", "2026-12-24..2027-01-03"),
    (grammar.closed, "2026-12-24 – 2027-01-03", "2026-12-24..2027-01-03"),
    (grammar.closed, "12/24", "12-24"),
    (grammar.closed, "24.12.", "12-24"),
    (grammar.closed, "1/2", "01-02 or 02-01"),
    (grammar.zone, "Paris", "Europe/Paris"),
    (grammar.zone, "europe/PARIS", "Europe/Paris"),
    (grammar.zone, "New York", "America/New_York"),
    (pace.gap, "3 weeks", "w"),
    (pace.gap, "21days", "d"),
    (words.every, "6x4weeks", "6x4w"),
    (words.every, "6x1 month", "6x1mo"),
]
MEANT_WHOLE = [
    (words.every, "weekly", "1w"),
    (words.every, "every week", "1w"),
    (words.every, "once a month", "1mo"),
    (words.every, "Every 10 days", "10d"),
    (words.every, "every other week", "2w"),
    (words.every, "4 weeks", "4w"),
    (pace.number, "12 sessions", "12"),
    (pace.number, "6x", "6"),
    (hours.clock, "8pm", "20:00"),
    (hours.reminder, "1d@8pm", "1d@20:00"),
    (grammar.weekdays, "monday", "mon"),
    (grammar.closed, "24/12/2026", "2026-12-24"),
]


@pytest.mark.parametrize(
    ("read", "text", "fix"), MEANT, ids=[f"{text} is {fix}" for _, text, fix in MEANT]
)
def test_an_error_suggests_the_correct_spelling(read, text, fix):
    said = refusal(lambda: read(text, "word")).message
    assert said.partition(". Write ")[2].partition(", or with")[0] == fix


@pytest.mark.parametrize(
    ("read", "fix"),
    [(read, one) for read, text, fix in MEANT for one in fix.split(" or ") if "@" not in text],
)
def test_the_suggested_spelling_can_be_read(read, fix):
    if read in (pace.gap, words.every):
        fix = fix if read is words.every else f"4{fix}"
    read(fix, "word")


@pytest.mark.parametrize(
    ("read", "text", "meant"), MEANT_WHOLE, ids=[f"{text} is {fix}" for _, text, fix in MEANT_WHOLE]
)
def test_a_text_with_its_fix_applied_can_be_read(read, text, meant):
    error = refusal(lambda: read(text, "word"))
    assert error.corrected == meant
    read(meant, "word")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (hours.clock, "6"),
        (hours.clock, "26:00"),
        (grammar.closed, "01/02/2026"),
        (grammar.closed, "12/24"),
        (grammar.closed, "2026-12-24..2026-01-03"),
        (grammar.weekdays, "xyz"),
        (words.every, "biweekly"),
        (words.every, "6x4m"),
        (words.every, "every fortnight or so"),
        (grammar.zone, "Mars"),
    ],
)
def test_a_text_with_several_meanings_or_none_has_no_fix(read, text):
    error = refusal(lambda: read(text, "word"))
    assert (error.fix, error.corrected) == ("", "")


def test_a_date_without_a_year_is_refused():
    assert refusal(lambda: grammar.day("12/24", "until")).message == (
        "the year is missing here. Write it before 12-24, as in 2026-12-01"
    )


NO_READING = [
    (spellings.clock, "13pm"),
    (spellings.clock, "0am"),
    (spellings.clock, "18:75"),
    (spellings.clock, "2460"),
    (spellings.length, "-1d"),
    (spellings.length, "1h or 2h"),
    (spellings.length, "9" * 5000 + "h"),
    (spellings.weekdays, "mon-xyz"),
    (spellings.weekdays, "mon-"),
    (spellings.day, "2026/13/40"),
    (spellings.day, "2026124"),
    (spellings.yearless, "13/32"),
    (spellings.days, "2026-12-24 to Easter"),
    (spellings.zone, "localtime"),
    (spellings.zone, ""),
    (pace_spellings.pace, "every blue moon"),
    (pace_spellings.pace, "every few weeks"),
]


@pytest.mark.parametrize(("spell", "text"), NO_READING)
def test_a_text_without_a_clear_meaning_has_no_spelling(spell, text):
    assert not spell(text)


@pytest.mark.parametrize("blank", [" ", "\t", "\n"])
def test_a_long_run_of_spaces_takes_linear_time(blank):
    assert not spellings.weekdays(f"mon{blank * 400_000}x")


@given(
    st.sampled_from([words.WORDS[name].read for name in ("every", "on", "at", "avoid", "remind")]),
    st.lists(
        st.sampled_from(
            [*"0123 ,./:-", "mon", "tuesday", "every ", "week", "days", "pm", "to", "@", "h", "x"]
        ),
        max_size=9,
    ).map("".join),
)
def test_applying_fixes_ends(read, text):
    for _ in range(10):
        try:
            read(text, "word")
        except RuleError as error:
            if not error.corrected:
                return
            text = error.corrected
        else:
            return
    pytest.fail(f"still mending at {text!r}")


READERS = (hours.clock, hours.length, grammar.weekdays, grammar.closed, hours.reminder)


@given(
    st.sampled_from(READERS),
    st.text(st.sampled_from("0123456789:./-,; amphdwonetuy@"), max_size=14),
)
def test_every_fix_for_any_text_can_be_read(read, text):
    try:
        read(text, "word")
    except RuleError as error:
        _, _, fix = error.message.rpartition(". Write ")
        if fix and fix[:1].isdigit() and " " not in fix and "@" not in text:
            read(fix, "word")
