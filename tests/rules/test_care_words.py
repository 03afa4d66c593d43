"""Care as text: how it is normalised, what is refused and where, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microplan.errors import RuleError
from microplan.model.care import Checkpoint, Cue, Ended, Pause
from microplan.model.values import Span
from microplan.rules import care_words, grammar, hours
from microplan.rules.care_words import A_CHECKPOINT, A_CUE, A_PAUSE
from tests.strategies import FEWER, clocks, marked, refusal, spans, texts

IN_HOURS = "a pause in hours ends after the session"
A_YEAR = "a pause is from an hour to a year on either side"
MISSING = "the name and the equals sign are missing. "
UNITS = "isn't a unit here. Write d or w"
A_WINDOW = "Write a window like 3d, 1w or -4d+14d"

BECOMES = [
    pytest.param("pause", "minoxidil=1d", "minoxidil=-1d+1d", id="one number is either side"),
    pytest.param("pause", "minoxidil= -0d+1d", "minoxidil=-0d+1d", id="blanks after the sign"),
    pytest.param("pause", "  minoxidil  =-0d+1w ", "minoxidil=-0d+7d", id="blanks around, weeks"),
    pytest.param("pause", "two\nlines=0d", "two lines=-0d+0d", id="a name is one line"),
    pytest.param("pause", "Cafe\u0301=0d", "Caf\u00e9=-0d+0d", id="a name is composed"),
    pytest.param("pause", "mask=366d", "mask=-366d+366d", id="a year to either side"),
    pytest.param("cue", "mask=-366d", "mask=-366d", id="a year before"),
    pytest.param("cue", "mask=1w", "mask=+7d", id="a week after, without a sign"),
    pytest.param("cue", "mask=-0d", "mask=0d", id="no day before is the day"),
    pytest.param("cue", "mask=-2w@07:05", "mask=-14d@07:05", id="weeks before, at a time"),
    pytest.param("cue", "mask=+0d@00:00", "mask=0d@00:00", id="midnight is a time"),
    pytest.param("checkpoint", "photos=every  28d", "photos=every 4w", id="days that are weeks"),
    pytest.param("checkpoint", "review=12mo", "review=1y", id="months that are years"),
    pytest.param("checkpoint", "end=last+0d", "end=last+0d", id="the last day itself"),
]


@pytest.mark.parametrize(("kind", "text", "expected"), BECOMES)
def test_care_is_normalised(kind, text, expected):
    assert str(care_words.parse(kind, text)) == expected


STAYS = [
    pytest.param(
        "pause", "minoxidil=-0d+1d", Pause(name="minoxidil", after=1), id="that day and the next"
    ),
    pytest.param("pause", "a=b=-2d+0d", Pause(name="a=b", before=2), id="an equals sign in a name"),
    pytest.param(
        "pause", '"it", he said=-0d+0d', Pause(name='"it", he said'), id="quotes and commas"
    ),
    pytest.param("pause", "🧴 serum=-0d+3d", Pause(name="🧴 serum", after=3), id="an emoji"),
    pytest.param("pause", "=1+1=-0d+0d", Pause(name="=1+1"), id="a name like a formula"),
    pytest.param("pause", "m=-0d+24h", Pause(name="m", hours=24), id="hours after the session"),
    pytest.param("pause", "m=-5d+1h", Pause(name="m", before=5, hours=1), id="days and an hour"),
    pytest.param("cue", "wash gently=+1d", Cue(name="wash gently", days=1), id="the next day"),
    pytest.param(
        "cue",
        "new cartridge=0d@19:30",
        Cue(name="new cartridge", at=hours.clock("19:30", "at")),
        id="the same day at a time",
    ),
    pytest.param(
        "checkpoint",
        "photos=every 4w",
        Checkpoint(name="photos", span=Span(days=28), repeats=True),
        id="again and again",
    ),
    pytest.param(
        "checkpoint",
        "photos=every 4w@09:00",
        Checkpoint(name="photos", span=Span(days=28), repeats=True, at=hours.clock("09:00", "at")),
        id="again and again at an hour",
    ),
    pytest.param(
        "checkpoint",
        "review=12w",
        Checkpoint(name="review", span=Span(days=84)),
        id="from the first session",
    ),
    pytest.param(
        "checkpoint",
        "last photo=last+4w",
        Checkpoint(name="last photo", span=Span(days=28), from_last=True),
        id="from the last session",
    ),
    pytest.param(
        "checkpoint",
        "x=every 1mo-3d",
        Checkpoint(name="x", span=Span(months=1, days=-3), repeats=True),
        id="a month less three days",
    ),
]


@pytest.mark.parametrize(("kind", "text", "value"), STAYS)
def test_canonical_care_is_unchanged(kind, text, value):
    assert care_words.parse(kind, text) == value
    assert str(value) == text


REFUSED = [
    pytest.param("pause", "minoxidil", MISSING + A_PAUSE, "minoxidil", id="a name alone"),
    pytest.param("pause", " =-0d+1d", MISSING + A_PAUSE, "=-0d+1d", id="no name"),
    pytest.param("pause", "", MISSING + A_PAUSE, "", id="nothing"),
    pytest.param("pause", "m=", f"a number is missing. {A_WINDOW}", "", id="no days"),
    pytest.param("pause", "m=24h", f"{IN_HOURS}. Write -0d+24h", "24h", id="hours alone"),
    pytest.param("pause", "m=+6h", f"{IN_HOURS}. Write -0d+6h", "+6h", id="hours after, alone"),
    pytest.param("pause", "m=+1d", f"a number is missing. {A_WINDOW}", "+", id="one side only"),
    pytest.param(
        "pause", "m=-1d", f"the days after are missing. {A_WINDOW}", "-1d", id="before only"
    ),
    pytest.param("pause", "m=1mo", f"'mo' {UNITS}", "mo", id="months"),
    pytest.param("pause", "m=-0d+0h", A_YEAR, "-0d+0h", id="no hour"),
    pytest.param("pause", "m=-0d+8785h", A_YEAR, "-0d+8785h", id="hours of more than a year"),
    pytest.param("pause", "m=-2h+24h", f"'h' {UNITS}", "h", id="hours before"),
    pytest.param(
        "pause", "m=1d so", f"' so' doesn't belong here. {A_PAUSE}", " so", id="more than a pause"
    ),
    pytest.param(
        "pause",
        "m=-367d+0d",
        "a pause is at most a year on either side",
        "m=-367d+0d",
        id="more than a year",
    ),
    pytest.param("cue", "mask", MISSING + A_CUE, "mask", id="a cue without a day"),
    pytest.param("cue", "mask=tue", f"a number is missing. {A_CUE}", "t", id="a weekday"),
    pytest.param("cue", "mask=0d@", "that isn't a time. Write it like 18:00", "", id="no time"),
    pytest.param(
        "cue",
        "mask=0d@24:00",
        "a day ends at 23:59. Write it like 18:00",
        "24:00",
        id="a 25th hour",
    ),
    pytest.param("cue", "mask=1mo", f"'mo' {UNITS}", "mo", id="a cue in months"),
    pytest.param(
        "cue",
        "mask=+53w",
        "a cue is at most a year away from its session",
        "mask=+53w",
        id="a cue a year away",
    ),
    pytest.param(
        "checkpoint", "photos", MISSING + A_CHECKPOINT, "photos", id="a checkpoint without a day"
    ),
    pytest.param(
        "checkpoint",
        "photos=often",
        f"a number is missing. {A_CHECKPOINT}",
        "o",
        id="a word for a span",
    ),
    pytest.param(
        "checkpoint",
        "photos=every 0d",
        "it would never advance. Write every 1d or more",
        "0d",
        id="every no day",
    ),
    pytest.param(
        "checkpoint",
        "photos=every 4m",
        "m could mean minutes or months. Write photos=every 4mo (months) or photos=every 4w (weeks)",
        "m",
        id="a bare m",
    ),
    pytest.param(
        "checkpoint",
        "photos=101y",
        "a span is at most 100 years long. Write 100y or less",
        "101y",
        id="more than a lifetime",
    ),
    pytest.param(
        "checkpoint",
        "photos=every 4w!",
        f"'!' doesn't belong here. {A_CHECKPOINT}",
        "!",
        id="more than a checkpoint",
    ),
]


@pytest.mark.parametrize(("kind", "text", "message", "over"), REFUSED)
def test_care_is_refused(kind, text, message, over):
    error = refusal(lambda: care_words.parse(kind, text))
    assert (error.word, error.message, marked(error)) == (kind, message, over)


CHANGES = [
    pytest.param("mask=none", Ended(kind="cue", name="mask"), id="an end"),
    pytest.param(" mask = none ", Ended(kind="cue", name="mask"), id="with blanks around it"),
    pytest.param("a=b=none", Ended(kind="cue", name="a=b"), id="an equals sign in a name"),
    pytest.param("none=+1d", Cue(name="none", days=1), id="other days"),
]


@pytest.mark.parametrize(("text", "value"), CHANGES)
def test_a_change_of_care_parses(text, value):
    assert care_words.change("cue", text) == value


@pytest.mark.parametrize("text", ["=none", " =none", "none"])
def test_only_care_with_a_name_can_end(text):
    assert refusal(lambda: care_words.change("cue", text)).message == MISSING + A_CUE


def test_a_name_over_the_limit_is_marked_at_the_limit():
    error = refusal(lambda: care_words.pause(f"{'n' * (grammar.MAX_TEXT + 1)}=1d", "pause"))
    assert error.message == f"a text has at most {grammar.MAX_TEXT} characters"
    assert marked(error) == "n"


@pytest.mark.parametrize("kind", care_words.READERS)
@FEWER
@given(text=st.text() | st.text("ab =-+@0123456789dwmoyevrlast:\n\ud800\u2028", max_size=30))
def test_any_text_is_care_or_an_error(kind, text):
    try:
        value = care_words.parse(kind, text)
    except RuleError:
        refusal(lambda: care_words.parse(kind, text))
    else:
        assert value.name
        assert care_words.parse(kind, str(value)) == value


def names():
    return texts().filter(bool) | st.sampled_from(("a=b", "=", "🧴", '"x", y', "every 4w", "=1+1"))


pauses = st.builds(
    Pause, name=names(), before=st.integers(0, 366), after=st.integers(0, 366)
) | st.builds(Pause, name=names(), before=st.integers(0, 366), hours=st.integers(1, 8784))
cues = st.builds(
    Cue,
    name=names(),
    days=st.integers(-366, 366),
    at=st.none() | clocks().map(lambda text: hours.clock(text, "at")),
)
checkpoints = st.builds(
    Checkpoint,
    name=names(),
    span=spans(),
    repeats=st.just(False),
    from_last=st.booleans(),
) | st.builds(
    Checkpoint,
    name=names(),
    span=spans().filter(lambda span: span.shortest > 0),
    repeats=st.just(True),
)


@given(each=pauses | cues | checkpoints)
def test_the_spelling_of_care_reads_back(each):
    assert care_words.parse(each.kind, str(each)) == each


def test_care_is_identified_by_kind_and_name_ignoring_case():
    keys = [
        care_words.parse(kind, text).key
        for kind, text in (
            ("pause", "Minoxidil=1d"),
            ("pause", "minoxidil=2d"),
            ("pause", "serum=1d"),
            ("cue", "minoxidil=1d"),
        )
    ]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
