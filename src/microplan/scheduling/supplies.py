"""Works out which sessions need a new one of a supply, and when its stock runs out.

Uses count over the sessions done and to come, so the dates move with the sessions.
"""

from __future__ import annotations

import sys
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from microplan.model.care import Stock, Supply
from microplan.model.log import CarePeriod
from microplan.model.plan import Session, Status
from microplan.wording import phrases

Periods = Sequence[CarePeriod]
CareHistory = Sequence[Sequence[CarePeriod]]


class Replacement(Struct, frozen=True, kw_only=True):
    """A session that needs a new one; ``left`` remain in stock then, None if there's no count.

    ``left`` is negative if the stock has run out.
    """

    name: str
    session: Session
    left: int | None


class Reorder(Struct, frozen=True, kw_only=True):
    """The last session that the stock lasts for, and the first one without."""

    name: str
    last: Session
    lacking: Session


def replacements(history: CareHistory, active: Sequence[Session]) -> Iterator[Replacement]:
    """Yield the sessions that need a new one, supply by supply."""
    stocks = {periods[0].care.key[1]: periods for periods in history if _kind(periods) == "stock"}
    for periods in history:
        if _kind(periods) == "supply":
            yield from _of_one(periods, stocks.get(periods[0].care.key[1], ()), active)


def reorders(due: Sequence[Replacement], active: Sequence[Session]) -> Iterator[Reorder]:
    """Yield a reorder for each supply whose stock runs out before the last session."""
    lacking: dict[str, Replacement] = {}
    for state in due:
        if state.left is not None and state.left >= 0:
            lacking.pop(state.name, None)
        elif state.left is not None:
            lacking.setdefault(state.name, state)
    numbers = [session.number for session in active]
    for name, state in lacking.items():
        index = bisect_left(numbers, state.session.number)
        yield Reorder(name=name, last=active[max(index - 1, 0)], lacking=state.session)


def _kind(periods: Periods) -> str:
    return periods[0].care.kind


def _is_over(periods: Periods) -> bool:
    return not isinstance(periods[-1].care, Supply)


def _of_one(supplies: Periods, stocks: Periods, active: Sequence[Session]) -> Iterator[Replacement]:
    """Count the uses of one supply session by session, following its revisions."""
    words, counts = _by_session(supplies, active), _by_session(stocks, active)
    uses, left, counted = sys.maxsize, None, None
    for session in active:
        supply, stock = words.get(session.number), counts.get(session.number)
        if stock is not None and stock is not counted:
            counted = stock
            left = stock.care.left if isinstance(stock.care, Stock) else None
        if supply is None or not isinstance(supply.care, Supply):
            continue
        if uses >= supply.care.sessions:
            uses, left = 0, None if left is None else left - 1
            yield Replacement(name=supply.care.name, session=session, left=left)
        uses += 1


def _by_session(periods: Periods, active: Sequence[Session]) -> Mapping[int, CarePeriod]:
    """Map each session number to the period in force for it."""
    in_force: dict[int, CarePeriod] = {}
    for period in periods:
        in_force |= {s.number: period for s in active if s.number >= period.since}
    return in_force


class SupplyStatus(Struct, frozen=True, kw_only=True):
    """The state of a supply: the next session that needs a new one, the stock, and the reorder."""

    name: str
    coming: Session | None
    left: int | None
    reorder: Reorder | None


def statuses(history: CareHistory, active: Sequence[Session]) -> Iterator[SupplyStatus]:
    """Yield the state of each supply that hasn't ended."""
    due = list(replacements(history, active))
    ordering = {state.name: state for state in reorders(due, active)}
    stocks = {
        periods[-1].care.key[1]: periods[-1] for periods in history if _kind(periods) == "stock"
    }
    ended = {p[-1].care.key[1] for p in history if _kind(p) == "supply" and _is_over(p)}
    for name in dict.fromkeys(state.name for state in due if state.name.casefold() not in ended):
        of_one = [state.session for state in due if state.name == name]
        coming = next((s for s in of_one if s.status is Status.PLANNED), None)
        yield SupplyStatus(
            name=name,
            coming=coming,
            left=_in_stock(of_one, stocks.get(name.casefold())),
            reorder=_to_come(ordering.get(name), coming),
        )


def _to_come(order: Reorder | None, coming: Session | None) -> Reorder | None:
    """Aim a reorder at the next open session, because done sessions need no supply any more."""
    if order is None or order.lacking.status is Status.PLANNED:
        return order
    return None if coming is None else replace(order, lacking=coming)


def in_words(supply: SupplyStatus, today: date) -> str:
    """Word the state of a supply: which session needs a new one, the stock, and when to reorder."""
    coming, order = supply.coming, supply.reorder
    parts = ["no new one due" if coming is None else f"new for {_when(coming, today)}"]
    if supply.left is not None:
        parts.append(f"{supply.left} in stock")
    if order is not None:
        parts.append(_reorder(order, today))
    return "; ".join(parts)


def _in_stock(of_one: Sequence[Session], stock: CarePeriod | None) -> int | None:
    """Count the unused ones left: the recorded stock minus those used by done sessions since."""
    if stock is None or not isinstance(stock.care, Stock):
        return None
    taken = [s for s in of_one if s.number >= stock.since and s.status is Status.DONE]
    return max(stock.care.left - len(taken), 0)


def _when(session: Session, today: date) -> str:
    return f"session {session.number}, {phrases.near(session.date, today)}"


def _reorder(order: Reorder, today: date) -> str:
    """Word when to reorder: now, if the last session with one is over."""
    lacking = f"session {order.lacking.number} has none"
    if order.last.date <= today or order.last is order.lacking:
        return f"reorder now: {lacking}"
    return f"reorder by {phrases.near(order.last.date, today)}: {lacking}"
