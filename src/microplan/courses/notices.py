"""What a new plan is told in fixed words, wherever it is told; nothing in them is advice."""

from __future__ import annotations

import re

from microplan.model.plan import Rules
from microplan.model.values import Setting

GENERAL = """\
microplan keeps dates. It gives no medical advice and cannot tell whether
needling suits you.
It may not help: people respond differently, studies are few and uneven, and no
standard course exists.
Ask a dermatologist first, and certainly if something on the list of
`microplan safety` applies to you.
Stop and get help for growing redness, swelling, pain or discharge; pus or
fever; new lumps; lasting marks; sudden or patchy shedding; with minoxidil:
chest pain, fast heartbeat, fainting, swelling."""

AT_HOME = """\
Nearly all courses recorded here took place in clinics. The one home-device
trial found no significant difference in hair count. Taking a clinic's pace
home is a guess no trial here tested."""

DEEP_AT_HOME = """\
The two sources we hold that limit home depth put it near 0.25 mm (second
hand). For 0.5 mm, advice runs from 2–3 times a week to every 4–6 weeks; no
trial here compared paces at one depth."""

PAUSE = """\
This reminds you of your own decision. Trial texts skip minoxidil on the
needling day, one also the next day (second hand). Other pages say from no wait
to 48 h. Ask before changing a prescribed medicine."""
COURSE = (
    "A record of what one trial did, not a recommendation; ask a dermatologist first. Fields we "
    "could not verify are left blank."
)
OWN_COURSE = (
    "A course from a file of your own, as it stands there; nothing here confirms it. Ask a "
    "dermatologist first."
)
POSTPONE_IF = (
    "Postpone if: fever or a cold, sunburn, a sore, rash or spot there, redness left over, a new "
    "medicine."
)
"""What `today` says on the day of a session."""
DISCREET = """\
microplan keeps dates. It gives no medical advice and cannot tell whether this
suits you. It may not help. Ask a doctor first. When not to start, when to
postpone and when to stop, `microplan safety` says."""
"""What a page says that is not to say what it is about."""
HOME_DEPTH = 0.25
"""Millimetres near which the two sources end that limit needling at home (S56, S57)."""


def of(rules: Rules) -> tuple[str, ...]:
    """Choose what a new plan with these rules is told, as blocks of lines under 80 characters."""
    if rules.setting is not Setting.HOME:
        return (GENERAL,)
    deep = _largest_number(rules.depth) > HOME_DEPTH
    return (GENERAL, AT_HOME, DEEP_AT_HOME) if deep else (GENERAL, AT_HOME)


_NUMBER = r"[0-9]+(?:[.,][0-9]+)?|(?<![0-9])[.,][0-9]+"


def _largest_number(text: str) -> float:
    """Find the largest number in ``text``, whose decimals follow a point or a comma; 0 if none."""
    return max((float(found.replace(",", ".")) for found in re.findall(_NUMBER, text)), default=0.0)
