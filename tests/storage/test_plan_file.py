"""Plan files are written and read back, and all faults are reported at once with their paths."""

import tomllib
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from microplan.errors import PlanFileError
from microplan.model.care import Ended, Pause
from microplan.model.entries import (
    MOST_ENTRIES,
    STEPS,
    Answer,
    Closed,
    Closure,
    Compared,
    Done,
    Lookup,
    Moved,
    Opened,
    Photo,
    Revised,
    Skipped,
    Undone,
)
from microplan.model.log import latest_rules
from microplan.model.values import ClosedDays, ClosedYearly
from microplan.rules import care_words, grammar, revision
from microplan.rules import words as rules
from microplan.storage import entry_reader, plan_file
from tests.build import CREATED, plan_of

RECORDED = datetime(2026, 12, 3, 18, 40, tzinfo=UTC)

EXAMPLE = """\
# change rules with `microplan revise`: a calendar already imported does not notice edits made here
microplan = 1
id = "2f5a…"                      # UUIDv5 of title and rules as first drawn up; --id sets it
title = "Scalp session"
created = 2026-11-22T20:00:00Z

[rules]
start = "2026-12-01"
every = "6x4w~3d"
at = "18:00"
tz = "Europe/Paris"
on = "mon..fri"
avoid = ["2026-12-24..2027-01-03"]

[[closed]]
days = "2027-04-05"
reason = "Easter Monday (FR)"

[[log]]
done = 1
on = 2026-12-03
recorded = 2026-12-03T18:40:00Z
"""
HEAD = "microplan = 1\ncreated = 2026-11-22T20:00:00Z\n"
RULES = '[rules]\nstart = "2026-12-01"\nevery = "6x4w"\n'
PLAIN = HEAD + RULES


def load(text, **given_):
    return plan_file.load(text, **given_)


def faults(text):
    with pytest.raises(PlanFileError) as raised:
        plan_file.load(text)
    return str(raised.value), raised.value.findings


# --- there and back -------------------------------------------------------------------------

TEXTS = st.text(max_size=60) | st.text(
    st.sampled_from("a'\"\\#\n\r\t\x00\x1b\x7f\x85\x9b\u200d\u202e\u2028\ud800é😀[]=")
)
DAYS = st.dates(date(1900, 1, 1), date(2800, 12, 31))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2899, 12, 31), timezones=st.just(UTC)).map(
    lambda value: value.replace(microsecond=0)
)
SPANS = st.tuples(DAYS, DAYS).map(lambda days: ClosedDays(first=min(days), last=max(days)))
RANGES = SPANS | st.just(ClosedYearly(first=(12, 24), last=(1, 3)))


OPENED = SPANS.filter(lambda days: (days.last - days.first).days < grammar.MOST_OPENED) | DAYS.map(
    lambda day: ClosedDays(first=day, last=day)
)


def words_of(name):
    return TEXTS.map(lambda text: grammar.free_text(text, name))


CLOSURES = st.builds(Closure, days=RANGES, reason=words_of("reason"))
LOOKUPS = st.builds(Lookup, of=words_of("of").filter(bool), days=SPANS)

DIGESTS = st.sampled_from("0af").map(lambda digit: digit * 64)
ANSWERS = st.builds(Answer, earlier=DIGESTS, later=DIGESTS, step=st.sampled_from(STEPS))
NAMES = words_of("view").filter(bool)
PATHS = NAMES.filter(lambda path: "\0" not in path)

WENT = st.fixed_dictionaries(
    {
        "depth": st.sampled_from(["", "0.5mm", "1±0.5mm"]),
        "device": words_of("device"),
        "reaction": words_of("reaction"),
    }
)

CHANGES = st.sampled_from(
    [
        {"every": "9x3w", "gap": "none", "window": "none", "follow": "none"},
        {"at": "18:00", "remind": ["2h", "30m"]},
        {"at": "none", "remind": "none"},
        {"on": "none", "prefer": "none"},
        {"avoid": ["2026-12-24..2027-01-03", "12-24..01-03"]},
        {"discreet": True},
        {"discreet": "none"},
    ]
) | words_of("location").filter(bool).map(lambda text: {"location": text})

