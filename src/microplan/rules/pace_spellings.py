"""Rewrites everyday paces, windows and care (``every other week``) in the rule language (``2w``).

As in ``spellings``, each function returns an empty text unless the meaning is clear.
"""

from __future__ import annotations

import re

from microplan.model.values import WEEKDAYS
from microplan.rules import spellings

LONGEST = 200
"""Longest text to search for an everyday spelling, in characters."""
SPELLED = {
    "daily": "1d",
    "weekly": "1w",
    "fortnightly": "2w",
    "monthly": "1mo",
    "quarterly": "3mo",
    "yearly": "1y",
    "annually": "1y",
}

# --- paces ----------------------------------------------------------------------------------

_WORD = r"[0-9]+|[a-z]+"
_COUNT = (
    rf"({_WORD})\s*(?:x|×|times|sessions?|appointments?)?[,:]?\s+(?=every\b|each\b|once\b|{'|'.join(SPELLED)})"
    rf"|({_WORD})\s*(?:x|×|times|sessions?[,:]?)\s*"
)
_EVERY = r"(?:(?:every|each)\s+(?:(other|second|[0-9]+|[a-z]+)\s+)?([a-z]+)|once\s+(?:an?|per|every|each)\s+([a-z]+))"
_THEN = r"\s*(?:[,;]\s*then|\bthen|;)\s+"
_RULE = r"(?:rrule:)?freq="


def pace(text: str) -> str:
    """Spell a pace: ``every week`` is ``1w``, ``6 x 4 weeks`` is ``6x4w``."""
    phrase = " ".join(text.strip().lower().split()).rstrip(".")
    if re.match(_RULE, phrase):
        return f"RRULE:{text.strip().upper().removeprefix('RRULE:')}"
    if several := _weekly(phrase):
        return several
    steps = [_step(part) for part in re.split(_THEN, phrase)]
    return ",".join(steps) if all(steps) else ""


def _step(phrase: str) -> str:
    """Spell one step: ``6 sessions every 4 weeks, 3 days either way`` is ``6x4w~3d``."""
    phrase, window = _split_window(phrase)
    match = re.match(_COUNT, phrase)
    count = spellings.number(match[1] or match[2]) if match else ""
    if match and not count.isdigit():
        return ""
    span = _every(phrase[match.end() :] if match else phrase)
    if not span or (window is None):
        return ""
    return f"{count}x{span}{window}" if count else f"{span}{window}"


def _split_window(phrase: str) -> tuple[str, str | None]:
    """Split a step into its interval and its ``~window``; None if the window can't be read."""
    head, sign, tail = phrase.partition("~")
    if not sign:
        head, sign, tail = phrase.partition("±")
    if not sign and (
        match := re.search(r",? (?:each may move |up to |give or take )(.+)$", phrase)
    ):
        head, sign, tail = phrase[: match.start()], "~", match[1]
    if not sign:
        return re.sub(r",? apart$", "", phrase), ""
    spelled = window(tail) or ("".join(tail.split()) if re.search("[0-9]", tail) else "")
    return re.sub(r",? apart$", "", head.strip()), f"~{spelled}" if spelled else None


def _every(phrase: str) -> str:
    """Spell one interval: ``every other week``, ``fortnightly``, ``4 weeks``."""
    if phrase in SPELLED:
        return SPELLED[phrase]
    match = re.fullmatch(_EVERY, phrase)
    if match is None:
        return spellings.span(phrase.removeprefix("every ")) or (
            phrase if re.fullmatch(r"[0-9]+(?:d|w|mo|y)", phrase) else ""
        )
    if match[1] in ("other", "second"):
        return spellings.span(f"2 {match[2]}")
    return spellings.span(f"{match[1] or '1'} {match[2] or match[3]}")


_TIMES = {"twice": 2, "thrice": 3}
_SEVERAL = (
    r"(?:(twice|thrice)|(two|three|four|five|six|[2-7])\s*(?:x|times)?)\s*(?:an?|per|every|each|/)\s*"
    r"(?:week|wk|w)\b,?\s*(?:on\s+|:\s*)?(.*)"
)


