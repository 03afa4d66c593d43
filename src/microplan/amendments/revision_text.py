"""Words the rules and the care that a revision changed, as the person gave them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from microplan.amendments import agenda
from microplan.amendments.amended import Amended, CareChange
from microplan.model.care import Care, Ended
from microplan.model.entries import Revised
from microplan.model.plan import Status
from microplan.rules.words import DEFAULT
from microplan.wording import phrases
from microplan.wording import summary as sentences

STOCK = "stock"
AROUND_SESSIONS = ("pause", "cue")
"""The kinds of care around each session; a change of them leaves earlier sessions alone."""


def on_its_own(entry: Revised) -> str:
    """Describe changed rules without their effects: ``From session 4 on: every 3 weeks``."""
    changed = "; ".join(_changed(entry))
    since = [f"From session {entry.session} on: {changed}"] if changed else []
    stocks = (_stock(piece, entry) for piece in entry.care if piece.kind == STOCK)
    return ". ".join([*since, *stocks, *_renamed(entry)])


def _changed(entry: Revised) -> Iterator[str]:
    """Yield a clause for each change of a revision."""
    if "every" in entry.given:
        yield sentences.pace_in_words(entry.rules)
    if "sessions" in entry.given:
        yield f"{entry.given['sessions']} sessions in all"
    yield from _words(entry)
    for piece in entry.care:
        if piece.kind != STOCK:
            is_over = isinstance(piece, Ended)
            yield f"{piece.kind} {piece.name} ends" if is_over else f"{piece.kind} {piece}"


def headline(amended: Amended, entry: Revised) -> str:
    """Word what changes from a session on, then what changes for the whole plan."""
    stocks = (_stock(piece, entry) for piece in entry.care if piece.kind == STOCK)
    apart = [f"{sentence}." for sentence in (*stocks, *_renamed(entry))]
    still = [] if entry.words or entry.care else ["No session moves."]
    return " ".join(filter(None, [_since(amended, entry), *apart, *still]))


def _since(amended: Amended, entry: Revised) -> str:
    """Word the rules and the care that change from a session on; empty if none do."""
    changes = [change for change in amended.care_changes() if change.kind != STOCK]
    care = list(map(_cared, changes))
    if not entry.words:
        is_around = entry.session > 1 and any(c.kind in AROUND_SESSIONS for c in changes)
        kept = " Earlier sessions keep theirs." if is_around else ""
        return f"From session {entry.session} on: {'; '.join(care)}.{kept}" if care else ""
    if not entry.moves_sessions:
        return _detailed(amended, entry, care)
    return _placed(amended, entry, care)


def _placed(amended: Amended, entry: Revised, care: Sequence[str]) -> str:
    """Word rules that move sessions, and the session they count from."""
    done = [s for s in amended.sessions if s.number < entry.session and s.status is Status.DONE]
    counted = "counted from the start"
    if done:
        counted = f"counted from session {done[-1].number} (done {phrases.short(done[-1].date)})"
    pace = sentences.pace_in_words(entry.rules) if "every" in entry.given else "same pace"
    kept = [] if entry.rules.on is None else [f"on {phrases.weekdays(entry.rules.on)}"]
    clauses = [pace, counted, *_words(entry, "on"), *care, *kept, sentences.gaps(entry.rules)]
    return f"From session {entry.session}: {', '.join(clauses)}."


def _detailed(amended: Amended, entry: Revised, care: Sequence[str]) -> str:
    """Word rules that move no session: ``From session 4 on: at 19:00``."""
    clauses = [*_words(entry), *care]
    still = "" if amended.changes() else " No session moves."
    if "sessions" not in entry.given:
        return f"From session {entry.session} on: {'; '.join(clauses)}.{still}"
    number = phrases.count(agenda.highest(amended.sessions), "session")
    rest = f" From session {entry.session} on: {'; '.join(clauses)}." if clauses else ""
    return f"{number} in all, {agenda.to_go(amended.sessions)}.{rest}{still}"


def _words(entry: Revised, *others: str) -> Iterator[str]:
    """Yield the words given, except ``every``, ``sessions`` and ``others``."""
    for name, text in entry.given.items():
        if name not in ("every", "sessions", *others) or text in DEFAULT:
            yield f"{name} {_spelled(name, text)}".rstrip()


def _cared(change: CareChange) -> str:
    """Word a change of care: ``pause minoxidil=-0d+2d (was -0d+1d)``, ``cue wash gently ends``."""
    before, after = change.before, change.after
    if after is not None:
        return f"{after.kind} {after}" + (f" (was {before.spelling})" if before else "")
    return f"{before.kind} {before.name} ends" if before else ""


def _stock(piece: Care | Ended, entry: Revised) -> str:
    """Word a new count of a stock, which isn't about any session."""
    if isinstance(piece, Ended):
        return f"Stock of {piece.name} no longer counted"
    return f"In stock before session {entry.session}: {piece}"


def _renamed(entry: Revised) -> Iterator[str]:
    if entry.title:
        yield f'The plan is now called "{entry.title}"'


def _spelled(name: str, text: object) -> str:
    if text is True:
        return ""
    if name == "on" and text == "none":
        return "any day"
    return ", ".join(map(str, text)) if isinstance(text, list | tuple) else str(text)