CARE = st.builds(
    care_words.change,
    st.just("pause"),
    words_of("pause").filter(bool).map("{}=-1d+2d".format) | st.just("a=none"),
) | st.sampled_from(
    [
        care_words.change("cue", "wash gently=+1d@19:30"),
        care_words.change("cue", "mask=none"),
        care_words.change("checkpoint", "photos=every 4w"),
    ]
)


@st.composite
def logs(draw, first):
    """Draw a log of a plan that began with the rules ``first``, each entry apt after the others."""
    log = []
    for _ in range(draw(st.integers(0, 5))):
        entry = draw(entries(first, log))
        if entry is not None:
            log.append(entry)
    return tuple(log)


@st.composite
def entries(draw, first, log):
    common = {"recorded": draw(INSTANTS), "note": draw(words_of("note"))}
    session = draw(st.integers(1, 10_000))

    def revised():
        _, before = latest_rules(first, log)
        care = tuple(draw(st.lists(CARE, max_size=3, unique_by=lambda each: each.key)))
        words = draw(st.just({}) | CHANGES) if care else draw(CHANGES)
        after, _ = revision.resolved(before, words)
        return after and Revised(session=session, words=words, rules=after, care=care, **common)

    def undone():
        return Undone(entry=draw(st.integers(1, len(log))), **common) if log else None

    kinds = (
        revised,
        undone,
        lambda: Done(session=session, on=draw(DAYS), **draw(WENT), **common),
        lambda: Moved(session=session, to=draw(DAYS), only=draw(st.booleans()), **common),
        lambda: Skipped(session=session, extend=draw(st.booleans()), **common),
        lambda: Photo(path=draw(PATHS), view="x", on=draw(DAYS), digest=draw(DIGESTS), **common),
        lambda: Compared(
            view=draw(NAMES),
            answers=tuple(draw(st.lists(ANSWERS, min_size=1, max_size=3))),
            **common,
        ),
        lambda: Opened(days=tuple(draw(st.lists(OPENED, min_size=1, max_size=3))), **common),
        lambda: Closed(
            closures=tuple(draw(st.lists(CLOSURES, max_size=3))),
            lookups=tuple(draw(st.lists(LOOKUPS, max_size=2))),
            **common,
        ),
    )
    return draw(st.sampled_from(kinds))()


RULE_WORDS = st.fixed_dictionaries(
    {
        "start": st.dates(date(1900, 1, 1), date(2700, 1, 1)).map(str),
        "every": st.sampled_from(
            ["6x4w~3d", "4x1w,4x2w", "3x1mo~3d", "2x8w~-4d+14d", "RRULE:FREQ=WEEKLY;COUNT=3"]
        ),
        "tz": st.sampled_from(["Europe/Paris", "UTC", "Asia/Kathmandu"]),
    },
    optional={
        "at": st.times().map(lambda at: f"{at:%H:%M}"),
        "duration": st.sampled_from(["45m", "1h30m"]),
        "on": st.sampled_from(["mon..fri", "tue,thu,sun"]),
        "prefer": st.just("tue"),
        "avoid": st.lists(RANGES.map(str), max_size=3),
        "remind": st.just(["1d", "0d@00:00"]),
        "location": TEXTS,
        "device": TEXTS,
        "setting": st.sampled_from(["home", "clinic"]),
        "discreet": st.booleans(),
    },
)


@given(
    words=RULE_WORDS,
    title=TEXTS,
    created=INSTANTS,
    closed=st.lists(CLOSURES, max_size=3),
    lookups=st.lists(LOOKUPS, max_size=2),
    data=st.data(),
)
def test_a_written_plan_reads_back(  # noqa: PLR0913, PLR0917 - a plan has many parts
    words, title, created, closed, lookups, data
):
    named = grammar.free_text(title, "title") or "Scalp session"
    read = rules.parse(words)
    log = data.draw(logs(read))
    plan = plan_of(title=named, created=created, rules=read, closed=tuple(closed), log=log)
    plan = replace(plan, lookups=tuple(lookups))
    text = plan_file.dump(plan)
    assert plan_file.load(text) == (plan, ())
    assert plan_file.dump(plan_file.load(text)[0]) == text


