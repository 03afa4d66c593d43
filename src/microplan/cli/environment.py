"""The program's surroundings: the clock, the environment, the time zone, the saved plan."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from microplan.cli import everyday, terminal
from microplan.errors import PlanFileError, RuleError, UsageError
from microplan.model import dates, zone_data
from microplan.rules import grammar, nearest, spellings
from microplan.storage import files
from microplan.wording import phrases

if TYPE_CHECKING:
    from microplan.storage.config import Config


def today(as_of: str | None) -> date:
    """Return today on this machine, or the day set by ``--as-of`` or the environment."""
    given = as_of or os.environ.get("MICROPLAN_AS_OF")
    here = date.today()  # noqa: DTZ011 - local by intent
    return everyday.ahead(given, "as-of", here) if given else here


def now() -> datetime:
    """Take the instant to record, in UTC and whole seconds; ``SOURCE_DATE_EPOCH`` fixes it."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if fixed is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f'SOURCE_DATE_EPOCH "{fixed}" is not a number of seconds; unset it or write one'
        ) from None


def zone() -> str:
    """Find the IANA name of this machine's zone.

    A zone that disagrees with the machine's clock isn't used: a ``TZ`` without a name, such as
    ``CET-1CEST``, overrides it. Raises UsageError if ``TZ`` isn't a time zone, which the system
    silently reads as UTC.
    """
    import tzlocal

    _refuse_unknown_zone(os.environ.get("TZ", "").removeprefix(":"))
    try:
        name = grammar.zone(tzlocal.get_localzone_name() or "UTC", "tz")
        moment = datetime.now(UTC)
        known = (dates.zone(name), zone_data.machine_zone(name))  # its clock uses its own data
        offsets = {moment.astimezone(data).utcoffset() for data in known if data}
        is_here = moment.astimezone().utcoffset() in offsets
    except (UsageError, LookupError, ValueError, OSError):
        is_here = False
    if not is_here:
        raise UsageError("this machine's time zone has no IANA name; give one with --tz, or set TZ")
    return name


def _refuse_unknown_zone(name: str) -> None:
    """Raise UsageError for a ``TZ`` that looks like a zone name but isn't one."""
    is_rule = any(sign in name for sign in "0123456789,<") and "/" not in name
    if not name or is_rule or name.startswith("/"):
        return
    try:
        dates.zone(name)
    except ValueError:
        advice = nearest.question(name, spellings.zones(), "Set it to one like Europe/Paris.")
        raise UsageError(f'TZ "{name}" isn\'t a time zone. {advice} Or pass --tz.') from None


def saved_plan() -> Path:
    """Return where the saved plan is, or would be."""
    return _own("data") / "plan.toml"


def known_plan() -> Path | None:
    """Where the plan is that commands read; None if no home folder is known."""
    named, folder = os.environ.get("MICROPLAN_PLAN"), _folder("data")
    return Path(named) if named else folder and folder / "plan.toml"


def from_home(path: Path) -> str:
    """Format a path for a person, with ``~`` for their home folder."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - never raises
    inside = home.is_absolute() and home != Path(home.anchor) and path.is_relative_to(home)
    return f"~/{path.relative_to(home).as_posix()}" if inside else str(path)


def locks() -> Path:
    """Return the folder for locks that can't be beside their plan file."""
    return _own("state") / "locks"


def handed_out() -> Path | None:
    """Return the folder for records of copies; None if no home folder is known."""
    state = _folder("state")
    return state and state / "handed-out"


def has_handed_out() -> bool:
    """Whether there are records of copies; if not, we needn't load the module for them."""
    all_plans = handed_out()
    return all_plans is not None and not _is_missing(all_plans)


def config(*, warns: bool = True) -> Config | None:
    """Read the defaults in ``config.toml``, with a warning for each unknown key.

    Without the file, return None and load nothing.
    """
    path = config_path()
    if path is None or _is_missing(path):
        return None
    from microplan.storage import config as defaults

    if files.is_special(path):
        raise PlanFileError(f"{path} is a pipe or a device, not a file; remove it, or write a file")
    try:
        read, warnings = defaults.read(files.read(path))
    except PlanFileError as error:
        named = str(error) if str(path) in str(error) else f"{path}: {error}"
        raise PlanFileError(named, findings=error.findings) from None
    for warning in warnings if warns else ():
        terminal.say(phrases.visible(f"{path}: {warning}"))
    return read


def config_path() -> Path | None:
    """Return where ``config.toml`` is, or would be; None if no home folder is known."""
    folder = _folder("config")
    return folder and folder / "config.toml"


def _own(kind: str) -> Path:
    """Find one of the program's own folders; raises UsageError if no home folder is known."""
    folder = _folder(kind)
    if folder is None:
        raise UsageError("can't find your home folder; set HOME to its path")
    return folder


def _folder(kind: str) -> Path | None:
    """Find the folder of one kind, such as data, which never depends on the working folder."""
    import platformdirs

    find: Callable[..., Path] = getattr(platformdirs, f"user_{kind}_path")
    try:
        return find("microplan", appauthor=False)
    except RuntimeError:
        return None


def has_plan() -> bool:
    """Whether there is a saved plan, or one named by the environment."""
    return bool(os.environ.get("MICROPLAN_PLAN")) or not _is_missing(saved_plan())


def plan_path(given: str | None) -> Path:
    """Find the plan to read: the one named, the one in the environment, or the saved one."""
    named = given or os.environ.get("MICROPLAN_PLAN")
    if named:
        return Path(named)
    path = saved_plan()
    if _is_missing(path):
        raise PlanFileError(
            "there's no saved plan yet; make one with `microplan new --save`, or name one with -p FILE"
        )
    return path


def _is_missing(path: Path) -> bool:
    """Whether a file is missing; False if that can't be checked, since reading will report it."""
    try:
        return not path.exists()
    except OSError:
        return False


MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6

# Unicode CLDR, supplemental data, weekData/firstDay: release 38, with what later ones changed
# (AE, AU and CN begin on Monday). The default is Monday, as for the world (001) and in ISO 8601.
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
    """Parse the weekday that the person asked for, 0 for Monday; None if they didn't."""
    if given is None:
        return None
    spelled = spellings.weekdays(given) or spellings.weekday(given.strip()) or given
    days = grammar.weekdays(spelled, "first-weekday").days
    if len(days) != 1:
        raise RuleError(ONE, word="first-weekday", text=given, span=(0, len(given)))
    return days[0]


ONE = "a week begins on one day. Write mon, sat or sun"


def local_weekday() -> int:
    """Find the first weekday of the locale for dates."""
    environ = os.environ
    names = (environ.get(name) for name in ("LC_ALL", "LC_TIME", "LANG"))
    return of_locale(next(filter(None, names), ""))


def of_locale(name: str) -> int:
    """Find the first weekday of a locale such as ``en_US.UTF-8``; Monday for C, POSIX and others."""
    language, *rest = name.partition(".")[0].partition("@")[0].replace("-", "_").split("_")
    return FIRST.get(rest[-1].upper(), MONDAY) if language and rest else MONDAY
