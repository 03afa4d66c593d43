from datetime import date

import pytest

from microplan.cli.wizard import course_answers, dialogue
from microplan.courses import library
from microplan.errors import RuleError
from microplan.model import values
from microplan.rules import words as rules

TODAY = date(2026, 11, 22)
PLACES = {word: place for place, row in enumerate(dialogue.QUESTIONS) for word in row.words}
SETTING, DEVICE, COURSE, START, EVERY, END, DAYS, TIME, AWAY, PAUSE, PHOTOS, REMIND, TITLES = (
    PLACES[word]
    for word in (
        *("setting", "device", "protocol", "start", "every", "sessions"),
        *("on", "at", "avoid", "pause", "checkpoint", "remind", "discreet"),
    )
)
PLAIN = ["", "", "", "2026-12-01", "4w", "6", "", "", "", "", "", "", ""]
PLAIN_WORDS = {"start": "2026-12-01", "every": "6x4w"}


class Terminal:
    """A person who types these lines and then closes the input."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.shown = []
        self.asked = []
        self.hints = []

    def ask(self, prompt, hint):
        self.hints.append(hint)
        self.asked.append(prompt)
        self.shown.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def run(self, zone="Europe/Berlin"):
        words = dialogue.run(self.ask, self.shown.append, today=TODAY, zone=zone)
        assert not self.lines, "lines were left over"
        return words

    def numbers(self):
        return [int(prompt[:2]) for prompt in self.asked]


def answering(question, *answers):
    """Answer one question with these lines, and the others as plainly as can be."""
    return Terminal(*PLAIN[:question], *answers, *PLAIN[question + 1 :])


def another_row(read):
    return dialogue.Question(
        words=("location",), asks="Which room?", default="leave out", help="A room.", read=read
    )


# --- whole dialogues ------------------------------------------------------------------------

DIALOGUES = [
    pytest.param(
        [
            "home",
            "roller 0.5 mm",
            "",
            "sun",
            "1w",
            "12",
            "only sun",
            "20:00",
            "",
            "",
            "",
            "2h",
            "y",
        ],
        {
            "setting": "home",
            "device": "roller",
            "depth": "0.5mm",
            "start": "2026-11-29",
            "every": "12x1w",
            "on": "sun",
            "at": "20:00",
            "remind": ["2h"],
            "discreet": True,
        },
        id="at home, Sundays at eight in the evening",
    ),
    pytest.param(
        [
            "clinic",
            "",
            "",
            "+10d",
            "6x4w~3d",
            "only mon..fri",
            "",
            "12-24..01-03",
            "",
            "",
            "1d",
            "no",
        ],
        {
            "setting": "clinic",
            "start": "2026-12-02",
            "every": "6x4w~3d",
            "on": "mon..fri",
            "avoid": ["12-24..01-03"],
            "remind": ["1d"],
        },
        id="a counted pace is not asked for its number",
    ),
    pytest.param(PLAIN, PLAIN_WORDS, id="Enter leaves out what has a default"),
    pytest.param(
        [
            "leave out",
            "leave out",
            "your own",
            "2026-12-01",
            "4w",
            "6",
            "Any",
            "all day",
            "none",
            "Nothing",
            "",
            "None",
            "no",
        ],
        PLAIN_WORDS,
        id="a default may be typed as it stands",
    ),
    pytest.param(
        [
            " clinic ",
            "pen",
            " Your own",
            " tomorrow",
            "4x1w, 4x2w ",
            " ",
            " 8:30 ",
            "2026-12-24",
            " ",
            "",
            "1d, 2h",
            "yes",
        ],
        {
            "setting": "clinic",
            "device": "pen",
            "start": "2026-11-23",
            "every": "4x1w,4x2w",
            "at": "08:30",
            "avoid": ["2026-12-24"],
            "remind": ["1d", "2h"],
            "discreet": True,
        },
        id="blanks around an answer do not count",
    ),
    pytest.param(
        [
            "",
            "",
            "",
            "today",
            "RRULE:FREQ=WEEKLY;BYDAY=TU",
            "2027-03-01",
            "",
            "",
            "",
            "",
            "",
            "",
            "n",
        ],
        {"start": "2026-11-22", "every": "RRULE:FREQ=WEEKLY;BYDAY=TU", "until": "2027-03-01"},
        id="a recurrence rule without an end is asked for one",
    ),
    pytest.param(
        ["", "", "", "today", "RRULE:FREQ=WEEKLY;COUNT=6", "", "", "", "", "", "", "n"],
        {"start": "2026-11-22", "every": "RRULE:FREQ=WEEKLY;COUNT=6"},
        id="a recurrence rule with a count is not",
    ),
    pytest.param(
        ["", "", "", "today", "RRULE:FREQ=WEEKLY;UNTIL=20270301", "", "", "", "", "", "", "n"],
        {"start": "2026-11-22", "every": "RRULE:FREQ=WEEKLY;UNTIL=20270301"},
        id="nor one with a last day",
    ),
]


@pytest.mark.parametrize(("answers", "words"), DIALOGUES)
def test_a_dialogue_becomes_rule_words(answers, words):
    assert Terminal(*answers).run() == words


@pytest.mark.parametrize(("answers", "words"), DIALOGUES)
def test_the_words_are_rules_as_they_stand(answers, words):
    terminal = Terminal(*answers)
    read = rules.parse(terminal.run(), zone="Europe/Berlin")
    assert read.words() == {"tz": "Europe/Berlin"} | words | (
        {"follow": "plan"} if isinstance(read.every, values.Recurrence) else {}
    )


def test_the_dialogue_looks_like_this():
    terminal = Terminal(
        *["home", "roller 0.5 mm", "", "sun", "1w", "12", "only sun", "20:00", ""],
        *["minoxidil -0d+1d", "yes", "2h", ""],
    )
    terminal.run()
    assert terminal.shown == [
        "Thirteen questions; ? explains, < goes back, Ctrl-C saves nothing.",
        " 1 Where? home / clinic [leave out]                  > ",
        " 2 Device and needle length [leave out]              > ",
        "   roller 0.5 mm → device roller, needle length 0.5mm",
        " 3 Follow a published course? (? lists) [your own]   > ",
        " 4 First session? 2026-11-29, today, sun (the next)  > ",
        "   sun → Sun 29 Nov 2026",
        " 5 How far apart? 10d, 1w, 3w, 4w, 1mo (not advice)  > ",
        "   1w → 1 week apart",
        " 6 How many, or until which day? 6, 12, 2027-03-01   > ",
        " 7 Weekdays? only sun / rather sun / any [any]       > ",
        "   only sun → only on Sundays",
        " 8 What time, Europe/Berlin? [all day]               > ",
        "   20:00 → 20:00 Europe/Berlin",
        " 9 Any days away? 2026-12-24..2027-01-03 [none]      > ",
        "10 Pause anything? minoxidil -0d+1d [nothing]        > ",
        "   minoxidil -0d+1d → minoxidil paused on the day and the next",
        "11 Photos? every 4w / no [no]                        > ",
        "   yes → a reminder to take photos every 4 weeks",
        "12 Reminders? 1d, 2h [none]                          > ",
        "   2h → 2 hours before",
        "13 Hide what it's about in the calendar? [y/N]       > ",
    ]


# --- a published course ---------------------------------------------------------------------

KUMAR = {"setting": "clinic", "device": "roller", "depth": "1.5mm"}
AFTER_START = ["", "", "", "", "", "", "", "", ""]
"""Enter to all that is asked after the first day: the pace and number of the course stand."""


def test_a_course_gives_what_it_states_as_defaults():
    terminal = Terminal("", "", "dhurat-2013", "2026-12-01", *AFTER_START)
    assert terminal.run() == {
        "protocol": "dhurat-2013",
        "every": "12x1w",
        "setting": "clinic",
        "device": "dermaroller",
        "depth": "1.5mm",
        "start": "2026-12-01",
    }
    assert terminal.numbers() == list(range(1, 14))
    shown = " ".join(map(str.strip, terminal.shown))
    assert "100 men · clinic, dermaroller, 1.5mm from the course" in shown
    assert "12 sessions 1 week apart, from the course; Enter takes it" in shown
    assert "5 How far apart? [12x1w]" in shown
    assert "6 How many, or until which day? [12]" in shown


def test_what_a_course_gives_can_be_changed():
    terminal = Terminal("home", "pen", "dhurat-2013", "2026-12-01", "2w", "", *AFTER_START[2:])
    with pytest.raises(EOFError):
        terminal.run()  # a pace without a number asks for one
    terminal = Terminal("home", "pen", "dhurat-2013", "2026-12-01", "", "6", *AFTER_START[2:])
    words = terminal.run()
    assert (words["every"], words["setting"], words["device"]) == ("6x1w", "home", "pen")


@pytest.mark.parametrize(
    ("name", "protocol", "every", "echo"),
    [
        ("kumar-2018", "kumar-2018", "12x1w", " · weekly, not stepped"),
        ("kumar-2018:weekly", "kumar-2018:weekly", "12x1w", "68 men"),
        ("Kumar-2018:STEPPED", "kumar-2018:stepped", "4x1w,4x2w", "68 men"),
        ("kumar-2018:", "kumar-2018", "12x1w", " · weekly, not stepped"),
    ],
)
def test_a_variant_is_named_after_a_colon(name, protocol, every, echo):
    terminal = Terminal("", "", name, "2026-12-01", *AFTER_START)
    words = {"protocol": protocol, "every": every, "start": "2026-12-01"}
    assert terminal.run() == KUMAR | words
    shown = " ".join(map(str.strip, terminal.shown[4:7]))
    assert shown.startswith(f"{name} → androgenetic alopecia, men · randomised, ")
    assert echo in shown


@pytest.mark.parametrize("name", library.ids())
def test_every_course_can_be_followed(name):
    taken = library.words(library.load(name))
    terminal = Terminal("", "", name, "2026-12-01", *AFTER_START)
    assert terminal.run() == taken | {"protocol": name, "start": "2026-12-01"}
    assert max(map(len, terminal.shown)) < 80


def test_an_own_answer_overrides_the_course():
    terminal = Terminal("home", "pen 0.5 mm", "dhurat-2013", "2026-12-01", *AFTER_START)
    words = terminal.run()
    assert (words["setting"], words["device"], words["depth"]) == ("home", "pen", "0.5mm")


@pytest.mark.parametrize("answer", ["", "your own", "no", "None", "own"])
def test_a_plan_without_a_course_names_none(answer):
    assert answering(COURSE, answer).run() == PLAIN_WORDS


@pytest.mark.parametrize("name", ["dhurat-2013", "kumar-2018:stepped", "faghihi-2021:0.6mm"])
def test_a_question_mark_lists_the_courses_in_full(name):
    terminal = answering(COURSE, "?", "")
    terminal.run()
    (line,) = [line for line in terminal.shown if line.split()[:1] == [name]]
    assert "androgenetic" in line
    assert "clinic" in line


def test_a_course_line_fits_beside_the_margin():
    assert max(map(len, course_answers.course_lines())) < 80 - len(dialogue.MARGIN)


def test_a_contradiction_with_the_pace_of_a_course_reopens_the_pace(monkeypatch):
    def contradicted(words, **_):
        if words["every"] == "12x1w":
            raise RuleError("too far", word="every", text="12x1w", span=(0, 5))

    monkeypatch.setattr(dialogue.rules, "parse", contradicted)
    terminal = Terminal("", "", "kumar-2018", "today", "", "", "1d", "6", *AFTER_START[2:])
    words = terminal.run()
    assert (words["protocol"], words["every"]) == ("kumar-2018", "6x1d")


# --- what is paused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pauses", "echo"),
    [
        ("minoxidil -0d+1d", ["minoxidil=-0d+1d"], "minoxidil paused on the day and the next"),
        ("minoxidil=-0d+1d", ["minoxidil=-0d+1d"], "minoxidil paused on the day and the next"),
        ("minoxidil = -0d+1d", ["minoxidil=-0d+1d"], "minoxidil paused on the day and the next"),
        ("minoxidil -0d + 1d", ["minoxidil=-0d+1d"], "minoxidil paused on the day and the next"),
        ("minoxidil 5% 0d", ["minoxidil 5%=-0d+0d"], "minoxidil 5% paused on the day"),
        (
            "minoxidil -0d+1d, hard exercise -0d+2d",
            ["minoxidil=-0d+1d", "hard exercise=-0d+2d"],
            "minoxidil paused on the day and the next; hard exercise paused on the day and 2 days after",
        ),
        ("acids -1w+2d;", ["acids=-7d+2d"], "acids paused from 7 days before to 2 days after"),
    ],
)
def test_a_pause_is_a_name_and_the_days_around(text, pauses, echo):
    terminal = answering(PAUSE, text)
    assert terminal.run() == PLAIN_WORDS | {"pause": pauses}
    assert f"{text} → {echo}" in " ".join(map(str.strip, terminal.shown))


# --- one answer -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("roller", {"device": "roller"}),
        ("0,5 mm", {"depth": "0.5mm"}),
        ("1.5 mm pen", {"device": "pen", "depth": "1.5mm"}),
        ("roller, 0.5mm", {"device": "roller", "depth": "0.5mm"}),
        ("roller0.5mm", {"device": "roller", "depth": "0.5mm"}),
        ("roller 2 millimetres", {"device": "roller", "depth": "2mm"}),
        ("pen 1-1.5 mm", {"device": "pen", "depth": "1-1.5mm"}),
        ("roller 0.5", {"device": "roller", "depth": "0.5mm"}),
        ("roller 540 needles .25mm", {"device": "roller 540 needles", "depth": "0.25mm"}),
        ("Dr. Pen A6", {"device": "Dr. Pen A6"}),
        ("pen v2.0", {"device": "pen v2.0"}),
    ],
)
def test_a_needle_length_is_separated_from_the_device(text, words):
    assert answering(DEVICE, text).run() == words | PLAIN_WORDS


def test_more_needle_lengths_than_phases_are_asked_about_again():
    terminal = Terminal(
        *PLAIN[:DEVICE], "pen 0.5 mm, 1.5 mm", *PLAIN[COURSE:DAYS],
        "pen 0.5 mm", PLAIN[COURSE], *PLAIN[DAYS:],
    )  # fmt: skip
    assert terminal.run() == {"device": "pen", "depth": "0.5mm"} | PLAIN_WORDS
    assert any("the pace has one phase" in line for line in terminal.shown)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("only sun", {"on": "sun"}),
        ("rather sun", {"prefer": "sun"}),
        ("only sat,sun", {"on": "sat,sun"}),
        ("Only MON..FRI", {"on": "mon..fri"}),
        ("only fri..mon", {"on": "fri..mon"}),
        ("only mon..fri, rather tue", {"on": "mon..fri", "prefer": "tue"}),
        ("rather tue only mon, tue", {"on": "mon,tue", "prefer": "tue"}),
    ],
)
def test_only_allows_weekdays_and_rather_prefers_them(text, words):
    assert answering(DAYS, text).run() == words | PLAIN_WORDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("6", {"every": "6x4w"}),
        ("2027-03-01", {"every": "4w", "until": "2027-03-01"}),
        ("2027-3-1", {"every": "4w", "until": "2027-03-01"}),
    ],
)
def test_an_end_is_a_number_added_to_the_pace_or_a_day(text, words):
    assert answering(END, text).run() == {"start": "2026-12-01"} | words


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("2026-12-24", ["2026-12-24"]),
        ("2026-12-24..2027-01-03", ["2026-12-24..2027-01-03"]),
        ("2026-12-24 .. 2027-01-03", ["2026-12-24..2027-01-03"]),
        ("12-24..01-03, 2027-02-01", ["12-24..01-03", "2027-02-01"]),
        ("2027-02-01 2027-02-03;2027-02-05", ["2027-02-01", "2027-02-03", "2027-02-05"]),
    ],
)
def test_days_come_with_commas_or_blanks_between_them(text, ranges):
    assert answering(AWAY, text).run() == PLAIN_WORDS | {"avoid": ranges}


@pytest.mark.parametrize(
    ("answer", "discreet"), [("y", True), ("Yes", True), ("", False), ("n", False), ("NO", False)]
)
def test_neutral_titles_are_a_yes_or_a_no(answer, discreet):
    assert answering(TITLES, answer).run().get("discreet", False) is discreet


@pytest.mark.parametrize(
    ("question", "text", "echo"),
    [
        (START, "today", "Sun 22 Nov 2026"),
        (START, "sun", "Sun 29 Nov 2026"),
        (START, "+2w", "Sun 6 Dec 2026"),
        (START, "2026-12-01", "Tue 1 Dec 2026"),
        (START, "2026-11-01", "Sun 1 Nov 2026, 21 days ago"),
        (EVERY, "1mo", "1 month apart"),
        (EVERY, "4x1w,2w", "4 sessions 1 week apart, then 2 weeks apart"),
        (END, "2027-03-01", "Mon 1 Mar 2027"),
        (DAYS, "only sat..mon", "only on Mondays, Saturdays and Sundays"),
        (TIME, "8:00", "08:00 Europe/Berlin"),
        (TIME, "20:00 America/New_York", "20:00 America/New_York"),
        (AWAY, "01-02", "2 Jan every year"),
        (AWAY, "2026-12-24..2027-01-03", "Thu 24 Dec 2026 to Sun 3 Jan 2027"),
        (AWAY, "2026-12-24 2027-01-03", "Thu 24 Dec 2026; Sun 3 Jan 2027"),
        (REMIND, "1d", "1 day before at 09:00"),
        (REMIND, "0d@08:00 2d@20:00", "that day at 08:00; 2 days before at 20:00"),
    ],
)
def test_an_ambiguous_answer_is_echoed(question, text, echo):
    terminal = answering(question, text)
    terminal.run()
    assert f"   {text} → {echo}" in terminal.shown


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("90m", "1 hour 30 minutes before"),
        ("30m", "30 minutes before"),
        ("2h", "2 hours before"),
        ("1d", "1 day before at the same hour"),
    ],
)
def test_with_a_time_reminders_are_counted_from_it(text, echo):
    terminal = Terminal(*PLAIN[:TIME], "20:00", "", "", "", text, "")
    assert terminal.run()["remind"] == [text if text != "90m" else "1h30m"]
    assert f"   {text} → {echo}" in terminal.shown


def test_a_count_in_the_pace_answers_the_question_for_a_number():
    terminal = Terminal("", "", "", "2026-12-01", "4x1w,2x2w", *[""] * 7)
    terminal.run()
    settled = " 6 How many, or until which day? 6 sessions, from the pace"
    assert settled in terminal.shown
    assert terminal.numbers() == [1, 2, 3, 4, 5, *range(7, 14)]


def test_control_characters_in_an_answer_are_shown_and_not_sent():
    terminal = answering(DEVICE, "pen \x1b[31m 0.5 mm")
    terminal.run()
    assert all(line.isprintable() for line in terminal.shown)


# --- an answer that has one reading ---------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "chain", "words"),
    [
        (START, "sunday", "Sun 29 Nov 2026", {"start": "2026-11-29"}),
        (START, "24.12.2026", "Thu 24 Dec 2026", {"start": "2026-12-24"}),
        (EVERY, "weekly", "1 week apart", {"every": "6x1w"}),
        (EVERY, "every week", "1 week apart", {"every": "6x1w"}),
        (EVERY, "4 weeks", "4 weeks apart", {"every": "6x4w"}),
        (END, "12 sessions", "12 sessions", {"every": "12x4w"}),
        (DAYS, "sun", "only sun → only on Sundays", {"on": "sun"}),
        (DAYS, "only sundays", "only on Sundays", {"on": "sun"}),
        (DAYS, "Rather Tuesday", "rather on Tuesdays", {"prefer": "tue"}),
        (
            DAYS,
            "Monday, Thursday",
            "only mon, thu → only on Mondays and Thursdays",
            {"on": "mon,thu"},
        ),
        (DAYS, "weekends", "only sat,sun → only on weekends", {"on": "sat,sun"}),
        (TIME, "8pm", "20:00 Europe/Berlin", {"at": "20:00"}),
        (TIME, "20", "20:00 Europe/Berlin", {"at": "20:00"}),
        (
            TIME,
            "8 pm europe/paris",
            "20:00 Europe/Paris",
            {"at": "20:00", "tz": "Europe/Paris"},
        ),
        (
            AWAY,
            "2026-12-24 to 2027-01-03",
            "Thu 24 Dec 2026 to Sun 3 Jan 2027",
            {"avoid": ["2026-12-24..2027-01-03"]},
        ),
        (
            AWAY,
            "24.12.2026 and 2026-12-26",
            "Thu 24 Dec 2026; Sat 26 Dec 2026",
            {"avoid": ["2026-12-24", "2026-12-26"]},
        ),
        (REMIND, "1 day", "1 day before at 09:00", {"remind": ["1d"]}),
        (
            REMIND,
            "1d and 2 days",
            "1 day before at 09:00; 2 days before at 09:00",
            {"remind": ["1d", "2d"]},
        ),
    ],
)
def test_an_answer_with_one_reading_is_accepted_and_echoed(question, text, chain, words):
    terminal = answering(question, text)
    assert terminal.run() == PLAIN_WORDS | words
    assert f"{text} → {chain}" in " ".join(map(str.strip, terminal.shown))


@pytest.mark.parametrize(
    ("question", "text"),
    [(EVERY, "biweekly"), (EVERY, "6x4m"), (START, "1.12.2026"), (AWAY, "12/24"), (TIME, "8")],
)
def test_an_answer_of_several_readings_is_asked_again(question, text):
    terminal = answering(question, text, PLAIN[question])
    assert terminal.run() == PLAIN_WORDS
    assert terminal.numbers().count(question + 1) == 2


def test_a_time_and_a_length_of_time_may_be_put_in_every_way():
    terminal = Terminal(*PLAIN[:TIME], "8pm", "", "", "", "1d and 2h", "")
    assert terminal.run()["remind"] == ["1d", "2h"]
    shown = "   1d and 2h → 1 day before at the same hour; 2 hours before"
    assert shown in terminal.shown


@pytest.mark.parametrize("text", ["sunday", "only sundays", "8pm", "weekly", "1 day"])
def test_lenient_answers_are_still_refused_as_rule_words(text):
    for word in ("start", "on", "at", "every", "remind"):
        with pytest.raises(RuleError):
            rules.WORDS[word].read(text, word)


# --- going back -----------------------------------------------------------------------------


def prompts(terminal, question):
    """Every prompt that one question was asked with, without its blanks before the mark."""
    asked = [prompt for prompt in terminal.asked if int(prompt[:2]) == question + 1]
    return [prompt.removesuffix(" > ").rstrip() for prompt in asked]


def test_back_keeps_the_earlier_answer_for_enter():
    terminal = Terminal("", "next sunday", "<", "", *PLAIN[COURSE:])
    assert terminal.run() == PLAIN_WORDS | {"device": "next sunday"}
    assert terminal.numbers() == [1, 2, 3, 2, *range(3, 14)]
    assert prompts(terminal, DEVICE)[1] == " 2 Device and needle length [next sunday]"


def test_back_accepts_another_answer_or_the_earlier_default():
    answers = ("roller", "<", "pen", "<", "leave out", "<", "")
    terminal = Terminal("", *answers, *PLAIN[COURSE:])
    assert terminal.run() == PLAIN_WORDS
    assert [prompt.partition("[")[2] for prompt in prompts(terminal, DEVICE)] == [
        *("leave out]", "roller]", "pen]", "leave out]"),
    ]


def test_back_several_times_and_forward_by_enter():
    terminal = Terminal(*PLAIN[:DAYS], "<", "<", "<", "tue", "", "", *PLAIN[DAYS:])
    assert terminal.run() == {"start": "2026-11-24", "every": "6x4w"}
    assert terminal.numbers()[6:13] == [7, 6, 5, 4, 5, 6, 7]
    assert prompts(terminal, START)[1] == " 4 First session? [2026-12-01]"
    assert prompts(terminal, EVERY)[1:] == [" 5 How far apart? [4w]"] * 2
    assert prompts(terminal, END)[1:] == [" 6 How many, or until which day? [6]"] * 2


def test_at_the_first_question_there_is_nothing_to_go_back_to():
    terminal = Terminal("<", *PLAIN)
    assert terminal.run() == PLAIN_WORDS
    assert terminal.shown[2] == "   this is the first question"
    assert terminal.numbers()[:3] == [1, 1, 2]


def test_back_passes_over_what_was_settled():
    terminal = Terminal(*PLAIN[:EVERY], "6x4w", "<", "6x3w", *PLAIN[DAYS:])
    assert terminal.run()["every"] == "6x3w"
    assert terminal.numbers()[4:8] == [5, 7, 5, 7]


def test_another_course_asks_again_what_the_first_one_settled():
    terminal = Terminal("", "", "kumar-2018", "", "<", "<", "no", *PLAIN[START:])
    with pytest.raises(EOFError):
        terminal.run()
    terminal = Terminal("", "", "kumar-2018", "<", "no", *PLAIN[START:])
    assert terminal.run() == PLAIN_WORDS
    assert terminal.numbers() == [1, 2, 3, 4, 3, *range(4, 14)]


def test_enter_keeps_the_corrected_answer():
    terminal = Terminal(*PLAIN[:START], "sunday", "<", "", *PLAIN[EVERY:])
    assert terminal.run()["start"] == "2026-11-29"
    assert prompts(terminal, START)[1] == " 4 First session? [sunday]"


def test_a_faulty_answer_is_not_offered_as_a_default():
    terminal = Terminal(*PLAIN[:END], "<", "4w", "2026-11-30", "", "6", *PLAIN[DAYS:])
    assert terminal.run() == PLAIN_WORDS
    assert "   this question needs an answer; ? shows examples" in terminal.shown


def test_a_long_answer_is_shown_by_its_beginning():
    terminal = Terminal("", "a roller " * 9, "<", "", *PLAIN[COURSE:])
    assert terminal.run()["device"] == ("a roller " * 9).strip()
    assert prompts(terminal, DEVICE)[1].endswith("[a roller a roller a roller a roller…]")
    assert max(map(len, terminal.asked)) < 80


# --- what is not an answer ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "example"),
    [
        (COURSE, "kumar-2018:stepped"),
        (PAUSE, "-5d+2d"),
        (SETTING, "clinic"),
        (DEVICE, "roller 0.5 mm"),
        (START, "+10d"),
        (EVERY, "6x4w"),
        (END, "2027-03-01"),
        (DAYS, "only sat,sun"),
        (TIME, "08:30"),
        (AWAY, "12-24..01-03"),
        (REMIND, "1d@20:00"),
        (TITLES, "appointment 4"),
    ],
)
def test_a_question_mark_explains_with_an_example_and_asks_again(question, example):
    terminal = answering(question, "?", PLAIN[question])
    assert terminal.run() == PLAIN_WORDS
    again = [place for place, line in enumerate(terminal.shown) if line[:2] == f"{question + 1:>2}"]
    help_lines = terminal.shown[again[0] + 1 : again[1]]
    assert example in " ".join(map(str.strip, help_lines))
    assert terminal.asked[question] == terminal.asked[question + 1]


@pytest.mark.parametrize("question", [START, EVERY, END])
def test_start_pace_and_number_have_no_default(question):
    terminal = answering(question, "", "  ", PLAIN[question])
    assert terminal.run() == PLAIN_WORDS
    assert terminal.shown.count("   this question needs an answer; ? shows examples") == 2


@pytest.mark.parametrize("question", [EVERY, END])
def test_no_default_is_shown_for_pace_and_number(question):
    assert dialogue.QUESTIONS[question].default is None
    assert "[" not in dialogue.QUESTIONS[question].asks


@pytest.mark.parametrize(
    ("question", "text", "caret", "message"),
    [
        (
            COURSE,
            "dhurat-2031",
            "^" * 11,
            "there's no course 'dhurat-2031'. Did you mean dhurat-2013?",
        ),
        (
            COURSE,
            "kumar-2018:daily",
            "^" * 16,
            "kumar-2018 has no variant 'daily'. It has weekly or stepped.",
        ),
        (
            COURSE,
            "ragab-aa:short",
            "^" * 14,
            "ragab-aa has no variant 'short'. Leave the variant out.",
        ),
        (
            PAUSE,
            "minoxidil",
            "^" * 9,
            "write what is paused and the days, as in minoxidil on the day and the next",
        ),
        (
            PAUSE,
            "minoxidil -0d",
            "^^^^^^^^^^^^^",
            "write what is paused and the days, as in minoxidil on the day and the next",
        ),
        (SETTING, "office", "^^^^^^", "write home or clinic"),
        (START, "2026-11-31", "^^^^^^^^^^", "November has 30 days"),
        (
            EVERY,
            "6x4m",
            "   ^",
            "m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)",
        ),
        (END, "0", "^", "a plan has 1 to 10000 sessions"),
        (
            DAYS,
            "some day",
            "^" * 8,
            "write only sun if no other day will do, rather sun if another may do, or any",
        ),
        (
            DAYS,
            "only sun only mon",
            "^" * 17,
            "write only sun if no other day will do, rather sun if another may do, or any",
        ),
        (TIME, "8", "^", "it could mean 08:00 or 20:00. Write one of these"),
        (
            AWAY,
            "01/02/2026",
            "^" * 10,
            "it could mean 2026-01-02 or 2026-02-01. Write one of these",
        ),
        (TITLES, "perhaps", "^^^^^^^", "write yes or no"),
    ],
)
def test_a_fault_is_marked_and_asked_again(question, text, caret, message):
    terminal = answering(question, text, PLAIN[question])
    assert terminal.run() == PLAIN_WORDS
    place = terminal.shown.index(f"   {text}")
    assert terminal.shown[place + 1 : place + 3] == [f"   {caret}", f"   {message}"]


@pytest.mark.parametrize(
    ("question", "text", "part"),
    [
        (AWAY, "2026-12-24, 2026-12-99", "2026-12-99"),
        (REMIND, "1d, soon", "soon"),
        (AWAY, ",", ","),
        (REMIND, ";", ";"),
        (PAUSE, "minoxidil 1d, soap", "soap"),
        (PAUSE, "minoxidil 1d, Minoxidil 2d", "Minoxidil 2d"),
        (PAUSE, ";", ";"),
    ],
)
def test_of_several_the_one_at_fault_is_marked(question, text, part):
    terminal = answering(question, text, "")
    assert terminal.run() == PLAIN_WORDS
    place = terminal.shown.index(f"   {part}")
    assert terminal.shown[place + 1] == f"   {'^' * len(part)}"


# --- answers that contradict one another ----------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "numbers", "words"),
    [
        pytest.param(
            ["", "", "", "2026-12-01", "4w", "2026-11-30", "2027-03-01", *PLAIN[DAYS:]],
            [1, 2, 3, 4, 5, 6, 6, *range(7, 14)],
            {"start": "2026-12-01", "every": "4w", "until": "2027-03-01"},
            id="a last day before the first is asked again",
        ),
        pytest.param(
            [*PLAIN[:DAYS], "only sun, rather tue", "only tue,sun, rather tue", *PLAIN[TIME:]],
            [1, 2, 3, 4, 5, 6, 7, 7, *range(8, 14)],
            PLAIN_WORDS | {"on": "tue,sun", "prefer": "tue"},
            id="a preferred day that is not allowed is asked again",
        ),
        pytest.param(
            [*PLAIN[:REMIND], "2h", "1d", "n"],
            [*range(1, 13), 12, 13],
            PLAIN_WORDS | {"remind": ["1d"]},
            id="a reminder in hours on an all-day plan is asked again",
        ),
        pytest.param(
            [*PLAIN[:EVERY], "4x1w,1w~4d", "12", "4x1w,1w~2d", "12", *PLAIN[DAYS:]],
            [1, 2, 3, 4, 5, 6, 5, *range(6, 14)],
            PLAIN_WORDS | {"every": "4x1w,8x1w~2d"},
            id="windows that overlap reopen the pace, and the number that rests on it",
        ),
        pytest.param(
            [*PLAIN[:EVERY], "1w~4d", "12", "6x4w", *PLAIN[DAYS:]],
            [1, 2, 3, 4, 5, 6, 5, *range(7, 14)],
            {"start": "2026-12-01", "every": "6x4w"},
            id="a pace with a count then takes the number's place",
        ),
        pytest.param(
            [*PLAIN[:EVERY], "4x1w,2w", "4", "6", *PLAIN[DAYS:]],
            [1, 2, 3, 4, 5, 6, 6, *range(7, 14)],
            PLAIN_WORDS | {"every": "4x1w,2x2w"},
            id="a number too small for the steps is asked again",
        ),
    ],
)
def test_a_contradiction_reopens_the_question_that_owns_the_word(lines, numbers, words):
    terminal = Terminal(*lines)
    assert terminal.run() == words
    assert terminal.numbers() == numbers


def test_a_contradiction_in_a_word_no_answer_gave_is_the_callers(monkeypatch):
    def contradicted(words, **_):
        assert set(words) <= set(rules.WORDS)
        raise RuleError("no", word="gap", text="60d", span=(0, 3))

    monkeypatch.setattr(dialogue.rules, "parse", contradicted)
    with pytest.raises(RuleError) as caught:
        Terminal(*PLAIN).run()
    assert caught.value.word == "gap"


# --- the end of input, and the table --------------------------------------------------------


@pytest.mark.parametrize("answered", range(len(dialogue.QUESTIONS)))
def test_the_end_of_input_passes_through(answered):
    terminal = Terminal(*PLAIN[:answered])
    with pytest.raises(EOFError):
        terminal.run()
    assert len(terminal.asked) == answered + 1


def test_an_interrupt_says_what_was_answered_so_far():
    answers = [*PLAIN[:END]]

    def interrupted(_prompt, _hint):
        if not answers:
            raise KeyboardInterrupt
        return answers.pop(0)

    shown = []
    with pytest.raises(KeyboardInterrupt):
        dialogue.run(interrupted, shown.append, today=TODAY, zone="UTC")
    said = "Nothing saved. So far: microplan new --start 2026-12-01 --every 4w"
    assert shown[-1].strip() == said


def test_a_question_more_is_a_row_more(monkeypatch):
    row = another_row(lambda text, _known: dialogue.Answer(words={"location": text}))
    monkeypatch.setattr(dialogue, "QUESTIONS", (*dialogue.QUESTIONS, row))
    terminal = Terminal(*PLAIN, "shed")
    assert terminal.run() == PLAIN_WORDS | {"location": "shed"}
    assert terminal.shown[0] == "Fourteen questions; ? explains, < goes back, Ctrl-C saves nothing."
    assert terminal.shown[-1].startswith("14 Which room? [leave out] ")


def test_every_question_owns_words_of_the_rules_and_no_word_has_two():
    owned = [word for question in dialogue.QUESTIONS for word in question.words]
    assert len(owned) == len(set(owned))
    assert set(owned) <= {"protocol", *rules.WORDS, "pause", "checkpoint"}


ADVICE = [
    "should",
    "recommend",
    "best",
    "ideal",
    "optimal",
    "better",
    "effective",
    "safe",
    "proper",
]
NEVER = ["non-invasive", "no downtime", "removes toxins", "best results", "biweekly", "usual"]


@pytest.mark.parametrize("word", ADVICE + NEVER)
def test_nothing_the_wizard_says_reads_as_advice(word):
    terminal = Terminal(*(line for answer in PLAIN for line in ("?", answer)))
    terminal.run()
    assert word not in " ".join(terminal.shown).lower()


def test_an_example_of_days_fits_beside_its_prompt_into_a_terminal():
    terminal = Terminal(*PLAIN)
    terminal.run()
    assert {len(prompt) for prompt in terminal.asked} == {dialogue.COLUMN + len(" > ")}
    assert dialogue.COLUMN + len(" > 2026-12-24..2027-01-03") < 80


def test_no_line_is_wider_than_the_terminal():
    terminal = Terminal(*(line for answer in PLAIN for line in ("?", answer)))
    terminal.run()
    assert max(map(len, terminal.shown)) < 80