@given(TEXTS)
@example("\x7f\x9b2J\u202eevil")
def test_no_text_in_a_file_controls_a_terminal(title):
    text = plan_file.dump(plan_of(title=grammar.free_text(title, "title") or "x"))
    raw = {char for char in text if unicodedata.category(char) == "Cc"} - {"\n"}
    assert not raw | (set(text) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067"))


def test_a_file_holds_only_what_was_decided():
    assert plan_file.dump(
        plan_of(tz="Europe/Paris", at="18:00", avoid=["2026-12-24..2027-01-03"], discreet=True)
    ) == (
        f"{plan_file.HEAD}\n"
        "microplan = 1\n"
        'id = "f5ec1377-752b-5004-9fae-534019817eeb"\n'
        'title = "Scalp session"\n'
        "created = 2026-11-22T20:00:00Z\n"
        "\n"
        "[rules]\n"
        'start = "2026-12-01"\n'
        'every = "6x4w"\n'
        'at = "18:00"\n'
        'tz = "Europe/Paris"\n'
        'avoid = ["2026-12-24..2027-01-03"]\n'
        "discreet = true\n"
    )


# --- reading --------------------------------------------------------------------------------


def test_the_example_of_the_design_loads():
    plan, warnings = load(EXAMPLE)
    assert warnings == ()
    assert (plan.id, plan.title, plan.created) == ("2f5a…", "Scalp session", CREATED)
    assert plan.rules == rules.parse(tomllib.loads(EXAMPLE)["rules"])
    assert plan.closed == (
        Closure(days=grammar.closed("2027-04-05", "closed"), reason="Easter Monday (FR)"),
    )
    assert plan.log == (Done(session=1, on=date(2026, 12, 3), recorded=RECORDED),)


AT = "recorded = 2026-12-03T18:40:00Z\n"
ZEROS, EFFS = "0" * 64, "f" * 64
LOG = [
    pytest.param(
        "done = 1\non = 2026-12-03\n",
        Done(session=1, on=date(2026, 12, 3), recorded=RECORDED),
        id="done",
    ),
    pytest.param(
        'done = 1\non = "2026-12-03"\nnote = "sore"\n',
        Done(session=1, on=date(2026, 12, 3), recorded=RECORDED, note="sore"),
        id="done, its day as text, with a note",
    ),
    pytest.param(
        'done = 1\non = 2026-12-03\ndepth = "0.5mm"\ndevice = "pen"\nreaction = "red"\n',
        Done(
            session=1,
            on=date(2026, 12, 3),
            depth="0.5mm",
            device="pen",
            reaction="red",
            recorded=RECORDED,
        ),
        id="done, and how it went",
    ),
    pytest.param(
        "moved = 3\nto = 2027-01-03\n",
        Moved(session=3, to=date(2027, 1, 3), recorded=RECORDED),
        id="moved",
    ),
    pytest.param(
        "moved = 3\nto = 2027-01-03\nonly = true\n",
        Moved(session=3, to=date(2027, 1, 3), only=True, recorded=RECORDED),
        id="moved alone",
    ),
    pytest.param(
        f'compared = "crown"\nanswers = [{{ earlier = "{ZEROS}", later = "{EFFS}", step = 0 }}]\n',
        Compared(
            view="crown",
            answers=(Answer(earlier=ZEROS, later=EFFS, step=0),),
            recorded=RECORDED,
        ),
        id="compared, with no difference",
    ),
    pytest.param("skipped = 5\n", Skipped(session=5, recorded=RECORDED), id="skipped"),
    pytest.param(
        "skipped = 5\nextend = true\n",
        Skipped(session=5, extend=True, recorded=RECORDED),
        id="skipped and added at the end",
    ),
    pytest.param(
        'closed = "2026-11-20..2026-11-30"\nreason = "vacation"\n',
        Closed(
            closures=(
                Closure(
                    days=ClosedDays(first=date(2026, 11, 20), last=date(2026, 11, 30)),
                    reason="vacation",
                ),
            ),
            recorded=RECORDED,
        ),
        id="closed",
    ),
    pytest.param(
        'closed = "12-24..01-03"\n',
        Closed(
            closures=(Closure(days=ClosedYearly(first=(12, 24), last=(1, 3))),), recorded=RECORDED
        ),
        id="closed every year",
    ),
    pytest.param(
        'opened = "2026-12-25"\n',
        Opened(days=(grammar.opened("2026-12-25", ""),), recorded=RECORDED),
        id="opened",
    ),
    pytest.param(
        'opened = ["2026-12-25", "2027-01-01..2027-01-03"]\n',
        Opened(
            days=(grammar.opened("2026-12-25", ""), grammar.opened("2027-01-01..2027-01-03", "")),
            recorded=RECORDED,
        ),
        id="several opened",
    ),
    pytest.param(
        'revised = 4\nrules = {every = "9x3w", avoid = ["12-24..01-03"]}\n',
        Revised(
            session=4,
            words={"every": "9x3w", "avoid": ["12-24..01-03"]},
            rules=rules.parse({"start": "2026-12-01", "every": "9x3w", "avoid": ["12-24..01-03"]}),
            recorded=RECORDED,
        ),
        id="revised",
    ),
    pytest.param(
        'revised = 4\ncare = [{pause = "a", span = "-0d+2d"}, {cue = "b", when = "none"}]\n',
        Revised(
            session=4,
            words={},
            rules=rules.parse({"start": "2026-12-01", "every": "6x4w"}),
            care=(Pause(name="a", before=0, after=2), Ended(kind="cue", name="b")),
            recorded=RECORDED,
        ),
        id="revised in its care",
    ),
    pytest.param("undone = 1\n", Undone(entry=1, recorded=RECORDED), id="undone"),
    pytest.param(
        "skipped = 10000\n", Skipped(session=10_000, recorded=RECORDED), id="the largest number"
    ),
]
SKIPPED = f"[[log]]\nskipped = 9\n{AT}"
"""An entry for others to follow."""


@pytest.mark.parametrize(("text", "entry"), LOG)
def test_every_kind_of_entry_is_read(text, entry):
    plan, warnings = load(f"{PLAIN}{SKIPPED}[[log]]\n{text}{AT}")
    assert (plan.log[1:], warnings) == ((entry,), ())


def test_a_log_at_the_limit_is_read():
    text = PLAIN + SKIPPED * MOST_ENTRIES
    assert len(load(text)[0].log) == MOST_ENTRIES
    finding = f"log: a log has at most {MOST_ENTRIES} entries; make a new plan"
    assert faults(text + SKIPPED) == ("it has one fault", (finding,))


@pytest.mark.parametrize("entry", [param.values[1] for param in LOG], ids=[p.id for p in LOG])
def test_every_kind_of_entry_is_written_as_it_was_read(entry):
    before = load(f"{PLAIN}{SKIPPED}# mine\n")[0]
    text = plan_file.append(f"{PLAIN}{SKIPPED}# mine\n", [entry])
    assert text.startswith(f"{PLAIN}{SKIPPED}# mine\n\n[[log]]\n")
    assert load(text) == (replace(before, log=(*before.log, entry)), ())


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        pytest.param("x", "\n\n", id="no line end"),
        pytest.param("x\n", "\n", id="a line end"),
        pytest.param("x\n\n", "", id="an empty line"),
        pytest.param("x\r\ny", "\r\n\r\n", id="no line end, after others of two characters"),
        pytest.param("x\r\n", "\r\n", id="a line end of two characters"),
        pytest.param("x\r\n\r\n", "", id="an empty line of two characters"),
    ],
)
def test_appended_entries_follow_a_blank_line_and_keep_the_line_ends(text, gap):
    entries = [Done(session=number, on=date(2026, 12, 1), recorded=RECORDED) for number in (1, 2)]
    blocks = "\n".join(map(plan_file.entry, entries))
    if "\r" in text:
        blocks = blocks.replace("\n", "\r\n")
    assert plan_file.append(text, entries) == text + gap + blocks


