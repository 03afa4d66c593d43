"""Finds the commands that the program's messages suggest, and runs them."""

import re
import shlex
from datetime import date

from microplan.amendments import amend, moving, recording
from microplan.rules import grammar

OFFER = re.compile(
    r"microplan ((?:done|move|skip|avoid|revise|undo)\b.*?)(?= or microplan |, \d+ times| · |$)",
    re.MULTILINE,
)
FLAG = re.compile(r" -p \S+")


def offered(text):
    """List the commands that a text offers, as they are typed after ``microplan``."""
    return OFFER.findall(text)


def follow(plan, command, today, stamp):  # noqa: PLR0911 - one return for each command
    """Run a suggested command; raise an error if the program would refuse it."""
    match shlex.split(FLAG.sub("", command)):
        case ["done", number, "--on", on]:
            return recording.done(plan, int(number), date.fromisoformat(on), today, stamp)
        case ["done", *numbers]:
            return recording.done_each(plan, map(int, numbers), today, stamp)
        case ["move", number, to, *only]:
            assert only in ([], ["--only"])
            return moving.move(plan, int(number), date.fromisoformat(to), stamp, only=bool(only))
        case ["skip", number]:
            return amend.skip(plan, int(number), stamp)
        case ["avoid", days]:
            return amend.avoid(plan, [grammar.closed(days, "avoid")], stamp)
        case ["revise", flag, text]:
            return amend.revise(plan, {flag.removeprefix("--"): text}, stamp)
        case ["undo"]:
            return amend.undo(plan, stamp)
    raise AssertionError(command)
