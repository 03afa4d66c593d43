"""Where the words of a new plan come from: flags, answers, a published course, ``config.toml``."""

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
"""Care in the order in which its flags are read, so that the printed command keeps it."""


class Given(Struct, frozen=True, kw_only=True):
    """What a person gave for a plan: words, the name of a course, and care."""

    words: dict[str, Any]
    protocol: str
    care: tuple[Care, ...]
    configured: Words
    is_asked: bool = False


def gather(
    words: dict[str, Any], protocol: str, care: CareOptions, today: date, *, tells: bool
) -> Given:
    """Read what was given as options; ask for the words where neither they nor a course are."""
    words = everyday.words(words, today, tells=tells)
    pieces = _care(care.sets, everyday.words(care.pieces, today, tells=tells))
    config = environment.config()
    configured = config.words if config else {}
    given = Given(words=words, protocol=protocol, care=pieces, configured=configured)
    return given if words or protocol else _answered(given, today)


def _answered(given: Given, today: date) -> Given:
    """Ask for the words of a plan and its course; the care that was chosen joins what was given."""
    words = _ask(today, given.configured)
    protocol = words.pop("protocol", "")
    chosen = _care("", {kind: words.pop(kind, None) for kind in ("pause", "checkpoint")})
    care = sorted((*given.care, *chosen), key=lambda piece: KINDS.index(type(piece)))
    return replace(given, words=words, protocol=protocol, care=tuple(care), is_asked=True)


def new_plan(given: Given, title: str, own_id: str, *, tells: bool) -> Plan:
    """Draw up the plan from what was given, its course, and ``config.toml`` unless asked."""
    words, of_course = _merged(given, tells=tells and not given.is_asked)
    care_words.refuse_stock_without_supply(given.care)
    care = care_words.last_of_each((*of_course, *given.care))
    plan = _plan(words, title, own_id)
    return replace(plan, care=care, protocol=_reference(given.protocol))


def _merged(given: Given, *, tells: bool) -> tuple[dict[str, Any], tuple[Care, ...]]:
    """Put together the words of flags, course and ``config.toml``; and the care of the course."""
    own, back = _set_and_unset(given.words)
    stated, of_course = _course(given.protocol, own)
    configured = {} if given.is_asked else given.configured
    supplied = _configured(configured, stated, given.words)
    if tells:
        _say_taken(supplied, given.protocol)
    merged = {**supplied, **stated, **own}
    return {name: word for name, word in merged.items() if name not in back}, of_course


def _say_taken(supplied: Words, course: str) -> None:
    """Name what nobody spelled out: the configured words and the variant of the course."""
    if supplied:
        terminal.say(_announce(supplied))
    if course:
        from microplan.cli.courses import chosen

        for variant in chosen.variants(course):
            terminal.say(variant)


def _course(name: str, own: dict[str, Any]) -> tuple[dict[str, str], tuple[Care, ...]]:
    """Take the words and the care of a course; a number of sessions of one's own stands alone."""
    if not name:
        return {}, ()
    from microplan.cli.courses import chosen
    from microplan.courses import library

    return library.beginning(*chosen.find(name), own)


def _reference(course: str) -> str:
    """Spell the course that a plan remembers; nothing if it follows none."""
    if not course:
        return ""
    from microplan.cli.courses import chosen

    return chosen.reference(course)


def _care(sets: str, own: care_words.Own) -> tuple[Care, ...]:
    """Read the care of named sets, and one's own."""
    if not sets:
        return care_words.given(own)
    from microplan.courses import care_sets

    return care_sets.given(sets, own)


def _plan(words: dict[str, Any], title: str, own_id: str) -> Plan:
    """Read the words and draw up the plan."""
    zone = "" if "tz" in words else environment.zone()
    read = rules.parse(words, zone=zone)
    return ids.new_plan(title, read, environment.now(), grammar.free_text(own_id, "id"))


def _ask(today: date, configured: Words) -> dict[str, Any]:
    """Ask for the words of a plan at a terminal; elsewhere say what is missing."""
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
    """Spell the flags that draw the plan up; what its course states is left to ``--protocol``."""
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
    """Part the words that are given from those set back, as in ``--at none``."""
    back = {name for name, value in words.items() if rules.is_default(value)}
    return {name: value for name, value in words.items() if name not in back}, back


def _configured(configured: Words, *stronger: Words) -> dict[str, Any]:
    """Take the configured words that nothing stronger speaks of and that change anything."""
    spoken = {name for words in stronger for name in words}
    return {name: value for name, value in configured.items() if value and name not in spoken}


def _announce(words: Words) -> str:
    """Name the words from the file, as the flags that would give them."""
    return f"from config.toml: {shlex.join(as_flags(dict(words)))}"


def _unset_flags(configured: Words, words: Words) -> list[str]:
    """Spell the flags that keep configured words out of a plan that goes without them."""
    return [
        part
        for name in _configured(configured, words)
        for part in (["--no-discreet"] if name == "discreet" else [f"--{name}", "none"])
    ]
