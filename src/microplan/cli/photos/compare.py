"""Asks a person, on local web pages, which of two photos looks fuller, with dates hidden."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import SystemRandom

from microplan.amendments import photos
from microplan.amendments.amended import Stamp
from microplan.amendments.photos import Pair
from microplan.cli import environment, options, plan_io, terminal
from microplan.cli.amending import AmendOptions, carry_out
from microplan.cli.handoff import server as handoff
from microplan.cli.photos import thumbnails
from microplan.cli.photos.pair_pages import PairPages, Question
from microplan.cli.publishing import invitation
from microplan.errors import OutputError, PlanFileError, RefusedError, UsageError
from microplan.model.entries import Answer, Photo
from microplan.model.plan import Plan
from microplan.rules import nearest
from microplan.storage import files, locks, pictures
from microplan.wording import phrases

CHANCE = SystemRandom()
"""Shuffles pairs and sides; tests replace it with a seeded one."""
MOST_PAIRS = 12
"""The most pairs per run; pairs compared least often come first."""
LARGEST = 1200
"""The longer side of a shown picture, in pixels."""
MINUTES = 60
"""Minutes until the pages close by themselves."""
NEEDS_PILLOW = (
    "comparing photos needs Pillow, to make copies without dates: pip install 'microplan[photos]'"
)


def compare(way: AmendOptions, view: str, folder: Path) -> None:
    """Ask about pairs of a view until all are answered or the person stops, and record the answers."""
    options.text_or_json(way.form)
    if not thumbnails.can_scale():
        raise UsageError(NEEDS_PILLOW)
    try:
        plan = _plan(way)
        view = _view(plan, view)
        pages = _pages(plan, view, folder)
    except RefusedError as error:
        raise error.for_plan(plan_io.plan_flag(way.plan)) from None
    serve(pages, in_json=way.form == "json")
    if answers := pages.answers():
        carry_out(way, lambda now, stamp: photos.compare(now, view, answers, stamp))
    else:
        terminal.say("no pair was answered; nothing is recorded")


# --- what there is to compare ---------------------------------------------------------------


def _plan(way: AmendOptions) -> Plan:
    """Read the plan; fail before asking if the answers couldn't be recorded in it."""
    path = Path(terminal.STDIO) if way.plan == terminal.STDIO else environment.plan_path(way.plan)
    if way.plan == terminal.STDIO or files.is_special(path):
        raise UsageError("photo compare records what you see; name a plan file with -p")
    text = files.read(path)
    if not way.dry_run and not locks.is_writable(Path(os.path.realpath(path)).parent):
        raise OutputError(f"{path} can't be written: its folder doesn't allow it")
    plan = plan_io.amendable(text, str(path), warns=False)  # it is read again to record
    answer = Answer(earlier="0" * 64, later="f" * 64, step=0)
    rehearsed = photos.compare(plan, "crown", [answer], Stamp(environment.now()))
    plan_io.appended(text, rehearsed, str(path))
    return plan


def _view(plan: Plan, given: str) -> str:
    """Find the view by name; without a name, use the only one."""
    known = list(photos.by_view(plan))
    name = photos.named(plan, given)
    if name in known:
        return name
    if not known:
        raise RefusedError("this plan has no photos yet", "photo add FILE --view crown")
    listed = phrases.listing(known)
    if given:
        advice = nearest.question(given, known, f"This plan has photos of {listed}.")
        raise RefusedError(f'there are no photos of "{given}". {advice}')
    if len(known) > 1:
        raise UsageError(f"name a view with --view: this plan has photos of {listed}")
    return known[0]


def _pages(plan: Plan, view: str, folder: Path) -> PairPages:
    """Choose pairs to ask about whose photos can be shown."""
    pairs = photos.pairs(photos.by_view(plan)[view])
    if not pairs:
        raise RefusedError(
            f"comparing needs photos of {view} from at least two days; there's only one so far"
        )
    times = {comparison.pair: len(comparison.steps) for comparison in photos.compared(plan, view)}
    copies = Copies(folder)
    questions = _choose_pairs(pairs, times, copies)
    if not questions:
        raise PlanFileError(f"no two photos of {view} from different days can be shown")
    return PairPages(view, questions, copies.made)


