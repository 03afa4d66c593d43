"""How a person asks for a plan to be published; what they leave open is as it was before."""

from __future__ import annotations

from msgspec import Struct

from microplan.cli import environment
from microplan.storage.handed_out import CopyOptions, FirstWeekday


class Asked(Struct, frozen=True, kw_only=True):
    """What a person says about the manner of a copy; None where they say nothing."""

    with_care: bool | None = None
    discreet: bool | None = None
    first_weekday: FirstWeekday | None = None

    def after(self, before: CopyOptions | None) -> CopyOptions:
        """Settle the manner of a copy, where it was ``before``.

        A first weekday that nobody gave is that of the locale now: a job of cron or systemd, which has
        no locale, writes the same page as the person then.
        """
        was = before or CopyOptions()
        begins = was.first_weekday if self.first_weekday is None else self.first_weekday
        return CopyOptions(
            with_care=was.with_care if self.with_care is None else self.with_care,
            discreet=was.discreet if self.discreet is None else self.discreet,
            first_weekday=environment.local_weekday() if begins is None else begins,
        )


def as_before(asked: Asked, before: CopyOptions | None) -> str:
    """Say what is kept of the manner before, though nobody asked for it again."""
    kept = []
    if before and before.discreet and asked.discreet is None:
        kept.append("discreet (--no-discreet shows titles)")
    if before and not before.with_care and asked.with_care is None:
        kept.append("without care (--care adds it)")
    return f"as before: {', '.join(kept)}" if kept else ""
