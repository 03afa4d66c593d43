"""What stays the same: the id of a plan, and the UIDs of its events (RFC 5545, section 3.8.4.7).

A calendar knows an event again by its UID. All are derived, so that printing a plan today and
saving it tomorrow name the same events.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid5

from microplan.model.plan import Plan
from microplan.model.rules import Rules

NAMESPACE = UUID("6d1f7a0e-3c43-5b62-9d0a-5e2f6c1b8a47")
"""Namespace (RFC 9562, section 5.5) of plans whose id is not itself a UUID."""
SHORT = 8
"""Characters of a derived id that tell plans of one title apart."""
HEX_DIGITS = 32
"""Digits of a UUID; a shorter id is a name."""


def draw_up(title: str, rules: Rules, created: datetime, own_id: str = "") -> Plan:
    """Make a new plan; unless given, its id follows from title and rules."""
    return Plan(id=own_id or plan_id(title, rules), title=title, created=created, rules=rules)


def plan_id(title: str, rules: Rules, file: str = "") -> str:
    """Derive the id of a plan from its title and rules as first drawn up; no chance is in it.

    The name of its ``file`` is part of it where another plan of the same words is kept beside.
    """
    _load_digests()
    return str(uuid5(NAMESPACE, "\n".join((title, str(rules), *([file] if file else [])))))


def mark(plan_id: str, *, is_alone: bool) -> str:
    """Shorten an id for people: one that a person chose is shown, a derived one names nobody.

    Where its plan is not ``is_alone`` with its title, the beginning of a derived id tells it apart.
    """
    try:
        UUID(plan_id)
    except ValueError:
        return plan_id
    return "" if is_alone else plan_id[:SHORT]


def uid(plan: Plan, key: str) -> str:
    """Derive the UID of an event from its plan's id and its key, such as ``session/3``."""
    return uids(plan)(key)


def uids(plan: Plan) -> Callable[[str], str]:
    """Derive UIDs of one plan, each from its key; a plan's id is a UUID or a name that makes one."""
    _load_digests()
    namespace = _namespace(plan.id)
    return lambda key: str(uuid5(namespace, key))


def _load_digests() -> None:
    """Load the library of digests, which may fail where memory is short.

    ``hashlib`` would log that and go on without SHA-1. Some builds of Python have it built in.
    """
    with contextlib.suppress(ModuleNotFoundError):
        import _hashlib  # noqa: F401, PLC0415


def _namespace(own_id: str) -> UUID:
    try:
        return UUID(own_id) if len(own_id) >= HEX_DIGITS else uuid5(NAMESPACE, own_id)
    except ValueError:
        return uuid5(NAMESPACE, own_id)
