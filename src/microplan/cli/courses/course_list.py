"""Lists published courses: filters them, and makes a row for each course and variant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from microplan.courses.course import Course, Fact
from microplan.errors import UsageError
from microplan.model.values import Recurrence
from microplan.rules import nearest, words
from microplan.rules.scanner import listing

if TYPE_CHECKING:  # `new` uses courses without drawing tables
    from rich.table import Table

    from microplan.formats.screen import Screen

COLUMNS = ("setting", "depth", "pace", "length")
ROOMY, WIDE = 90, 110
"""The widths from which a row has room for the course's length, and for the study's design."""
SHORT = {
    "androgenetic alopecia, men": "aga-men",
    "female pattern hair loss": "aga-women",
    "androgenetic alopecia, men and women": "aga",
    "androgenetic alopecia": "aga",
    "pattern hair loss": "aga",
    "alopecia areata": "aa",
}
"""Short names of conditions for a column; ``aga`` is for men and women."""
CONDITIONS = ["aga", "aga-men", "aga-women", "aa"]

Way = tuple[Course, str]
"""A course, and the name of one of its variants."""


class Wanted(Struct, frozen=True):
    """A filter for courses; an empty or None field excludes nothing."""

    condition: str
    millimetres: float | None
    at_home: bool

    @classmethod
    def read(cls, depth: str, condition: str, *, at_home: bool) -> Wanted:
        """Parse the filter flags; raise UsageError for an invalid one."""
        if condition and condition not in CONDITIONS:
            advice = nearest.question(condition, CONDITIONS, f"Write {listing(CONDITIONS)}.")
            raise UsageError(f"can't read --for {condition!r}. {advice}")
        match = re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?) ?(?:mm)?", depth.strip())
        if depth and not match:
            raise UsageError(f"can't read --depth {depth!r}. Write it like 0.5mm")
        millimetres = float(match[1].replace(",", ".")) if match else None
        return cls(condition, millimetres, at_home)

    def admits(self, stated: dict[str, Fact]) -> bool:
        """Whether the filter accepts a variant with these facts."""
        whom = SHORT.get(_cell(stated, "condition"), "")
        if self.condition and whom != self.condition:
            is_for_both = whom == "aga" or self.condition == "aga"
            if not (is_for_both and whom.startswith("aga") and self.condition.startswith("aga")):
                return False
        if self.at_home and _cell(stated, "setting") != "home":
            return False
        return self.millimetres is None or _reaches(_cell(stated, "depth"), self.millimetres)


def _reaches(depth: str, millimetres: float) -> bool:
    """Whether a depth, range (``1.0–2.0mm``) or spread (``1±0.5mm``) includes a needle length."""
    numbers = [float(number) for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", depth)]
    if not numbers:
        return False
    if "±" in depth:
        middle, spread = numbers
        numbers = [middle - spread, middle + spread]
    return min(numbers) <= millimetres <= max(numbers)


def chosen(courses: Iterable[Course], wanted: Wanted) -> list[Way]:
    """List the variants that the filter accepts, in the order of the courses."""
    return [
        (course, way)
        for course in courses
        for way in course.ways()
        if wanted.admits(course.stated(way))
    ]


def table(screen: Screen, ways: Sequence[Way]) -> Table:
    """Make a table with a row per variant, and the study's design if there is room."""
    from microplan.formats import ruled

    is_wide = screen.canvas.width >= WIDE
    fields = COLUMNS if screen.canvas.width >= ROOMY else COLUMNS[:-1]
    heads = ["Name", "For", *map(str.capitalize, fields), "Known"]
    if is_wide:
        heads.append("Study")
    table = ruled.table(screen, *heads, space=2)
    for course, way in ways:
        stated = course.stated(way)
        condition = _cell(stated, "condition")
        cells = [course.named(way), SHORT.get(condition, condition)]
        cells += [*(_cell(stated, field) for field in fields), stated["pace"].mark]
        if is_wide:
            cells.append(_cell(stated, "design"))
        table.add_row(*map(screen.text, cells))
    return table


def _cell(stated: dict[str, Fact], field: str) -> str:
    """Format a field for a cell; for a recurrence, its interval in words."""
    if field not in stated:
        return "–"
    value = stated[field].value
    is_recurrence = field == "pace" and isinstance(words.every(value, field), Recurrence)
    return _cell(stated, "interval") if is_recurrence else value