@pytest.mark.parametrize(
    ("reasons", "written"),
    [
        (["away"], 'closed = "2026-12-24"\nreason = "away"\n'),
        (["away", ""],
         'closed = [\n  { days = "2026-12-24", reason = "away" },\n  { days = "2026-12-25" },\n]\n'),
    ],
    ids=["one range in two keys", "several in a list of tables"],
)  # fmt: skip
def test_closed_days_are_written_in_the_shortest_form(reasons, written):
    days = [grammar.closed(text, "") for text in ("2026-12-24", "2026-12-25")]
    closures = tuple(
        Closure(days=each, reason=reason) for each, reason in zip(days, reasons, strict=False)
    )
    entry = plan_file.entry(Closed(closures=closures, recorded=RECORDED))
    assert entry == f"[[log]]\n{written}recorded = 2026-12-03T18:40:00Z\n"


@pytest.mark.parametrize(
    ("title", "written"),
    [("a\x7fb", "a\\u007fb"), ("a\U000e0001b", "a\\U000e0001b"), ("a\u202eb", "a\\u202eb")],
    ids=["DEL", "a tag beyond four digits", "an override of direction"],
)
def test_invisible_characters_are_escaped(title, written):
    plan = plan_of(title=title)
    assert f'title = "{written}"\n' in plan_file.dump(plan)


