"""What ``config.toml`` supplies to a new plan, under its flags and its course."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from microplan.model import plan
from microplan.rules import revision

Words = Mapping[str, Any]


def part(words: Words) -> tuple[dict[str, Any], set[str]]:
    """Part the words that are given from those set back, as in ``--at none``."""
    back = {name for name, value in words.items() if revision.is_default(value)}
    return {name: value for name, value in words.items() if name not in back}, back


def supplied(configured: Words, *stronger: Words) -> dict[str, Any]:
    """Take the configured words that nothing stronger speaks of and that change anything."""
    spoken = {name for words in stronger for name in words}
    return {name: value for name, value in configured.items() if value and name not in spoken}


def announce(words: Words) -> str:
    """Tell what came from the file, as the flags that would have said it."""
    return f"from config.toml: {shlex.join(plan.flags(dict(words)))}"


def set_back(configured: Words, words: Words) -> list[str]:
    """Spell the flags that keep configured words out of a plan that goes without them."""
    return [
        part
        for name in supplied(configured, words)
        for part in (["--no-discreet"] if name == "discreet" else [f"--{name}", "none"])
    ]
