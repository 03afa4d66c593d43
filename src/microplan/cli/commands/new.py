"""``microplan new``: flags, or answers at a terminal, become a plan."""

import shlex
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec import structs

from microplan.amendments import filed_plans
from microplan.cli import (
    environment,
    everyday,
    options,
    terminal,
)
from microplan.cli import (
    output as deliver,
)
from microplan.errors import UsageError
from microplan.model import ids
from microplan.model.care import (
    Care,
    Checkpoint,
    Cue,
    Pause,
    Stock,
    Supply,
    Use,
)
from microplan.model.plan import TITLE, Plan
from microplan.model.rules import as_flags
from microplan.rules import care_words, grammar, revision
from microplan.rules import words as rules
from microplan.scheduling import schedule
from microplan.storage import files, namesakes
from microplan.wording import phrases, remarks, summary

Words = Mapping[str, Any]

WHAT_NEXT = "record one: microplan done · to your phone: microplan share"
NEEDED = "a plan needs a start and a pace, such as --start 2026-12-01 --every 6x4w"
KINDS = (Pause, Cue, Checkpoint, Use, Supply, Stock)
"""Care in the order in which its flags are read, so that the printed command keeps it."""


@options.with_words(rules.WORDS)
def new(  # noqa: PLR0913 - one parameter for each flag
    *,
    words: dict[str, Any],
    title: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="what to call the sessions", rich_help_panel=options.SESSION
        ),
    ] = TITLE,
    own_id: Annotated[
        str,
        typer.Option(
            "--id",
            metavar="TEXT",
            help="an id of your own [made from title and rules]",
            show_default=False,
            rich_help_panel=options.SESSION,
        ),
    ] = "",
    protocol: options.Protocol = "",
    holidays: options.Holidays = None,
    busy: options.Busy = None,
    care: options.CareSets = "",
    pause: options.Pause = None,
    cue: options.Cue = None,
    checkpoint: options.Checkpoint = None,
    use: options.Use = None,
    supply: options.Supply = None,
    stock: options.Stock = None,
    output: options.Output = None,
    format_: options.FormatName = None,
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="keep it as your plan, which other commands use",
            show_default=False,
            rich_help_panel=options.OUTPUT,
        ),
    ] = False,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_of: options.AsOf = None,
    first_weekday: options.FirstWeekday = None,
    no_color: options.NoColor = False,
) -> None:
    """Make a plan and print it. Without options it asks; `--save` keeps it, `-o` writes files.

    Example: `microplan new --start 2026-12-01 --every 6x4w --at 18:00 -o plan.ics`

    Defaults for tz, at, remind and discreet come from config.toml in your settings folder. An option
    overrides them, and `--at none` clears one.
    """
    title = _title(title)
    today = environment.today(as_of)
    name = deliver.stdout_format(format_)
    begins = environment.first_weekday(first_weekday)
    targets = _targets(output, save=save, replace=replace)
    words = everyday.words(words, today, tells=not quiet)
    own = {"pause": pause, "cue": cue, "checkpoint": checkpoint}
    own |= {"use": use, "supply": supply, "stock": stock}
    given = _care(care, everyday.words(own, today, tells=not quiet))
    configured = environment.config().words
    asked = not words and not protocol
    if asked:
        words, protocol, given = _answers(today, configured, given)
    merged, taken = _merged(
        words, protocol, {} if asked else configured, tells=not (quiet or asked)
    )
    care_words.refuse_uncounted(given)
    kept_care = care_words.last_of_each((*taken, *given))
    plan = _plan(merged, title, own_id)
    plan = structs.replace(plan, care=kept_care, protocol=_reference(protocol))
    plan = plan if own_id else _apart(plan, targets)
    if holidays or busy:
        from microplan.cli import lookups

        plan = lookups.closed(plan, holidays or [], busy or [], quiet=quiet)
    if save:
        ensure_plan_folder()
    if terminal.at_terminal() and not quiet:
        _notices(plan, care, protocol)
    deliver.deliver(
        deliver.OutputOptions(
            plans=filed_plans.filed([("", schedule.scheduled(plan))]),
            today=today,
            stdout=name,
            targets=targets,
            quiet=quiet,
            no_color=no_color,
            first_weekday=begins,
            replace=replace,
        )
    )
    if not quiet:
        _note(plan)
    if save and not quiet:
        terminal.say(WHAT_NEXT)
    if asked and not save:
        looked_up = as_flags({"holidays": holidays or [], "busy": busy or []})
        _keep(plan, configured, looked_up)


