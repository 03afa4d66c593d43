"""Collects the words of a new plan: from flags, answers, a published course and ``config.toml``."""

import shlex
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from microplan.cli import environment, everyday, terminal
from microplan.cli.plan_options import CareOptions
from microplan.errors import UsageError
from microplan.model import ids
from microplan.model.care import Care, Checkpoint, Cue, Pause, Stock, Supply, Use
from microplan.model.plan import TITLE, Plan
from microplan.model.rules import as_flags
from microplan.rules import care_words, grammar
from microplan.rules import words as rules

Words = Mapping[str, Any]

NEEDED = "a plan needs a start and a pace, such as --start 2026-12-01 --every 6x4w"
KINDS = (Pause, Cue, Checkpoint, Use, Supply, Stock)
"""The order of care in commands, which is the order of its flags."""


class Given(Struct, frozen=True, kw_only=True):
    """What a person asked for: words, the name of a course, and care."""

    words: dict[str, Any]
    protocol: str
    care: tuple[Care, ...]
    configured: Words
    is_asked: bool = False


def gather(
    words: dict[str, Any], protocol: str, care: CareOptions, today: date, *, tells: bool
) -> Given:
    """Read the options; if they have neither words nor a course, ask for the words."""
    words = everyday.words(words, today, tells=tells)
    pieces = _care(care.sets, everyday.words(care.pieces, today, tells=tells))
    config = environment.config()
    configured = config.words if config else {}
    given = Given(words=words, protocol=protocol, care=pieces, configured=configured)
    return given if words or protocol else _answered(given, today)


def _answered(given: Given, today: date) -> Given:
    """Ask for the words and the course of a plan, and add the answers to the given care."""
    words = _ask(today, given.configured)
    protocol = words.pop("protocol", "")
    chosen = _care("", {kind: words.pop(kind, None) for kind in ("pause", "checkpoint")})
    care = sorted((*given.care, *chosen), key=lambda piece: KINDS.index(type(piece)))
    return replace(given, words=words, protocol=protocol, care=tuple(care), is_asked=True)


def new_plan(given: Given, title: str, own_id: str, *, tells: bool) -> Plan:
    """Make the plan from the given words, its course and, unless the wizard ran, ``config.toml``."""
    words, of_course = _merged(given, tells=tells and not given.is_asked)
    care_words.refuse_stock_without_supply(given.care)
    care = care_words.last_of_each((*of_course, *given.care))
    plan = _plan(words, title, own_id)
    return replace(plan, care=care, protocol=_reference(given.protocol))


def _merged(given: Given, *, tells: bool) -> tuple[dict[str, Any], tuple[Care, ...]]:
    """Merge the words of flags, course and ``config.toml``; return also the course's care."""
    own, back = _set_and_unset(given.words)
    stated, of_course = _course(given.protocol, own)
    configured = {} if given.is_asked else given.configured
    supplied = _configured(configured, stated, given.words)
    if tells:
        _say_taken(supplied, given.protocol)
    merged = {**supplied, **stated, **own}
    return {name: word for name, word in merged.items() if name not in back}, of_course


def _say_taken(supplied: Words, course: str) -> None:
    """Report what was filled in: configured words, and the variant of the course."""
    if supplied:
        terminal.say(_announce(supplied))
    if course:
        from microplan.cli.courses import chosen

        for variant in chosen.variants(course):
            terminal.say(variant)


def _course(name: str, own: dict[str, Any]) -> tuple[dict[str, str], tuple[Care, ...]]:
    """Return the words and care of a course; the person's own number of sessions wins."""
    if not name:
        return {}, ()
    from microplan.cli.courses import chosen
    from microplan.courses import library

    return library.beginning(*chosen.find(name), own)


def _reference(course: str) -> str:
    """Spell the course that a plan stores; empty if there is none."""
    if not course:
        return ""
    from microplan.cli.courses import chosen

    return chosen.reference(course)


def _care(sets: str, own: care_words.Own) -> tuple[Care, ...]:
    """Read the care of named sets, and the person's own."""
    if not sets:
        return care_words.given(own)
    from microplan.courses import care_sets

    return care_sets.given(sets, own)


def _plan(words: dict[str, Any], title: str, own_id: str) -> Plan:
    """Parse the words and make the plan."""
    zone = "" if "tz" in words else environment.zone()
    read = rules.parse(words, zone=zone)
    return ids.new_plan(title, read, environment.now(), grammar.free_text(own_id, "id"))


def _ask(today: date, configured: Words) -> dict[str, Any]:
    """Ask for the words of a plan; without a terminal, raise UsageError for what's missing."""
    if not terminal.can_ask():
        raise UsageError(NEEDED)
    from microplan.cli import saving
    from microplan.cli.console import prompts
    from microplan.cli.wizard import dialogue

    if kept := saving.kept(environment.saved_plan()):
        terminal.say(f"You already have a plan: {kept}. It stays unless you replace it at the end.")
    zone = configured.get("tz") or environment.zone()
    answers = dialogue.run(
        prompts.ask, terminal.say, today=today, zone=zone, configured=dict(configured)
    )
    return {"tz": zone, **answers}


def flags(plan: Plan, configured: Words) -> list[str]:
    """Spell the flags that make the same plan; ``--protocol`` covers what its course states."""
    stated, of_course = _course(plan.protocol, {})
    words = plan.rules.words()
    spelled = ["--protocol", plan.protocol] if plan.protocol else []
    spelled += as_flags({name: words[name] for name in words if words[name] != stated.get(name)})
    spelled += _unset_flags(configured, words)
    for care in plan.care:
        if care not in of_course:
            spelled += [f"--{care.kind}", str(care)]
    if plan.title != TITLE:
        spelled += ["--title", plan.title]
    if plan.id != ids.plan_id(plan.title, plan.rules):
        spelled += ["--id", plan.id]
    return spelled


def _set_and_unset(words: Words) -> tuple[dict[str, Any], set[str]]:
    """Split words into those with a value and those reset, as in ``--at none``."""
    back = {name for name, value in words.items() if rules.is_default(value)}
    return {name: value for name, value in words.items() if name not in back}, back


def _configured(configured: Words, *stronger: Words) -> dict[str, Any]:
    """Return the configured words that have an effect and that nothing stronger sets."""
    spoken = {name for words in stronger for name in words}
    return {name: value for name, value in configured.items() if value and name not in spoken}


def _announce(words: Words) -> str:
    """Spell the configured words as flags."""
    return f"from config.toml: {shlex.join(as_flags(dict(words)))}"


def _unset_flags(configured: Words, words: Words) -> list[str]:
    """Spell the flags that reset configured words, for a plan without them."""
    return [
        part
        for name in _configured(configured, words)
        for part in (["--no-discreet"] if name == "discreet" else [f"--{name}", "none"])
    ]
