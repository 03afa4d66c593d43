"""Records what a server accepted, even if it refused part of a plan or stopped halfway."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from microplan.calendars.sync import Action, Delete, Put
from microplan.cli.publishing import handed_out
from microplan.model import ids
from microplan.model.plan import Plan
from microplan.scheduling.history import history
from microplan.storage.handed_out import Copy, CopyKind, StaleSession


class Store(Protocol):
    """A calendar that can be changed."""

    def perform(self, action: Put | Delete) -> bool:
        """Carry out an action; False if the event has changed since it was listed."""
        ...


class Recording:
    """Wraps a calendar and records which actions were carried out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._done: set[int] = set()

    def perform(self, action: Put | Delete) -> bool:
        """Carry out an action, and record it if it succeeded."""
        is_done = self._store.perform(action)
        if is_done:
            self._done.add(id(action))
        return is_done

    def left(self, actions: Sequence[Put | Delete]) -> list[Put | Delete]:
        """Return the actions that weren't carried out."""
        return [action for action in actions if id(action) not in self._done]


@contextmanager
def remembering(plan: Plan, store: Store, actions: Sequence[Action]) -> Iterator[Store]:
    """Wrap a calendar to change, and afterwards save what it accepted, even after an error.

    If it accepted nothing, the earlier record stays.
    """
    noting = Recording(store)
    todo = [action for action in actions if isinstance(action, Put | Delete)]
    try:
        yield noting
    finally:
        left = noting.left(todo)
        if len(left) < len(todo) or not todo:
            before = handed_out.last(plan, CopyKind.PUSHED) if left else None
            handed_out.remember(plan, CopyKind.PUSHED, tuple(_left(plan, left, before)))


def _left(
    plan: Plan, actions: Sequence[Put | Delete], before: Copy | None
) -> Iterator[StaleSession]:
    """Return the sessions that weren't sent, with the log entry that the server's copy dates from.

    A session is left out if the state of the server's copy is unknown.
    """
    most = max(map(len, history(plan))) if actions else 0
    numbers = {ids.uid(plan, f"session/{number}"): number for number in range(1, most + 1)}
    for action in actions:
        number = numbers.get(action.event.uid)
        if number is not None and action.remote is None:
            yield StaleSession(session=number)
        elif number is not None and before is not None:
            yield before.state_of(number)
