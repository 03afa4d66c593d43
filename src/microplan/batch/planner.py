"""Turns rows into plans one at a time, so that memory stays small.

Nothing depends on the machine's zone, settings or clock; everything is in the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from microplan.batch import cells, outlines, rows
from microplan.batch.closed_days import BusyCalendars, NoCalendars
from microplan.batch.columns import Columns
from microplan.batch.outlines import LOOKED_UP, OF_CARE, Outlines
from microplan.batch.planned import Failed, Planned, clipped
from microplan.batch.table import Row
from microplan.errors import MicroplanError, RuleError, UsageError
from microplan.model import ids
from microplan.model.plan import TITLE, Plan
from microplan.rules import words as rules

COLUMNS = Columns(
    names=("id", "title", "protocol", *rules.WORDS, *LOOKED_UP, *OF_CARE),
    many=(
        *(name for name, word in rules.WORDS.items() if word.many),
        *LOOKED_UP,
        *OF_CARE,
    ),
)


class Planner:
    """Plans rows one after another, each with its own id.

    ``created`` is the creation time of all plans; ``date_order``, a key of ``cells.ORDERS``, is the
    order of numeric dates. ``defaults`` are words for all rows, which cells override.
    """

    def __init__(
        self,
        created: datetime,
        date_order: str = "iso",
        defaults: Mapping[str, Any] | None = None,
        calendars: BusyCalendars | None = None,
    ) -> None:
        self.created = created
        self.date_order = date_order
        self.defaults = dict(defaults or {})
        self.outlines = Outlines(created, date_order, calendars or NoCalendars())
        self.ids: dict[str, int] = {}

    def plan(self, row: Row) -> Planned | Failed:
        """Plan a row, or say why it can't be planned."""
        own_id = ""
        try:
            own_id = outlines.text(row.words, "id")
            if row.fault:
                return Failed(line=row.line, error=clipped(row.fault), id=own_id)
            return self._planned(row, own_id)
        except RuleError as error:
            advice = _advice(error, row.words, self.date_order)
            message = f"{str(error).removesuffix('.')}{advice}" if advice else str(error)
            return Failed(line=row.line, error=clipped(message), id=own_id)
        except MicroplanError as error:
            return Failed(line=row.line, error=clipped(str(error)), id=own_id)
        except (OverflowError, RecursionError):
            return Failed(line=row.line, error=rows.BEYOND, id=own_id)

    def _planned(self, row: Row, own_id: str) -> Planned:
        words = row.words
        title = outlines.text(words, "title") or TITLE
        own = {name: words[name] for name in words if name not in ("id", "title")}
        if self.defaults:
            own = self.defaults | {name: own[name] for name in own if rules.is_given(own[name])}
        outline = self.outlines.outline(own, own_id, title)
        plan = Plan(
            id=own_id or ids.plan_id(title, outline.rules),
            title=title,
            created=self.created,
            rules=outline.rules,
            closed=outline.closed.closures,
            lookups=outline.closed.lookups,
            care=outline.care,
            protocol=outline.protocol,
        )
        first = self.ids.setdefault(plan.id, row.line)
        if first != row.line:
            raise UsageError(taken(own_id, f"line {first}"))
        return Planned(line=row.line, plan=plan, outline=outline)


def taken(own_id: str, where: str) -> str:
    """Word the error for an id used twice, which would give two plans the same events."""
    if own_id:
        return f"id {own_id} is already used by {where}; give each row its own"
    return f"{where} is identical; give each row an id"


def _advice(error: RuleError, words: Mapping[str, Any], date_order: str) -> str:
    """Add advice for errors that only tables have, such as an unknown date order."""
    if error.word in cells.DAYS and date_order == "iso":
        orders = cells.orders(error.text)
        if orders:
            return f", or give --dates {' or '.join(orders)}"
    if error.word in cells.DAYS and (meant := cells.serial_advice(error.text)):
        return f". {meant}"
    if error.word not in COLUMNS.many or error.text[error.span[0] :][:1] != ",":
        return ""
    if isinstance(words.get(error.word), list):
        return "; separate several with ; and quote the cell if ; also separates the columns"
    return "; write several as a list"