def _targets(output: list[str] | None, *, save: bool, replace: bool) -> list[tuple[Path, str]]:
    """Name the files to write with their formats; raises RefusedError where one is in the way."""
    targets = options.targets(output)
    if save:
        targets.append((environment.saved_plan(), "toml"))
    deliver.refuse(targets, replace=replace)
    return targets


def _answers(
    today: date, configured: Words, given: tuple[Care, ...]
) -> tuple[dict[str, Any], str, tuple[Care, ...]]:
    """Ask for the words of a plan and its course; the care that was chosen joins what was given."""
    words = _ask(today, configured)
    protocol = words.pop("protocol", "")
    chosen = _care("", {kind: words.pop(kind, None) for kind in ("pause", "checkpoint")})
    care = sorted((*given, *chosen), key=lambda piece: KINDS.index(type(piece)))
    return words, protocol, tuple(care)


def _apart(plan: Plan, targets: Sequence[tuple[Path, str]]) -> Plan:
    """Give a plan an id of its own where a plan of the same words is kept beside its file."""
    for path in (path for path, name in targets if name == "toml"):
        if others := namesakes.find(path, plan.id):
            terminal.say(
                f"{others[0].name} has the same words; {path.name} gets an id of its own, so that "
                "a calendar keeps the two apart"
            )
            return structs.replace(plan, id=ids.plan_id(plan.title, plan.rules, path.stem))
    return plan


def _merged(
    given: dict[str, Any], protocol: str, configured: Words, *, tells: bool
) -> tuple[dict[str, Any], tuple[Care, ...]]:
    """Put together the words of flags, course and ``config.toml``; and the care of the course."""
    own, back = _set_and_unset(given)
    stated, taken = _course(protocol, own)
    supplied = _configured(configured, stated, given)
    if tells:
        _say_taken(supplied, protocol)
    merged = {**supplied, **stated, **own}
    return {name: word for name, word in merged.items() if name not in back}, taken


def _note(plan: Plan) -> None:
    """Note what is no fault of the plan: a preference that does nothing, a session far off."""
    sessions = schedule.schedule(plan)
    left_out = remarks.left_out(plan.rules)
    for remark in (remarks.unmet(sessions), remarks.waiting(sessions), left_out):
        if remark:
            terminal.say(remark)


def ensure_plan_folder() -> Path:
    """Make the folder of the saved plan, if need be; it may be the first thing kept there."""
    path = environment.saved_plan()
    files.make_folder(path.parent)
    return path


def _title(given: str) -> str:
    """Read what the sessions are called; an empty title is a slip, such as a variable never set."""
    title = grammar.free_text(given, "title")
    if not title:
        raise UsageError("--title is empty; give it a value or leave it out")
    return title


def _say_taken(supplied: Words, course: str) -> None:
    """Say what nobody spelled out: configured words, and the variant that a course is taken in."""
    if supplied:
        terminal.say(announce(supplied))
    if course:
        from microplan.cli.commands import protocols

        for variant in protocols.variants(course):
            terminal.say(variant)


def _notices(plan: Plan, sets: str, course: str) -> None:
    """Print the risks, what the course is, and where the care comes from."""
    from microplan.courses import care_sets, notices, records

    texts = [
        *notices.of(plan.rules),
        *records.beyond(plan.rules),
        *care_sets.notices(plan.care, sets),
    ]
    if course:
        from microplan.cli.commands import protocols

        texts += [protocols.origin(course), *protocols.departure(plan, course)]
    for notice in texts:
        terminal.say(f"{notice}\n")


def _course(name: str, own: dict[str, Any]) -> tuple[dict[str, str], tuple[Care, ...]]:
    """Take the words and the care of a course; a number of sessions of one's own stands alone."""
    if not name:
        return {}, ()
    from microplan.cli.commands import protocols
    from microplan.courses import library

    return library.beginning(*protocols.find(name), own)


def _reference(course: str) -> str:
    """Spell the course that a plan remembers; nothing if it follows none."""
    if not course:
        return ""
    from microplan.cli.commands import protocols

    return protocols.reference(course)


