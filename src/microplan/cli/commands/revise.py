"""``microplan revise``: changes the rules or the care from the next open session on."""

from typing import Annotated, Any

from microplan.amendments import amend
from microplan.amendments.amended import Amended, Stamp
from microplan.cli import everyday, options, terminal
from microplan.cli.amending import AmendOptions, amending, carry_out
from microplan.cli.plan_options import CareOptions, with_care, with_words
from microplan.errors import UsageError
from microplan.model import log
from microplan.model.care import Care
from microplan.model.plan import Plan
from microplan.rules import grammar
from microplan.rules import words as rules


@with_words(
    [name for name in rules.WORDS if name != "start"],
    sessions="how many sessions in all, including those that are over",
)
@with_care
@amending
def revise(
    *,
    words: dict[str, Any],
    care: CareOptions,
    title: Annotated[str, options.option("another title", "--title", form="TEXT")] = "",
    way: AmendOptions,
) -> None:
    """Change the rules or the care from the next open session on.

    Examples: microplan revise --every 3w, or microplan revise --pause "minoxidil=-0d+2d".
    To reset a rule to its default, write none, as in --on none. A pace without a count keeps the
    number of sessions still to go. none also ends care: --pause minoxidil=none, --cue none for
    all cues, --care none for all of it.
    """
    words = everyday.words(words, way.today)
    pieces = everyday.words(care.pieces, way.today)
    title = grammar.free_text(title, "title")
    if not (care.sets or any(pieces.values())):
        if not (words or title):
            raise UsageError(
                "revise needs something to change, such as --every 3w; see revise --help"
            )
        amended = carry_out(way, lambda plan, stamp: amend.revise(plan, words, stamp, title=title))
        _say_notices(amended)
        return
    from microplan.courses import care_sets

    def act(plan: Plan, stamp: Stamp) -> Amended:
        change = care_sets.changed(log.care_in_force(plan), care.sets, pieces)
        return amend.revise(plan, words, stamp, change, title)

    amended = carry_out(way, act)
    _say_notices(amended)
    if terminal.at_terminal():
        for notice in care_sets.notices(_new_care(amended), care.sets):
            terminal.say(f"\n{notice}")


def _say_notices(amended: Amended) -> None:
    """Warn a person at a terminal if a new needle length or pace exceeds recorded practice."""
    if terminal.at_terminal():
        from microplan.courses import records

        for notice in records.of_revision(amended.entries):
            terminal.say(f"\n{notice}")


def _new_care(amended: Amended) -> list[Care]:
    return [change.after for change in amended.care_changes() if change.after is not None]