def test_the_course_and_care_of_a_plan_are_written():
    plan = plan_of(protocol="dhurat-aga", care=[Pause(name="a=b", before=0, after=1)])
    text = plan_file.dump(plan)
    assert '\nprotocol = "dhurat-aga"\n' in text
    assert '\n[[care]]\npause = "a=b"\nspan = "-0d+1d"\n' in text
    assert plan_file.load(text) == (plan, ())


def test_a_revision_writes_a_table_of_changed_words():
    words = {"every": "9x3w", "at": "none", "discreet": True}
    entry = Revised(session=4, words=words, rules=load(PLAIN)[0].rules, recorded=RECORDED)
    assert plan_file.entry(entry) == (
        "[[log]]\nrevised = 4\nrecorded = 2026-12-03T18:40:00Z\n"
        '[log.rules]\nevery = "9x3w"\nat = "none"\ndiscreet = true\n'
    )


def test_a_revision_builds_on_the_earlier_one():
    log = "".join(
        f"[[log]]\nrevised = 2\nrules = {{{change}}}\n{AT}"
        for change in ('at = "18:00"', 'every = "3x2w"', 'at = "none"')
    )
    plan, _ = load(f"{PLAIN}{log}[[log]]\nundone = 2\n{AT}")
    assert [str(entry.rules) for entry in plan.log[:3]] == [
        "--start 2026-12-01 --every 6x4w --at 18:00 --tz UTC",
        "--start 2026-12-01 --every 3x2w --at 18:00 --tz UTC",
        "--start 2026-12-01 --every 3x2w --tz UTC",
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("start = 2026-12-01", 'start = "2026-12-01"', id="a TOML date"),
        pytest.param("at = 18:00:00", 'at = "18:00"', id="a TOML time"),
        pytest.param("sessions = 6", 'sessions = "6"', id="a TOML integer"),
        pytest.param('avoid = "2026-12-24"', 'avoid = ["2026-12-24"]', id="one for a list"),
        pytest.param("discreet = true", 'discreet = "yes"', id="a TOML boolean"),
    ],
)
def test_plain_toml_values_are_read_like_text(written, text):
    def file(line):
        words = {"start": 'start = "2026-12-01"', "every": 'every = "4w"', "end": "sessions = 6"}
        name = line.partition(" ")[0]
        kept = [word for word in words.values() if not word.startswith(name)]
        return "\n".join([HEAD + "[rules]", *kept, line])

    assert load(file(written)) == load(file(text))


@pytest.mark.parametrize(
    "created",
    ["2026-11-22T20:00:00Z", "2026-11-22T21:00:00+01:00", "2026-11-22 20:00:00.999999Z"],
)
def test_an_instant_is_stored_in_utc_and_whole_seconds(created):
    read = load(f"microplan = 1\ncreated = {created}\n{RULES}")[0].created
    assert (read, read.tzinfo) == (CREATED, UTC)


def test_a_file_without_a_title_or_id_is_a_plan():
    plan = load(PLAIN)[0]
    assert plan == plan_of()


def test_a_plan_without_a_zone_takes_the_default():
    assert load(PLAIN, zone=lambda: "Asia/Tokyo")[0].rules.tz == "Asia/Tokyo"


def test_a_plan_with_a_zone_does_not_look_up_the_default():
    def never():
        raise AssertionError("asked for a zone")

    assert load(f'{PLAIN}tz = "UTC"\n', zone=never)[0].rules.tz == "UTC"


def test_unknown_keys_give_a_warning():
    text = (
        f'microplan = 1\ncolour = "red"\ncreated = 2026-11-22T20:00:00Z\n{RULES}pace = "4w"\n'
        '[[diary]]\nmood = "fine"\n'
        '[[closed]]\ndays = "2027-04-05"\ncountry = "FR"\n'
        f'[[log]]\nskipped = 5\non = 2026-12-03\n{AT}[log."a b"]\nx = 1\n'
    )
    plan, warnings = load(text)
    assert plan.rules == load(PLAIN)[0].rules
    assert warnings == (
        "colour isn't known and is left as it is",
        "diary isn't known and is left as it is",
        "rules.pace isn't known and is left as it is",
        "closed[1].country isn't known and is left as it is",
        "log[1].on isn't known and is left as it is",
        "log[1].a b isn't known and is left as it is",
    )


