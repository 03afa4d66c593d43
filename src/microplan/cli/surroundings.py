"""What the shell takes from around it: the clock, the environment, the zone, the saved plan."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

from microplan import grammar
from microplan.errors import PlanFileError, UsageError


def today(as_of: str | None) -> date:
    """Today where this machine stands, or the day given by ``--as-of`` or the environment."""
    given = as_of or os.environ.get("MICROPLAN_AS_OF")
    return grammar.day(given, "as-of") if given else date.today()  # noqa: DTZ011 - local by intent


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
    """Find the IANA name of this machine's zone."""
    import tzlocal

    try:
        return grammar.zone(tzlocal.get_localzone_name() or "UTC", "tz")
    except (UsageError, LookupError, ValueError, OSError):
        raise UsageError("this machine's time zone has no name here; give one with --tz") from None


def saved_plan() -> Path:
    """Where the saved plan is, or would be."""
    from platformdirs import user_data_path

    return user_data_path("microplan", appauthor=False) / "plan.toml"


def plan_path(given: str | None) -> Path:
    """Find the plan to read: the one named, else that of the environment, else the saved one."""
    named = given or os.environ.get("MICROPLAN_PLAN")
    if named:
        return Path(named)
    path = saved_plan()
    if not path.exists():
        raise PlanFileError(
            "no plan is kept yet; draw one up with `microplan new --save`, or name one with -p FILE"
        )
    return path