def several(text: str) -> int:
    """Read how many sessions a week a text asks for, such as ``twice a week``; 0 if it doesn't."""
    match = re.fullmatch(_SEVERAL, " ".join(text.lower().split()))
    return _TIMES.get(match[1]) or int(spellings.number(match[2])) if match else 0


def _weekly(phrase: str) -> str:
    """Spell ``twice a week on tue and fri`` as a recurrence; empty without weekdays."""
    match, count = re.fullmatch(_SEVERAL, phrase), several(phrase)
    if match is None or not match[3]:
        return ""
    spelled = spellings.weekdays(match[3]) or match[3]
    names = re.split(", *", spelled)
    named = [name for name in names if name in WEEKDAYS]
    if len(named) != count or len(named) != len(names):
        return ""
    days = ",".join(name[:2].upper() for name in sorted(named, key=WEEKDAYS.index))
    return f"RRULE:FREQ=WEEKLY;BYDAY={days}"


# --- windows and gaps -----------------------------------------------------------------------

_SIDES = {
    **dict.fromkeys(("early", "earlier", "before"), "-"),
    **dict.fromkeys(("late", "later", "after"), "+"),
}
_SIDE = rf"(?:up to )?(.+?) ({'|'.join(_SIDES)})"
_EITHER = r"(.+?) (?:either way|each way|both ways|early or late|earlier or later)"


def window(text: str) -> str:
    """Spell a window: ``3 days either way`` is ``3d``, ``2 days earlier or 5 days later`` ``-2d+5d``."""
    phrase = re.sub(r"^(?:each may move |up to |give or take |within )", "", _single_blanks(text))
    if phrase in ("no day", "none", "exact", "exactly", "never early or late"):
        return "0d"
    if match := re.fullmatch(_EITHER, phrase):
        return spellings.span(match[1])
    sides = [re.fullmatch(_SIDE, part) for part in re.split(r" (?:or|and) |, ?", phrase)]
    days = {_SIDES[side[2]]: spellings.span(side[1]) for side in sides if side}
    if all(sides) and len(days) == len(sides) and all(days.values()):
        return f"-{days.get('-', '0d')}+{days.get('+', '0d')}"
    return spellings.span(phrase)


def gap(text: str) -> str:
    """Spell the fewest days between two sessions: ``at least 21 days apart`` is ``21d``."""
    phrase = re.sub(r"^at least | apart$", "", _single_blanks(text))
    return spellings.span(phrase)


def number_of(text: str) -> str:
    """Spell how many sessions one supply lasts, or how many are left: ``12 sessions``."""
    phrase = text.strip().lower()
    if re.fullmatch(r"(?:each|every|one) (?:session|time)|once", phrase):
        return "1"
    match = re.fullmatch(r"([0-9]{1,5}) ?(?:sessions?|uses?|times|pieces?|left|x)", phrase)
    return match[1] if match else ""


def sessions(text: str) -> str:
    """Spell a number of sessions: ``six`` and ``6 sessions in all`` are ``6``."""
    phrase = re.sub(
        r" ?(?:\bx|times|sessions?|appointments?)?(?: in all| in total)?$", "", _single_blanks(text)
    )
    figure = spellings.number(phrase)
    return figure if figure.isdigit() and phrase not in ("a", "an", "every", "each") else ""


# --- around a session -----------------------------------------------------------------------


def reminder(text: str) -> str:
    """Spell a reminder: ``1 day before at 20:00`` is ``1d@20:00``."""
    phrase = re.sub(r" at the same hour$", "", _single_blanks(text))
    day, _, hour = phrase.partition(" at ")
    if not hour:
        day, _, hour = phrase.partition("@")
    if day in ("that day", "that morning", "the same day", "same day", "on the day"):
        day = "0d"
    elif day in ("the day before", "day before", "the evening before", "the night before"):
        day = "1d"
    day = re.sub(r" (?:before|earlier|ahead)$", "", day.strip())
    spelled = spellings.length(day) or (
        day if day == "0d" or re.fullmatch("[0-9]+[dwhm]", day) else ""
    )
    if not hour:
        return "" if spelled == "0d" else spelled
    clock = spellings.clock(hour) or hour
    return f"{spelled}@{clock}" if spelled[-1:] in ("d", "w") else ""