# --- faults ---------------------------------------------------------------------------------

FAULTY = f"""\
microplan = 1
id = 5
title = ["x"]
created = 2026-11-22

[rules]
start = "2026-02-30"
every = "6x4m"
at = "25:00"
on = "fun"
remind = ["1d", "soon"]

[[closed]]
days = "2027-04-05..2027-04-01"

[[closed]]
reason = "no days"

[[log]]
done = 0
on = 2026-12-03
{AT}
[[log]]
done = 1
moved = 2
{AT}
[[log]]
skipped = 5
extend = "yes"
{AT}
[[log]]
moved = 3
to = "tue"
recorded = 2026-12-03T18:40:00
"""
FINDINGS = {
    "title": 'title: write a text, as in title = "text"',
    "id": 'id: write a text, as in id = "text"',
    "created": "created: a time with its zone is missing. Write one like 2026-11-22T20:00:00Z.",
    "rules.start": 'rules.start "2026-02-30": February has 28 days in 2026',
    "rules.every": 'rules.every "6x4m": m could mean minutes or months. '
    "Write 6x4mo (months) or 6x4w (weeks)",
    "rules.at": 'rules.at "25:00": a day ends at 23:59. Write it like 18:00',
    "rules.on": 'rules.on "fun": that isn\'t a weekday. Write mon, tue, wed, thu, fri, sat or sun',
    "rules.remind": 'rules.remind "soon": that isn\'t a length of time. '
    "Write a reminder like 1d, 2h, 30m or 1d@20:00",
    "closed[1].days": 'closed[1].days "2027-04-05..2027-04-01": the range ends before it begins. '
    "Write 2027-04-01..2027-04-05",
    "closed[2].days": "closed[2].days: a value is missing. Write it as text.",
    "log[1].done": "log[1].done: write a number from 1 to 10000",
    "log[2]": f"log[2]: an entry needs one of the keys {', '.join(entry_reader.ENTRIES)}",
    "log[3].extend": "log[3].extend: write true or false",
    "log[4].recorded": "log[4].recorded: a time with its zone is missing. Write one like "
    "2026-11-22T20:00:00Z.",
}


def test_all_faults_of_a_file_are_in_one_report():
    said, findings = faults(FAULTY)
    assert list(findings) == list(FINDINGS.values())
    assert said == f"it has {len(FINDINGS)} faults"


def test_each_finding_begins_with_its_dotted_path():
    assert all(text.startswith((f"{path}:", f"{path} ")) for path, text in FINDINGS.items())


def test_a_faulty_file_exits_with_all_of_its_faults(run, tmp_path):
    (tmp_path / "plan.toml").write_text(FAULTY)
    shown = run("show", "-p", "plan.toml")
    assert (shown.code, shown.out) == (3, "")
    listed = "".join(f"  {finding}\n" for finding in FINDINGS.values())
    assert shown.err == f"microplan: plan.toml: it has {len(FINDINGS)} faults\n{listed}"


