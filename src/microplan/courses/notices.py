"""Fixed notices for a new plan, the same everywhere; none of them is advice."""

from __future__ import annotations

from microplan.model.rules import Rules
from microplan.model.values import Setting, millimetres
from microplan.wording import phrases

LISTS_OF_PROGRAM, LISTS_OF_PAGE = "the list of `microplan safety`", "the lists at the end"
"""Where to find the lists: from a terminal, and from a page, whose reader may have no terminal."""
GENERAL = f"""\
microplan keeps dates. It doesn't give medical advice, and needling may not help: people respond differently.
See a dermatologist first. Don't start with anything on {LISTS_OF_PROGRAM}.
Stop and get help for spreading redness, swelling, pus, fever, new lumps, or, with minoxidil, chest pain or fainting."""

AT_HOME = (
    "At home: nearly every course here took place in a clinic; the one home trial found no "
    "significant difference."
)
DEEP_AT_HOME = "{} at home: the two sources here that limit home use say {:g} mm (second hand)."
PAUSE = (
    "This reminds you of your own decision. Trials that say anything skip minoxidil on the day, "
    "one also the next day (second hand); the label says not to use it on irritated skin. Ask "
    "before changing a prescribed medicine."
)
SUPPLY = (
    "How often to change a roller or cartridge isn't agreed, so the number is yours. The FDA's texts "
    "say a cartridge is for one use (second hand). For home rollers, pages and sellers say from 1 to "
    "15 uses, or 6 weeks to a year. No study of wear or germs after reuse was found."
)
COURSE = (
    "A record of what one trial did, not a recommendation. Blank fields weren't in the text we "
    "have."
)
OWN_COURSE = "From a course file of your own; nothing here confirms it. See a dermatologist first."
POSTPONE_IF = phrases.POSTPONE_IF
"""The notice in `today` on the day of a session."""
DISCREET = (
    "microplan keeps dates. It doesn't give medical advice, and this may not help. See a doctor "
    "first, and ask when not to start, when to postpone and when to stop."
)
"""The notice on a discreet page."""
HOME_DEPTH = 0.25
"""The needle length in mm at which the two sources limit home use (S56, S57)."""


def of(rules: Rules) -> tuple[str, ...]:
    """List the notices for a new plan: three sentences, and more for home use."""
    if rules.setting is not Setting.HOME:
        return (GENERAL,)
    return (GENERAL, AT_HOME, *deep_at_home(rules))


def deep_at_home(rules: Rules) -> tuple[str, ...]:
    """Word the sources' limit if a home plan's longest needle is over it; empty otherwise."""
    if rules.setting is not Setting.HOME or rules.depth is None:
        return ()
    deepest = rules.depth.deepest
    is_short = millimetres(deepest) <= HOME_DEPTH
    return () if is_short else (DEEP_AT_HOME.format(deepest, HOME_DEPTH),)
