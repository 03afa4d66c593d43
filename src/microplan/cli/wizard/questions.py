"""The questions of ``new`` at a terminal: their prompts, help texts and defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from microplan.cli.wizard import answers
from microplan.cli.wizard import course_answers as settled
from microplan.cli.wizard.answers import Answer, Known
from microplan.rules import spellings


class Question(Struct, frozen=True, kw_only=True):
    """One question: the rule words it sets, its texts, and how its answer is parsed.

    Enter chooses ``default``, shown in brackets, as if ``taken`` had been typed, or sets nothing
    if that is empty; without a default, Enter isn't an answer. ``plain`` is what to type for
    nothing if the default comes from the person's settings. ``rests_on`` are words whose
    answers may make the question needless; ``settled`` says how, or is empty. ``begun`` says what
    is known beforehand, and ``suggests`` is the default in that case. ``names`` are answers
    offered at Tab, and ``lists`` are lines shown after ``help``. In ``asks`` and ``help`` braces are
    filled in: days near today, and the zone.
    """

    words: tuple[str, ...]
    asks: str
    default: str | None = None
    taken: str = ""
    help: str
    read: Callable[[str, Known], Answer]
    plain: str | None = None
    rests_on: tuple[str, ...] = ()
    settled: Callable[[Known], str] | None = None
    begun: Callable[[Known], str] | None = None
    names: Callable[[], Iterable[str]] = tuple
    lists: Callable[[], Iterable[str]] = tuple
    suggests: Callable[[Known], str] | None = None


QUESTIONS: tuple[Question, ...] = (
    Question(
        words=("setting",),
        asks="Where? home / clinic",
        default="leave out",
        help="home or clinic is shown with the plan and changes no date. With home, microplan "
        "tells you what was studied where.",
        read=answers.setting,
        names=lambda: ("home", "clinic"),
    ),
    Question(
        words=("device", "depth"),
        asks="Device and needle length",
        default="leave out",
        help="In your own words, such as: roller 0.5 mm. The part with mm is kept as the needle "
        "length. Neither changes a date.",
        read=answers.device,
    ),
    Question(
        words=("protocol",),
        asks="Follow a published course? (? lists)",
        default="your own",
        help="A published course gives you its pace and number of sessions to start from; you can "
        "change both. It is a record of what a trial did, not advice. Write a name, or press Enter "
        "for a plan of your own. `microplan protocols NAME` shows one in full.",
        read=settled.course,
        names=settled.courses,
        lists=settled.course_lines,
        rests_on=("setting", "device", "depth"),
    ),
    Question(
        words=("start",),
        asks="First session? {soon}, today, sun (the next)",
        help="The day of session 1: {soon}, today, tomorrow, a weekday such as tue (the next one, "
        "never today), or +10d for ten days from today. It can be in the past.",
        read=answers.start,
        names=lambda: answers.DAY_NAMES,
    ),
    Question(
        words=("every",),
        asks="How far apart? 10d, 1w, 3w, 4w, 1mo (not advice)",
        names=lambda: ("weekly", "fortnightly", "monthly", "every"),
        help="d is days, w weeks, mo months, y years. 6x4w is 6 sessions 4 weeks apart; "
        "4x1w,4x2w changes from one week to two; 4w~3d may move 3 days either way; RRULE:… takes "
        "a recurrence rule. These show the spelling and say nothing about which pace to take.",
        read=answers.every,
        rests_on=("protocol",),
        suggests=settled.pace,
        begun=settled.pace_begun,
    ),
    Question(
        words=("sessions", "until"),
        asks="How many, or until which day? 6, 12, {later}",
        help="A number such as 6 counts the sessions, the first one too; a day such as {later} "
        "is the last one the pace may reach.",
        read=answers.end,
        rests_on=("protocol", "every"),
        settled=settled.counted,
        suggests=settled.number,
    ),
    Question(
        words=("on", "prefer"),
        asks="Weekdays? only sun / rather sun / any",
        default="any",
        help="only sat,sun: never on another day. rather sun: on a Sunday if it is not too far "
        "from the day the pace gives. only mon..fri, rather tue: both. sun alone means only sun.",
        read=answers.weekdays,
        names=lambda: ("only", "rather", "any", *answers.WEEKDAY_NAMES),
    ),
    Question(
        words=("at", "tz"),
        asks="What time, {zone}?",
        default="all day",
        help="The local time in {zone}, such as 08:30 or 8pm; in another zone 20:00 {other}. "
        "Without one a session is an all-day entry in the calendar.",
        read=answers.time,
        names=spellings.zones,
    ),
    Question(
        words=("avoid",),
        asks="Any days away? {away}",
        default="none",
        help="Days or ranges, several with commas: {soon}, {away}. 12-24..01-03 is every year. "
        "A session that falls there moves and isn't lost.",
        read=answers.avoid,
    ),
    Question(
        words=("pause",),
        asks="Pause anything? minoxidil -0d+1d",
        default="nothing",
        help="What you leave out around each session, in your own words, and the days before and "
        "after it: minoxidil -0d+1d is the session day and the next, -5d+2d from 5 days before to "
        "2 days after. Several with commas. It reminds you of your own decision; ask before "
        "changing a prescribed medicine.",
        read=answers.pause,
        begun=settled.pause_begun,
    ),
    Question(
        words=("checkpoint",),
        asks="Photos? every 4w / no",
        default="no",
        help="A reminder to take photos: same room, light and angle, dry hair. Every 4 weeks is our "
        "suggestion; we found no medical society's schedule. Write yes, every 4 weeks, or no.",
        read=answers.photos,
        names=lambda: ("yes", "no", "every"),
    ),
    Question(
        words=("remind",),
        asks="Reminders? 1d, 2h",
        default="none",
        help="How long before a session: 1d, 2h, 30m (here m is minutes), or 1d@20:00, the evening "
        "before. Without a time of day only those in days: 1d rings the day before at 09:00, "
        "0d@08:00 that morning.",
        read=answers.remind,
    ),
    Question(
        words=("discreet",),
        asks="Hide what it's about in the calendar?",
        default="y/N",
        help="With yes, the calendar and your phone show `appointment 4` and nothing else, in case "
        "someone else sees your screen.",
        read=answers.discreet,
        names=lambda: ("yes", "no"),
    ),
)