ONE_FAULT = [
    pytest.param(
        "microplan = 2\nid = 5",
        "microplan: 2 is newer than 1, the format read here. Update microplan.",
        id="a newer version is refused by name, and nothing else is said",
    ),
    pytest.param("", "microplan: a plan file begins with microplan = 1", id="an empty file"),
    pytest.param(
        "microplan = true", "microplan: a plan file begins with microplan = 1", id="true is not 1"
    ),
    pytest.param(
        "microplan = 0", "microplan: a plan file begins with microplan = 1", id="no version 0"
    ),
    pytest.param(HEAD, "rules: the table [rules] is missing", id="no rules"),
    pytest.param(
        f'{HEAD}rules = "6x4w"\n', "rules: the table [rules] is missing", id="rules are no table"
    ),
    pytest.param(
        f'{HEAD}[rules]\nstart = "2026-12-01"\n',
        "rules.every is missing. Write one like 6x4w",
        id="no pace",
    ),
    pytest.param(
        f'{HEAD}[rules]\nstart = "tue"\nevery = "6x4w"\n',
        'rules.start "tue": that isn\'t a date. Write it like 2026-12-01',
        id="no day in a file is counted from today",
    ),
    pytest.param(
        f"closed = 3\n{PLAIN}", "closed: write each entry as a table, [[closed]]", id="closed"
    ),
    pytest.param(f"log = [1]\n{PLAIN}", "log: write each entry as a table, [[log]]", id="log"),
    pytest.param(
        f"title = '{'x' * 1001}'\n{PLAIN}",
        f'title "{"x" * 199}…": a text has at most 1000 characters',
        id="a title beyond measure",
    ),
    pytest.param(
        f"microplan = 1\ncreated = 0001-01-01T00:00:00+14:00\n{RULES}",
        "created: that time is out of range. Write one like 2026-11-22T20:00:00Z.",
        id="an instant before the first year",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\ndone = true\non = 2026-12-03\n{AT}",
        "log[1].done: write a number from 1 to 10000",
        id="true is not session 1",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nundone = 10001\n{AT}",
        "log[1].undone: write a number from 1 to 10000",
        id="an entry beyond every limit",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nundone = 1\n{AT}",
        "log[1].undone: there is no entry 1 before this one",
        id="an entry that would undo itself",
    ),
    pytest.param(
        f"protocol = 5\n{PLAIN}",
        'protocol: write a text, as in protocol = "text"',
        id="a course in numbers",
    ),
    pytest.param(
        f'{PLAIN}[[lookup]]\nof = "FR"\ndays = "12-24..01-03"\n',
        "lookup[1].days: a span needs years, as in 2026-12-01..2028-04-27",
        id="looked up for every year",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nclosed = [1]\n{AT}",
        "log[1].closed: write each entry as a table, closed = [{ … }]",
        id="a number among closed days",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nclosed = [{{days = "2026-12-24"}}, {{}}]\n{AT}',
        "log[1].closed[2].days: a value is missing. Write it as text.",
        id="closed, and no day with it",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nclosed = "2026-12-24"\nlookup = [{{of = "FR"}}]\n{AT}',
        "log[1].lookup[1].days: a value is missing. Write it as text.",
        id="closed, and looked up for no span",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nopened = "12-25"\n{AT}',
        'log[1].opened "12-25": the year is missing. Write it like 2026-12-25',
        id="opened in every year",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nopened = ["2026-12-25", 3]\n{AT}',
        "log[1].opened[2]: a value is missing. Write it as text.",
        id="a number among opened days",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nopened = []\n{AT}",
        "log[1].opened: a day is missing. Write it like 2026-12-25.",
        id="no day opened",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nopened = "2026-01-01..2027-01-02"\n{AT}',
        'log[1].opened "2026-01-01..2027-01-02": that\'s more than a year. Write a day like 2026-12-25',
        id="more than a year opened",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nskipped = 2\nnote = '{'x' * 1001}'\n{AT}",
        f'log[1].note "{"x" * 199}…": a text has at most 1000 characters',
        id="a note beyond measure",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nrevised = 2\nrules = 3\n{AT}",
        "log[1].rules: the changed rules are missing; start is never one of them",
        id="a revision in numbers",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nrevised = 2\n{AT}",
        "log[1].rules: the changed rules are missing; start is never one of them",
        id="a revision of nothing",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nrevised = 2\ncare = []\n{AT}",
        "log[1].rules: the changed rules are missing; start is never one of them",
        id="a revision of no care",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nrevised = 2\nrules = {{start = "2026-12-05"}}\n{AT}',
        "log[1].rules: the changed rules are missing; start is never one of them",
        id="a revision of the start",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nrevised = 2\nrules = {{every = "6x4m"}}\n{AT}',
        'log[1].rules.every "6x4m": m could mean minutes or months. '
        "Write 6x4mo (months) or 6x4w (weeks)",
        id="a revision that can't be read",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nrevised = 2\ncare = [{{pause = "a", span = "24h"}}]\n{AT}',
        'log[1].care[1].pause "a=24h": a pause in hours ends after the session. Write -0d+24h',
        id="other care that can't be read",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nrevised = 2\n[[log.care]]\ncue = "a"\nwhen = "none"\n'
        f'[[log.care]]\ncue = "A"\nwhen = "1d"\n[[log]]\nskipped = 1\n{AT}',
        "log[1].recorded: a time with its zone is missing. Write one like 2026-11-22T20:00:00Z.",
        id="other care without an instant",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nrevised = 2\n{AT}[[log.care]]\ncue = "a"\nwhen = "none"\n'
        '[[log.care]]\ncue = "A"\nwhen = "1d"\n',
        "log[1].care[2].cue: another cue is called A",
        id="the same care twice in one revision",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\nmoved = 3\n{AT}",
        "log[1].to: a value is missing. Write it as text.",
        id="moved to nowhere",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\nphoto = "a\\u0000b"\nview = "crown"\non = 2026-12-01\n'
        f'digest = "{"0" * 64}"\n{AT}',
        'log[1].photo "a\0b": write a path without a null byte',
        id="a photo at a path that can't be",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\ncompared = "crown"\n{AT}',
        "log[1].answers: the answers are missing: earlier, later and step of each",
        id="compared without answers",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\ncompared = "crown"\nanswers = [{{ step = 4 }}]\n{AT}',
        "log[1].answers[1].step: write a number from -3 to 3",
        id="a step beyond the seven",
    ),
    pytest.param(
        f'{PLAIN}[[log]]\ncompared = "crown"\nanswers = [{{ step = 0, earlier = "x" }}]\n{AT}',
        'log[1].answers[1].earlier "x": write the SHA-256 of the file, 64 hexadecimal digits',
        id="an answer about no photo",
    ),
    pytest.param(
        f"{PLAIN}[[log]]\n{AT}",
        f"log[1]: an entry needs one of the keys {', '.join(entry_reader.ENTRIES)}",
        id="an entry about nothing",
    ),
]


