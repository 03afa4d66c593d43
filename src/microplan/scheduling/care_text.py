"""Words care: rows for a screen or a page, and the title and description of an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from microplan.model.dates import DAY
from microplan.scheduling.care import Checked, Cued, Item, Paused, Reordered, Supplied
from microplan.wording import phrases

LABELS = {
    "minoxidil": "its label: not on a scalp that is red, inflamed, infected, irritated or painful"
}
"""What a medicine's label says about using it again (openFDA; minoxidil 2 %)."""


def label(name: str) -> str:
    """Return the label advice for something that was paused; empty if we have none."""
    return next((text for known, text in LABELS.items() if known in name.casefold()), "")


class Merged(Struct, frozen=True, kw_only=True):
    """Consecutive pauses of one name with no day between them, shown as one."""

    name: str
    parts: tuple[Paused, ...]

    @property
    def first(self) -> date:
        """The first day of the first pause."""
        return self.parts[0].first

    @property
    def last(self) -> date:
        """The last day of the last pause."""
        return self.parts[-1].last

    @property
    def resumes(self) -> date:
        """The day to resume: the last day if the pause ends at a time, otherwise the next day."""
        return _next_day(self.parts[-1])


def merged(items: Sequence[Item]) -> tuple[Merged, ...]:
    """Join adjacent pauses of one name; return all pauses sorted by day."""
    runs: dict[str, list[list[Paused]]] = {}
    for item in items:
        if isinstance(item, Paused):
            of_name = runs.setdefault(item.name, [])
            if of_name and item.first <= _next_day(of_name[-1][-1]):
                of_name[-1].append(item)
            else:
                of_name.append([item])
    pauses = [
        Merged(name=name, parts=tuple(run)) for name, several in runs.items() for run in several
    ]
    return tuple(sorted(pauses, key=lambda merged: (merged.first, merged.name)))


def _next_day(pause: Paused) -> date:
    """Return the latest first day of another pause that leaves no gap after this one."""
    return pause.last if pause.until else pause.last + DAY


def rows(items: Sequence[Item]) -> list[tuple[str, str]]:
    """List care as (when, what) rows by day; name the year if it differs from the row above."""
    pauses = [
        (pause.first, phrases.span_of_days(pause.first, pause.last), _pause(pause))
        for pause in merged(items)
    ]
    others = [
        (item.day, phrases.short(item.day), other(item))
        for item in items
        if not isinstance(item, Paused)
    ]
    by_day = sorted([*pauses, *others])
    years = [first.year for first, _, _ in by_day]
    return [
        (when if year == above else f"{when} {year}", what)
        for (_, when, what), year, above in zip(by_day, years, [None, *years], strict=False)
    ]


def by_kind(items: Sequence[Item]) -> list[tuple[str, list[str]]]:
    """List each piece of care with all its days: pauses, then cues, then checkpoints.

    ``pause minoxidil (28 h from 20:00)``, ``1–2 Dec 2026``, ``4–5 Jan 2027``.
    """
    spans: dict[tuple[int, str], list[tuple[date, date]]] = {}
    for pause in merged(items):
        spans.setdefault((0, _paused(pause)), []).append((pause.first, pause.last))
    for item in items:
        if not isinstance(item, Paused):
            kind = 2 if isinstance(item, Checked) else 1
            spans.setdefault((kind, _alike(item)), []).append((item.day, item.day))
    in_order = sorted(spans, key=lambda key: key[0])
    return [(what, days_of(spans[kind, what])) for kind, what in in_order]


def days_of(spans: Iterable[tuple[date, date]]) -> list[str]:
    """Format days and ranges in order; name the year if it differs from the one before."""
    texts, year = [], None
    for first, last in sorted(spans):
        day = phrases.short(first) if first == last else phrases.span_of_days(first, last)
        texts.append(day if last.year == year else f"{day} {last.year}")
        year = last.year
    return texts


def _paused(pause: Merged) -> str:
    """Name a pause, with its length if that is in hours: ``pause minoxidil (28 h from 20:00)``."""
    first, *others = pause.parts
    if others or first.at is None:
        return f"pause {pause.name}"
    return f"pause {pause.name} ({phrases.hours(first.minutes)} from {first.at:%H:%M})"


def _alike(item: Cued | Checked) -> str:
    if isinstance(item, Reordered):
        return other(item)
    return f"{item.name} at {item.at:%H:%M}" if item.at else item.name


def dated(items: Sequence[Item], since: date) -> list[tuple[str, list[str]]]:
    """List care by name with its dates from ``since`` on: ``Photos``, ``1 Dec``, ``29 Dec``.

    A pause says so in its name: ``Minoxidil paused``, ``1–2 Dec``.
    """
    days_by_name: dict[str, list[str]] = {}
    for pause in merged(items):
        if pause.last >= since:
            days = phrases.span_of_days(pause.first, pause.last)
            days_by_name.setdefault(f"{pause.name} paused", []).append(days)
    for item in items:
        if not isinstance(item, Paused) and item.day >= since:
            days_by_name.setdefault(_name(item), []).append(phrases.day_of(item.day))
    return [(f"{name[:1].upper()}{name[1:]}", days) for name, days in days_by_name.items()]


def _name(item: Cued | Checked) -> str:
    """Name a cue or a checkpoint with its time, which is the same on all its days."""
    return f"{item.name} {item.at:%H:%M}" if item.at else item.name


def _pause(pause: Merged) -> str:
    """Word a pause: ``pause minoxidil around session 2 (28 h from 20:00)``."""
    numbers, last = [str(part.session) for part in pause.parts], pause.parts[-1]
    of = f"session {numbers[0]}" if len(numbers) == 1 else f"sessions {phrases.listing(numbers)}"
    hours = ""
    if last.at is not None:
        since = "" if len(numbers) == 1 else f" of session {last.session}"
        hours = f" ({phrases.hours(last.minutes)} from {last.at:%H:%M}{since})"
    return f"pause {pause.name} around {of}{hours}"


def other(item: Cued | Checked) -> str:
    """Word a cue or a checkpoint: ``new cartridge at 19:30, for session 2``."""
    at = f" at {item.at:%H:%M}" if item.at else ""
    if isinstance(item, Checked):
        return f"{item.name}{at}{f', number {item.number}' * item.repeats}"
    if isinstance(item, Reordered):
        return f"{item.name}, {item.means}"
    return f"{item.name}{at}, for session {item.session}"


def title(item: Item) -> str:
    """Name an item for a calendar or a list."""
    return f"Pause {item.name}" if isinstance(item, Paused) else item.name


def details(item: Item) -> str:
    """Word the description of an item: its session, and when a pause ends."""
    match item:
        case Paused():
            text = f"Around session {item.session}, until {until(item)}."
            return f"{text} {_sentence(label(item.name))}".rstrip()
        case Reordered():
            return _sentence(item.means)
        case Supplied():
            return f"For session {item.session}. {_sentence(item.means)}".rstrip()
        case Cued():
            return f"For session {item.session}."
        case Checked():
            return f"Number {item.number}." if item.repeats else ""


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def until(item: Paused) -> str:
    """Word the end of a pause in full: ``the end of Mon 30 Nov, 28 h after the 20:00 session``."""
    if item.at is None:
        return end(item)
    return f"{end(item)}, {phrases.hours(item.minutes)} after the {item.at:%H:%M} session"


def end(item: Paused) -> str:
    """Word the end of a pause: ``the end of Mon 30 Nov``, ``Mon 30 Nov 20:00``."""
    day = phrases.short(item.last)
    return f"{day} {item.until:%H:%M}" if item.until else f"the end of {day}"