def _care(sets: str, own: Mapping[str, Sequence[str] | None]) -> tuple[Care, ...]:
    """Read the care of named sets, and one's own."""
    if not (sets or any(own.values())):
        return ()
    from microplan.courses import care_sets

    return care_sets.given(sets, own)


def _plan(words: dict[str, Any], title: str, own_id: str) -> Plan:
    """Read the words and draw up the plan."""
    zone = "" if "tz" in words else environment.zone()
    read = rules.parse(words, zone=zone)
    return ids.draw_up(title, read, environment.now(), grammar.free_text(own_id, "id"))


def _ask(today: date, configured: Words) -> dict[str, Any]:
    """Ask for the words of a plan at a terminal; elsewhere say what is missing."""
    if not terminal.can_ask():
        raise UsageError(NEEDED)
    from microplan.cli import prompts
    from microplan.cli.wizard import dialogue

    if kept := deliver.kept(environment.saved_plan()):
        terminal.say(f"You already keep a plan: {kept}. It stays unless you replace it at the end.")
    zone = configured.get("tz") or environment.zone()
    answers = dialogue.run(
        prompts.ask, terminal.say, today=today, zone=zone, configured=dict(configured)
    )
    return {"tz": zone, **answers}


def _keep(plan: Plan, configured: Words, looked_up: list[str]) -> None:
    """Offer to save the plan that was just shown, and print the command that draws it up."""
    from microplan.cli import prompts

    path = environment.saved_plan()
    kept = deliver.kept(path)
    _say_again(plan)
    if kept:
        terminal.say(f"You already keep a plan: {kept}. It would stay beside the new one as .bak.")
        save = prompts.yes("Replace it? [y/N] > ", "no")
    else:
        save = prompts.yes("Keep this plan? [Y/n] > ", "yes")
    if save:
        backup = deliver.save(plan, ensure_plan_folder(), replace=bool(kept))
        where = environment.from_home(path)
        terminal.say(f"kept in {where}{deliver.told(backup)} · each day: {terminal.NAME} today")
        terminal.verbatim(WHAT_NEXT)
    else:
        terminal.say("nothing was saved")
    flags = [*_flags(plan, configured), *looked_up]
    if save:
        flags.append("--save")
    again = shlex.join(flags)
    terminal.verbatim(f"Same again: {terminal.NAME} new {again}")


AROUND = 16
"""Lines of a screen beside the sessions: the sentence, the head of the table, care, the question."""


def _say_again(plan: Plan) -> None:
    """Repeat the sentence that says how a plan was read, if the table has pushed it off the screen."""
    sessions = schedule.schedule(plan)
    if len(sessions) + AROUND > shutil.get_terminal_size().lines:
        terminal.say(phrases.visible(summary.sentence(plan, sessions)))


def _flags(plan: Plan, configured: Words) -> list[str]:
    """Spell the flags that draw the plan up; what its course states is left to ``--protocol``."""
    stated, taken = _course(plan.protocol, {})
    words = plan.rules.words()
    spelled = ["--protocol", plan.protocol] if plan.protocol else []
    spelled += as_flags({name: words[name] for name in words if words[name] != stated.get(name)})
    spelled += _unset_flags(configured, words)
    for care in plan.care:
        if care not in taken:
            spelled += [f"--{care.kind}", str(care)]
    if plan.title != TITLE:
        spelled += ["--title", plan.title]
    if plan.id != ids.plan_id(plan.title, plan.rules):
        spelled += ["--id", plan.id]
    return spelled


def _set_and_unset(words: Words) -> tuple[dict[str, Any], set[str]]:
    """Part the words that are given from those set back, as in ``--at none``."""
    back = {name for name, value in words.items() if revision.is_default(value)}
    return {name: value for name, value in words.items() if name not in back}, back


def _configured(configured: Words, *stronger: Words) -> dict[str, Any]:
    """Take the configured words that nothing stronger speaks of and that change anything."""
    spoken = {name for words in stronger for name in words}
    return {name: value for name, value in configured.items() if value and name not in spoken}


def announce(words: Words) -> str:
    """Tell what came from the file, as the flags that would have said it."""
    return f"from config.toml: {shlex.join(as_flags(dict(words)))}"


def _unset_flags(configured: Words, words: Words) -> list[str]:
    """Spell the flags that keep configured words out of a plan that goes without them."""
    return [
        part
        for name in _configured(configured, words)
        for part in (["--no-discreet"] if name == "discreet" else [f"--{name}", "none"])
    ]