@pytest.mark.parametrize(("text", "finding"), ONE_FAULT)
def test_a_fault_is_reported_with_its_path(text, finding):
    assert faults(text) == ("it has one fault", (finding,))


NOT_TOML = [
    pytest.param(
        "{}",
        "it is JSON, not TOML; --format toml writes a plan file",
        id="JSON",
    ),
    pytest.param(
        "title = 'a",
        "it isn't valid TOML: expected \"'\" (at end of document)",
        id="a text without an end",
    ),
    pytest.param(
        f"a = {'[' * 100_000}",
        "it isn't valid TOML: its values are nested too deep",
        id="deep nesting",
    ),
    pytest.param(
        f"a = {'{a=' * 100_000}",
        "it isn't valid TOML: its values are nested too deep",
        id="deep nesting of tables",
    ),
    pytest.param(
        f"microplan = {'1' * 5_000}",
        "it isn't valid TOML: a number is too large",
        id="a number of five thousand digits",
    ),
]


@pytest.mark.parametrize(("text", "message"), NOT_TOML)
def test_invalid_toml_is_refused(text, message):
    assert faults(text) == (message, ())


BYTES = [
    pytest.param(b"\xff\xfe", "microplan: plan.toml isn't UTF-8 text (byte 1)", id="not UTF-8"),
    pytest.param(
        b"#" * (16 * 2**20 + 1),
        "microplan: plan.toml is larger than 16 MiB, the limit for a plan",
        id="over 16 MiB",
    ),
    pytest.param(
        b"\x00",
        "microplan: plan.toml: it isn't valid TOML: invalid statement (at line 1, column 1)",
        id="a zero byte",
    ),
]


@pytest.mark.parametrize(("content", "message"), BYTES)
def test_a_file_that_is_not_a_plan_exits_with_3(run, tmp_path, content, message):
    (tmp_path / "plan.toml").write_bytes(content)
    shown = run("show", "-p", "plan.toml")
    assert (shown.code, shown.out, shown.err) == (3, "", f"{message}\n")


def test_a_byte_order_mark_is_ignored(run, tmp_path):
    (tmp_path / "plan.toml").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.encode())
    assert run("show", "-p", "plan.toml").code == 0


def test_warnings_go_to_stderr_and_the_plan_is_shown(run, tmp_path):
    (tmp_path / "plan.toml").write_text(f'"a\\nb\\u001b" = 1\n{PLAIN}tz = "UTC"\n')
    shown = run("show", "-p", "plan.toml")
    assert shown.code == 0
    assert shown.err.splitlines()[0] == ("plan.toml: a\\nb\\x1b isn't known and is left as it is")
