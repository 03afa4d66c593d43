"""Compares a row with its existing plan file: the words that differ, old and new."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from msgspec import Struct

from microplan.model import log
from microplan.model.plan import Plan, Status
from microplan.model.rules import RULE_NAMES, as_flags
from microplan.model.values import Pace
from microplan.rules import pace as paces
from microplan.rules import revision
from microplan.scheduling import schedule
from microplan.wording import phrases

PACE = ("every", "sessions", "until")
NONE = "none"
SHOWN = 60
"""Most characters of a value to show."""


class Difference(Struct, frozen=True):
    """A word that differs between a row and an existing plan, spelled as for an option."""

    word: str
    old: str
    new: str

    def __str__(self) -> str:
        old, new = (phrases.visible(text or NONE)[:SHOWN] for text in (self.old, self.new))
        return f"{self.word} {old} → {new}"


def is_as_created(plan: Plan, row: Plan) -> bool:
    """Whether an existing plan was made from the words of a row, regardless of its log."""
    same = (plan.rules, plan.care, plan.protocol) == (row.rules, row.care, row.protocol)
    return same and plan.title == row.title and plan.id == row.id and _looked(plan) == _looked(row)


def differences(plan: Plan, row: Plan) -> tuple[Difference, ...]:
    """List the words that differ between a plan's rules in force and a row."""
    return tuple(_differences(plan, row))


def _differences(plan: Plan, row: Plan) -> Iterator[Difference]:
    _, now = log.rules_in_force(plan)
    old, new = now.words(), row.rules.words()
    changed = revision.difference(now, row.rules)
    if any(name in PACE for name in changed) and _is_same_pace(plan, row):
        changed = {name: value for name, value in changed.items() if name not in PACE}
    if plan.id != row.id:
        yield Difference("id", plan.id, row.id)
    title = log.title_in_force(plan)
    if title != row.title:
        yield Difference("title", title, row.title)
    for name in changed:
        yield Difference(name, _spelled(old.get(name)), _spelled(new.get(name)))
    care = {(piece.kind, piece.name): piece for piece in log.care_in_force(plan)}
    wanted = {(piece.kind, piece.name): piece for piece in row.care}
    for key in sorted(care.keys() | wanted.keys()):
        if care.get(key) != wanted.get(key):
            yield Difference(key[0], _spelled(care.get(key)), _spelled(wanted.get(key)))
    if plan.protocol != row.protocol:
        yield Difference("protocol", plan.protocol, row.protocol)
    if _looked(plan) != _looked(row):
        yield Difference("holidays", ", ".join(_looked(plan)), ", ".join(_looked(row)))


def _spelled(value: object) -> str:
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _looked(plan: Plan) -> list[str]:
    """List a plan's lookups; the days they found don't count as words."""
    return sorted({lookup.of for lookup in plan.lookups})


def _is_same_pace(plan: Plan, row: Plan) -> bool:
    """Whether a plan has been revised to the pace and number of sessions of a row."""
    _, now = log.rules_in_force(plan)
    same = now.until == row.rules.until and bool(plan.log)
    return same and _is_same_interval(plan, row) and total(plan) == total(row)


def _is_same_interval(plan: Plan, row: Plan) -> bool:
    """Whether the pace in force continues like the row's, regardless of the number of sessions."""
    begin, now = log.rules_in_force(plan)
    if not (isinstance(now.every, Pace) and isinstance(row.rules.every, Pace)):
        return False
    return paces.open_ended(now.every, 0) == paces.open_ended(row.rules.every, begin - 1)


def total(plan: Plan) -> int:
    """Count the sessions of a plan, without those added for skipped ones."""
    counted = sum(session.status is not Status.DROPPED for session in schedule.schedule(plan))
    return counted - log.fold(plan.log).extensions


def revising(differences: tuple[Difference, ...], plan: Plan, row: Plan, file: str) -> str:
    """Spell the command that revises an existing plan to its row's words; empty if there is none."""
    words: dict[str, str | list[str] | bool] = {}
    title: list[str] = []
    new: Mapping[str, str | list[str] | bool] = row.rules.words()
    for difference in differences:
        if difference.word == "title":
            title = ["--title", difference.new]
            continue
        if difference.word not in RULE_NAMES or difference.word in ("start", "discreet"):
            return ""
        if difference.word in PACE:
            if not isinstance(row.rules.every, Pace) or row.rules.until is not None:
                return ""
            if not _is_same_interval(plan, row):
                words["every"] = str(paces.open_ended(row.rules.every, 0))
            words["sessions"] = str(total(row))
        else:
            words[difference.word] = new.get(difference.word, NONE)
    return shlex.join(["microplan", "revise", *as_flags(words), *title, "-p", file])
