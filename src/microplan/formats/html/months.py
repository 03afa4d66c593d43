"""The months of a page, each as a small table with signs that don't depend on colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeGuard

from microplan.amendments import agenda
from microplan.formats.html.elements import Markup, element, enclosed, joined
from microplan.formats.html.model import HtmlModel
from microplan.formats.months import Month, MonthDay, months
from microplan.model.plan import Session, Status
from microplan.wording import phrases

SIGNS = {
    Status.PLANNED: "●",
    Status.DONE: "✓",
    Status.SKIPPED: "–",
    Status.MISSED: "!",
    Status.DROPPED: "–",
}
PAUSED, OTHER, CLOSED = "‖", "+", "×"


def grids(sheet: HtmlModel) -> Iterator[Markup]:
    """Yield the legend, the months, and a list of the closed days."""
    laid = months(sheet.plan, sheet.sessions, first_weekday=sheet.first_weekday)
    days = [
        day for month in laid for week in month.weeks for day in week if _is_of_note(day, sheet)
    ]
    yield _legend(days, sheet)
    yield from enclosed("div", (_month(month, sheet) for month in laid), class_="months")
    closed = _closed(days, sheet)
    if closed:
        yield element("p", f"Closed: {closed}.", class_="closures")


def _closed(days: Sequence[MonthDay], sheet: HtmlModel) -> str:
    """List the closed days, each run once, with the reasons unless the plan is discreet."""
    runs = dict.fromkeys((day.closed.days, day.closed.reason) for day in days if day.closed)
    return ", ".join(
        f"{phrases.closed_days(run)} ({reason})"
        if reason and not sheet.discreet
        else phrases.closed_days(run)
        for run, reason in runs
    )


# --- the legend -----------------------------------------------------------------------------


def _legend(days: Sequence[MonthDay], sheet: HtmlModel) -> Markup:
    """Explain the signs that occur."""
    signs = {sign for day in days for _, sign in _signs(day, sheet)}
    meant = {
        SIGNS[Status.PLANNED]: f"{sheet.noun} planned",
        SIGNS[Status.DONE]: "done",
        SIGNS[Status.SKIPPED]: "skipped",
        SIGNS[Status.MISSED]: "missed",
        PAUSED: "paused",
        OTHER: "reminder",
        CLOSED: "closed",
    }
    keys = [_key(sign, words) for sign, words in meant.items() if sign in signs]
    if any(day.day == sheet.today for day in days):
        framed = element("span", str(sheet.today.day), class_="today")
        keys.append(element("li", framed, f" {phrases.day(sheet.today)}"))
    return element("ul", *keys, class_="legend")


def _key(sign: str, words: str) -> Markup:
    return element("li", element("span", sign, class_=STYLES.get(sign)), f" {words}")


# --- a month --------------------------------------------------------------------------------


def _month(month: Month, sheet: HtmlModel) -> Markup:
    name = f"{phrases.MONTHS[month.first.month - 1]} {month.first.year}"
    weeks = (element("tr", *[_cell(day, sheet) for day in week]) for week in month.weeks)
    return element(
        "table",
        element("caption", name),
        _weekdays(sheet.first_weekday),
        element("tbody", *weeks),
        class_="month",
    )


@lru_cache
def _weekdays(first: int) -> Markup:
    """Make the head of a month; weeks begin on ``first``, 0 for Monday."""
    names = (phrases.WEEKDAYS[(first + column) % 7] for column in range(7))
    heads = (element("th", name[:3], scope="col", abbr=name) for name in names)
    return element("thead", element("tr", *heads))


def _is_of_note(day: MonthDay | None, sheet: HtmlModel) -> TypeGuard[MonthDay]:
    """Whether a day has something on it, or is today."""
    return day is not None and bool(
        day.session or day.closed or day.paused or day.care or day.day == sheet.today
    )


EMPTY = element("td")
PLAIN = tuple(element("td", str(number)) for number in range(32))
"""The cells of empty days, by number; most days are empty."""


def _cell(day: MonthDay | None, sheet: HtmlModel) -> Markup:
    """Make the cell of a day: its number, its signs, and their meaning in words."""
    if not _is_of_note(day, sheet):
        return PLAIN[day.day.day] if day else EMPTY
    notes, signs = _descriptions(day, sheet), _signs(day, sheet)
    styles = dict.fromkeys(STYLES[sign] for _, sign in signs)
    classes = [*styles, "today"] if day.day == sheet.today else [*styles]
    return element(
        "td",
        element("time", str(day.day.day), datetime=day.day.isoformat()),
        *(joined(" ", element("span", f"{sign}{label}")) for label, sign in signs),
        class_=" ".join(classes),
        aria_label=f"{phrases.short(day.day)}: {'; '.join(notes)}",
    )


STYLES = {
    SIGNS[Status.PLANNED]: "planned",
    SIGNS[Status.DONE]: "done",
    SIGNS[Status.SKIPPED]: "past",
    SIGNS[Status.MISSED]: "late",
    PAUSED: "paused",
    OTHER: "other",
    CLOSED: "closed",
}


def _signs(day: MonthDay, sheet: HtmlModel) -> list[tuple[str, str]]:
    """List the signs of a day, each with the number beside it, if any."""
    other = bool(day.care) or (sheet.discreet and bool(day.paused))
    signs = [(str(day.session.number), SIGNS[day.session.status])] if day.session else []
    if day.paused and not sheet.discreet:
        signs.append(("", PAUSED))
    if other:
        signs.append(("", OTHER))
    if day.closed is not None:
        signs.append(("", CLOSED))
    return signs


def _descriptions(day: MonthDay, sheet: HtmlModel) -> list[str]:
    """List what is on a day, in words."""
    notes = ["today"] if day.day == sheet.today else []
    if day.session is not None:
        notes.append(_session(day.session, sheet))
    if sheet.discreet:
        if day.paused or day.care:
            notes.append("reminder")
    else:
        notes += [f"{name} paused" for name in day.paused]
        notes += day.care
    if day.closed is not None:
        reason = "" if sheet.discreet else day.closed.reason
        notes.append(f"closed: {reason}" if reason else "closed")
    return notes


def _session(session: Session, sheet: HtmlModel) -> str:
    """Word a session: ``session 4, 18:00``, ``session 3, done``."""
    known = "" if session.status is Status.PLANNED else session.status.value
    parts = (f"{sheet.noun} {session.number}", agenda.hour(session), known)
    return ", ".join(part for part in parts if part)
