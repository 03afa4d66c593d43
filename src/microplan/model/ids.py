"""What stays the same: the id of a plan, and the UIDs of its events (RFC 5545, section 3.8.4.7).

A calendar knows an event again by its UID. All are derived, so that printing a plan today and
saving it tomorrow name the same events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from microplan.model.plan import Plan, Rules

try:  # as the standard library's random has it: hashlib loads all of OpenSSL, as long as our rooms
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:  # left out of this build of Python
    from hashlib import sha1

NAMESPACE = UUID("6d1f7a0e-3c43-5b62-9d0a-5e2f6c1b8a47")
"""Namespace (RFC 9562, section 5.5) of plans whose id is not itself a UUID."""
HEX_DIGITS = 32
"""Digits of a UUID; a shorter id is a name."""
VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit of a hash that begins with the variant of RFC 9562: two of its bits are fixed."""


def draw_up(title: str, rules: Rules, created: datetime, own_id: str = "") -> Plan:
    """Make a new plan; unless given, its id follows from title and rules."""
    return Plan(id=own_id or plan_id(title, rules), title=title, created=created, rules=rules)


def plan_id(title: str, rules: Rules) -> str:
    """Derive the id of a plan from its title and rules as first drawn up; no chance is in it."""
    return _of_names()(f"{title}\n{rules}")


def uid(plan: Plan, key: str) -> str:
    """Derive the UID of an event from its plan's id and its key, such as ``session/3``."""
    return uids(plan)(key)


def uids(plan: Plan) -> Callable[[str], str]:
    """Derive UIDs of one plan, each from its key; a plan's id is a UUID or a name that makes one."""
    try:
        return _uuid5(UUID(plan.id).bytes if len(plan.id) >= HEX_DIGITS else _named(plan.id))
    except ValueError:
        return _uuid5(_named(plan.id))


def _named(name: str) -> bytes:
    return bytes.fromhex(_of_names()(name).replace("-", ""))


@lru_cache(1)
def _of_names() -> Callable[[str], str]:
    return _uuid5(NAMESPACE.bytes)


def _uuid5(namespace: bytes) -> Callable[[str], str]:
    """Spell UUIDs of names, version 5 (RFC 9562, section 5.5), from the hash itself.

    ``uuid.uuid5`` says the same by way of integers, in three times the time.
    """
    begun = sha1(namespace, usedforsecurity=False)

    def spell(name: str) -> str:
        hashed = begun.copy()
        hashed.update(name.encode())
        text = hashed.hexdigest()
        return (
            f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"
        )

    return spell