class Copies:
    """Makes and caches copies of photos by digest; photos that can't be shown have none."""

    def __init__(self, folder: Path) -> None:
        self.made: dict[str, bytes] = {}
        self._folder = folder

    def has(self, photo: Photo) -> bool:
        """Whether a photo can be shown; print the reason if not."""
        if photo.digest not in self.made:
            self.made[photo.digest], fault = self._copy(photo)
            if fault:
                terminal.say(phrases.visible(f"left out {photo.path}: {fault}"))
        return bool(self.made[photo.digest])

    def _copy(self, photo: Photo) -> tuple[bytes, str]:
        """Return a copy, or the reason why there is none."""
        if fault := pictures.fault(photo.path, photo.digest, self._folder):
            return b"", fault
        picture = pictures.read(pictures.located(photo.path, self._folder))
        if not picture.is_shown:
            return b"", "HEIC can't be shown; add a copy of it as JPEG"
        copy = thumbnails.scaled(picture.content, LARGEST)
        return copy, "" if copy else "it holds no picture that can be shown"


def _choose_pairs(pairs: list[Pair], times: Mapping[Pair, int], copies: Copies) -> list[Question]:
    """Choose pairs that can be shown, in random order and with random sides."""
    mixed = CHANCE.sample(pairs, len(pairs))
    least = sorted(mixed, key=lambda pair: times.get(pair, 0))
    both = (pair for pair in least if copies.has(pair.earlier) and copies.has(pair.later))
    few = list(islice(both, MOST_PAIRS))
    CHANCE.shuffle(few)
    return [Question(*CHANCE.sample((pair.earlier, pair.later), 2)) for pair in few]


# --- asking ---------------------------------------------------------------------------------


def serve(pages: PairPages, *, in_json: bool) -> None:
    """Serve the pages on this machine until the person is finished, for at most an hour.

    The address goes to stdout, unless that is for the JSON of what was recorded.
    """
    secret = invitation.secret()
    with handoff.listen(invitation.LOOPBACK, 0) as listener:
        address = handoff.netloc(listener)
        (terminal.say if in_json else _print)(pages.offer(secret, address).url)
        pairs = phrases.count(len(pages.questions), "pair")
        terminal.say(OPEN.format(pairs=pairs, view=pages.view))
        server = handoff.HandoffServer(
            listener,
            lambda: pages.offer(secret, address),
            clock=invitation.seconds,
            sent=lambda item, _program: pages.sent(item),
            chosen=pages.chosen,
        )
        try:
            with _ended_as_by_ctrl_c():
                server.run(invitation.seconds() + 60 * MINUTES, lambda: not pages.is_over)
            if not pages.is_over:
                terminal.say(f"after {MINUTES} minutes the pages are gone")
        except KeyboardInterrupt:  # after the ^C that the terminal shows
            if terminal.at_terminal():
                terminal.say("")


@contextlib.contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Treat SIGHUP and SIGTERM like Ctrl-C, so that answers aren't lost.

    An ignored signal, as under ``nohup``, stays ignored; Windows has no SIGHUP.
    """
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    with contextlib.suppress(ValueError):  # only the main thread can set signal handlers
        for number in ours:
            signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            for number in ours:
                signal.signal(number, signal.SIG_DFL)


ENDS = ("SIGTERM", "SIGHUP")
OPEN = (
    "Open the address in a browser on this machine: {pairs} of {view}, without dates. Ctrl-C ends "
    "it and keeps what is answered."
)


def _print(url: str) -> None:
    """Print the address and flush it, for a program reading it through a pipe."""
    terminal.print_lines([url])
    sys.stdout.flush()
