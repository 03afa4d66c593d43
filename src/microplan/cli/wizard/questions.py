"""The questions of ``new`` at a terminal: what each asks, explains, and takes for an answer."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from microplan.cli.wizard import answers
from microplan.cli.wizard import course_answers as settled
from microplan.cli.wizard.answers import Answer, Known


class Question(Struct, frozen=True, kw_only=True):
    """One question: the rule words it settles, what it says, and how an answer is read.

    Enter takes ``default``, shown in brackets, as if ``taken`` had been typed, or as nothing
    to record if that is empty; without a default Enter is no answer. ``plain`` is typed for
    nothing where the default is one of the person's own. ``rests_on`` are words whose
    answers may make the question needless; ``settled`` says how, or is empty. ``begun`` says what
    is known before it is asked, and ``names`` lists answers after ``help``. In ``asks`` and
    ``help`` braces are filled in: days near today, and the zone.
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
    names: Callable[[], str] | None = None


QUESTIONS: tuple[Question, ...] = (
    Question(
        words=("protocol",),
        asks="Follow a published course? (? lists)",
        default="your own",
        help="A plan takes over what was published of a course: how far apart, how many, where, "
        "with what, what was paused, and when the result was looked at. kumar-2018:stepped is one "
        "variant of a course. microplan protocols shows each with its sources. Write its name:",
        names=settled.courses,
        read=settled.course,
    ),
    Question(
        words=("setting",),
        asks="Where? home / clinic",
        default="leave out",
        help="home or clinic is remembered and shown, never computed with; home adds a notice "
        "about what was studied where.",
        read=answers.setting,
        rests_on=("protocol",),
        begun=settled.setting_taken,
    ),
    Question(
        words=("device", "depth"),
        asks="Device and needle length, to remember",
        default="leave out",
        help="In your own words, such as: roller 0.5 mm. The part with mm is kept as the needle "
        "length; nothing is computed from either.",
        read=answers.device,
        rests_on=("protocol",),
        settled=settled.device_taken,
        begun=settled.device_begun,
    ),
    Question(
        words=("start",),
        asks="First session? {soon}, today, sun (the next)",
        help="The day of session 1: {soon}, today, tomorrow, a weekday such as tue (the next one, "
        "never today), or +10d for ten days from today. It may lie in the past.",
        read=answers.start,
    ),
    Question(
        words=("every",),
        asks="How far apart? 10d, 1w, 3w, 4w, 1mo (not advice)",
        help="d is days, w weeks, mo months, y years. 6x4w is 6 sessions 4 weeks apart; "
        "4x1w,4x2w changes from one week to two; 4w~3d may move 3 days either way; RRULE:… takes "
        "a recurrence rule. These show the spelling and say nothing about which pace to take.",
        read=answers.every,
        rests_on=("protocol",),
        settled=settled.every_taken,
    ),
    Question(
        words=("sessions", "until"),
        asks="How many, or until which day? 6, 12, {later}",
        help="A number such as 6 counts the sessions, the first one too; a day such as {later} "
        "is the last one the pace may reach.",
        read=answers.end,
        rests_on=("protocol", "every"),
        settled=settled.counted,
    ),
    Question(
        words=("on", "prefer"),
        asks="Weekdays? only sun / rather sun / any",
        default="any",
        help="only sat,sun: never on another day. rather sun: on a Sunday if it is not too far "
        "from the day the pace gives. only mon..fri, rather tue: both. sun alone means only sun.",
        read=answers.weekdays,
    ),
    Question(
        words=("at", "tz"),
        asks="What time, {zone}?",
        default="all day",
        help="The local time in {zone}, such as 08:30 or 8pm; in another zone 20:00 {other}. "
        "Without one a session is an all-day entry in the calendar.",
        read=answers.time,
    ),
    Question(
        words=("avoid",),
        asks="Days you cannot? {away}",
        default="none",
        help="Days or ranges, several with commas: {soon}, {away}. Without a year they hold every "
        "year: 12-24..01-03. A session that falls there moves and is not lost.",
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
        asks="Neutral calendar titles?",
        default="Y/n",
        taken="yes",
        help="With yes, calendar and phone say `appointment 4`, without what it is about.",
        read=answers.discreet,
    ),
)
