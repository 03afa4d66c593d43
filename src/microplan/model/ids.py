"""Derives the plan id and the event UIDs (UUIDv5; RFC 5545, section 3.8.4.7).

A calendar recognises an event by its UID. Nothing in them is random, so a plan printed today and
saved tomorrow has the same events.
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
"""Characters of a derived id that are enough to tell plans with the same title apart."""
HEX_DIGITS = 32
"""Digits in a UUID; a shorter id is a name."""


def new_plan(title: str, rules: Rules, created: datetime, own_id: str = "") -> Plan:
    """Make a new plan; without ``own_id``, derive its id from the title and rules."""
    return Plan(id=own_id or plan_id(title, rules), title=title, created=created, rules=rules)


def plan_id(title: str, rules: Rules, file: str = "") -> str:
    """Derive a plan's id from its first title and rules; the same words give the same id.

    ``file``, the name of the plan file, tells two plans with the same words in one folder apart.
    """
    _load_digests()
    return str(uuid5(NAMESPACE, "\n".join((title, str(rules), *([file] if file else [])))))


def short_id(plan_id: str, *, is_alone: bool) -> str:
    """Shorten a plan id for display: keep one that a person chose, and hide a derived one.

    If another plan has the same title (not ``is_alone``), show the first characters of the
    derived id to tell the two apart.
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
    """Return a function that derives the UIDs of one plan from their keys.

    A plan id is a UUID, or a name that is hashed to one.
    """
    _load_digests()
    namespace = _namespace(plan.id)
    return lambda key: str(uuid5(namespace, key))


def _load_digests() -> None:
    """Load the digest library first, so that running out of memory here raises an error.

    ``hashlib`` would log the failure and carry on without SHA-1. Some builds of Python have no
    such module, because the digests are built in.
    """
    with contextlib.suppress(ModuleNotFoundError):
        import _hashlib  # noqa: F401, PLC0415


def _namespace(own_id: str) -> UUID:
    try:
        return UUID(own_id) if len(own_id) >= HEX_DIGITS else uuid5(NAMESPACE, own_id)
    except ValueError:
        return uuid5(NAMESPACE, own_id)
