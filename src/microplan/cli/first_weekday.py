"""The weekday on which a week begins where the person is, as the locale of the environment says."""

from __future__ import annotations

import os

from microplan.errors import RuleError
from microplan.rules import grammar

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6

# Unicode CLDR, supplemental data, weekData/firstDay: release 38, with what later ones changed
# (AE, AU and CN begin on Monday). Where nothing is said the world (001) and ISO 8601 have Monday.
BEGINS = {
    FRIDAY: "MV",
    SATURDAY: "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY",
    SUNDAY: (
        "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO "
        "MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
    ),
}
FIRST = {territory: day for day, names in BEGINS.items() for territory in names.split()}


def first_weekday(given: str | None) -> int | None:
    """Read the weekday that was asked for, if one was: 0 for Monday."""
    if given is None:
        return None
    days = grammar.weekdays(given, "first-weekday").days
    if len(days) != 1:
        raise RuleError(ONE, word="first-weekday", text=given, span=(0, len(given)))
    return days[0]


ONE = "a week begins on one day; write mon, sat or sun"


def local() -> int:
    """Find the first weekday of the locale in which dates are written."""
    environ = os.environ
    names = (environ.get(name) for name in ("LC_ALL", "LC_TIME", "LANG"))
    return of_locale(next(filter(None, names), ""))


def of_locale(name: str) -> int:
    """Find the first weekday of a locale such as ``en_US.UTF-8``; C, POSIX and others: Monday."""
    language, *rest = name.partition(".")[0].partition("@")[0].replace("-", "_").split("_")
    return FIRST.get(rest[-1].upper(), MONDAY) if language and rest else MONDAY