_AROUND = (
    (r"(?:on )?(?:the|that) (?:session )?day(?: only)?", "-0d+0d"),
    (r"(?:on )?(?:the|that) (?:session )?day and the (?:next|day after)(?: day| one)?", "-0d+1d"),
)


_HOURS_AFTER = r"(?:and )?(?:until|to) ([0-9]+) ?(?:h|hours?) after(?: the session)?"


def around(text: str) -> str:
    """Spell the days around a session: ``on the day and the next`` is ``-0d+1d``."""
    phrase = _single_blanks(text)
    if match := re.fullmatch(rf"(?:(?:from )?(.+?) before|(?:on )?the day) {_HOURS_AFTER}", phrase):
        days = spellings.span(match[1]) if match[1] else "0d"
        return f"-{days}+{match[2]}h" if days else ""
    for pattern, spelled in _AROUND:
        if re.fullmatch(pattern, phrase):
            return spelled
    if match := re.fullmatch(r"(?:on )?the day and (.+?) after", phrase):
        return f"-0d+{days}" if (days := spellings.span(match[1])) else ""
    if match := re.fullmatch(r"(?:from )?(.+?) before(?: to)? the day", phrase):
        return f"-{days}+0d" if (days := spellings.span(match[1])) else ""
    if match := re.fullmatch(r"(?:from )?(.+?) before (?:to|and|until) (.+?) after", phrase):
        both = spellings.span(match[1]), spellings.span(match[2])
        return f"-{both[0]}+{both[1]}" if all(both) else ""
    return ""


def cue(text: str) -> str:
    """Spell the time of a cue: ``the next day at 8am`` is ``+1d@08:00``."""
    day, _, hour = re.sub(" at ", "@", _single_blanks(text)).partition("@")
    phrase = re.sub("^(?:on )?the ", "", day.strip())
    named = {
        "day": "0d",
        "same day": "0d",
        "session day": "0d",
        "next day": "+1d",
        "day after": "+1d",
    }
    spelled = {**named, "day before": "-1d"}.get(phrase, "")
    if not spelled and (match := re.fullmatch(r"(.+?) (before|after|later|earlier)", phrase)):
        sign = "-" if match[2] in ("before", "earlier") else "+"
        spelled = f"{sign}{days}" if (days := spellings.span(match[1])) else ""
    if not spelled and re.fullmatch(r"[-+]?[0-9]+[dw]", phrase):
        spelled = phrase
    if spelled and hour:
        return f"{spelled}@{spellings.clock(hour) or hour.strip()}"
    return spelled


_PLAIN_CHECKPOINT = r"(?:every |last\+)?[0-9]+(?:d|w|mo|y)"


def checkpoint(text: str) -> str:
    """Spell the time of a checkpoint: ``after 12 weeks`` is ``12w``, ``monthly`` is ``every 1mo``."""
    phrase = _single_blanks(text)
    timed = re.fullmatch(r"(.+?)(?: ?@ ?| at )([0-9].*|noon|midday|midnight)", phrase)
    if timed and (clock := spellings.clock(timed[2]) or timed[2]):
        when = timed[1] if re.fullmatch(_PLAIN_CHECKPOINT, timed[1]) else checkpoint(timed[1])
        return f"{when}@{clock}" if when and " or " not in clock else ""
    if match := re.fullmatch(r"(?:after|at|in) (.+)", phrase):
        return spellings.span(match[1])
    if match := re.fullmatch(r"(.+?) after the last(?: session| one)?", phrase):
        return f"last+{days}" if (days := spellings.span(match[1])) else ""
    if phrase.startswith(("every ", "each ")) or phrase in SPELLED:
        return f"every {days}" if (days := _every(phrase)) else ""
    return spellings.span(phrase)


def _single_blanks(text: str) -> str:
    return " ".join(text.lower().split())
