"""Delivers a plan to stdout and files, with messages on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace as with_

from microplan.cli import environment, options, terminal
from microplan.formats import FORMATS, Canvas, Subject, render_all
from microplan.model import log
from microplan.scheduling.filed_plans import FiledPlan
from microplan.storage import files, siblings
from microplan.wording import summary

CALENDARS = (
    "import this into a separate calendar: a second import updates it in GNOME and CalDAV "
    "calendars, but Thunderbird skips it, Outlook adds everything twice, and Google drops its reminders"
)
MANY_ALARMS = 2
"""Most reminders that phones usually keep."""


class OutputOptions(Struct, frozen=True, kw_only=True):
    """What a command should print and write, and how."""

    plans: Sequence[FiledPlan]  # one, or several that formats say together
    today: date
    stdout: str  # the name of a format, or nothing
    targets: Sequence[tuple[Path, str]]
    quiet: bool
    no_color: bool
    first_weekday: int | None = None  # that of the locale
    with_care: bool | None = None
    with_notes: bool = False
    replace: bool = False


def stdout_format(given: str | None) -> str:
    """Choose the format of stdout: the one given, or else by whether it's a terminal."""
    if given is not None:
        return options.format_name(given)
    return "table" if sys.stdout.isatty() else "tsv"


def deliver(delivery: OutputOptions) -> None:
    """Print the plan and write its files, even if the reader of stdout stops early."""
    subjects = _subjects(delivery)
    if not subjects:
        return
    if len(subjects) == 1 and not (_says_the_sentence(delivery.stdout) or delivery.quiet):
        terminal.say(summary.sentence(subjects[0].plan, subjects[0].sessions))
    fault = None
    try:
        _print(subjects, delivery.stdout)
    except OSError as error:  # and nothing else: who interrupts wants no file
        fault = error
    for path, file_format in delivery.targets:
        _write(path, file_format, subjects, delivery)
    if any(name == "ics" for _, name in delivery.targets):
        from microplan.cli.publishing import handed_out
        from microplan.storage.handed_out import CopyKind

        for filed in delivery.plans:
            handed_out.remember(filed.scheduled.plan, CopyKind.EXPORTED)
    if fault is not None:
        raise fault
    if not delivery.quiet:
        _say_about_calendars(delivery)


def _subjects(delivery: OutputOptions) -> list[Subject]:
    """Return the plans as subjects to render."""
    canvas, is_alone = _canvas(delivery), len(delivery.plans) == 1
    return [
        Subject(
            plan=filed.scheduled.plan,
            sessions=filed.scheduled.sessions,
            today=delivery.today,
            canvas=canvas,
            with_care=delivery.with_care,
            with_notes=delivery.with_notes,
            mark="" if is_alone else filed.mark,
        )
        for filed in delivery.plans
    ]


def _canvas(delivery: OutputOptions) -> Canvas:
    """Describe what stdout can show, and the first weekday given or of the locale."""
    given = delivery.first_weekday
    begins = environment.local_weekday() if given is None else given
    return with_(terminal.canvas(no_color=delivery.no_color), first_weekday=begins)


def _says_the_sentence(name: str) -> bool:
    return bool(name) and FORMATS[name].text


def _print(subjects: Sequence[Subject], name: str) -> None:
    if name:
        terminal.out(render_all(name, subjects), text=FORMATS[name].text)
        sys.stdout.flush()


def _write(path: Path, name: str, subjects: Sequence[Subject], delivery: OutputOptions) -> None:
    kept = ""
    if name == "toml":
        from microplan.cli import saving

        kept = saving.save(delivery.plans[0].scheduled.plan, path, replace=delivery.replace)
    else:
        # Except for a page, a file doesn't depend on the terminal or locale it was written from.
        begins = environment.local_weekday() if name == "html" else 0
        given = delivery.first_weekday
        canvas = Canvas(first_weekday=begins if given is None else given)
        on_paper = [with_(subject, canvas=canvas) for subject in subjects]
        files.write(path, render_all(name, on_paper))
        siblings.sweep(path)
    if not delivery.quiet:
        terminal.say(f"wrote {path}{kept}")


def refuse(targets: Iterable[tuple[Path, str]], *, replace: bool) -> None:
    """Refuse the first plan file that already exists, before asking or printing anything."""
    paths = plan_files(targets)
    if paths and not replace:
        from microplan.cli import saving

        saving.refuse(paths)


def plan_files(targets: Iterable[tuple[Path, str]]) -> list[Path]:
    """Return the plan files among the files to write; without one, nothing is loaded to keep it."""
    return [path for path, name in targets if name == "toml"]


def _say_about_calendars(delivery: OutputOptions) -> None:
    calendars = [path for path, name in delivery.targets if name == "ics"]
    if not calendars and delivery.stdout != "ics":
        return
    in_force = (log.rules_in_force(filed.scheduled.plan)[1] for filed in delivery.plans)
    alarms = max(len(rules.remind) for rules in in_force)
    if alarms > MANY_ALARMS:
        terminal.say(f"each session has {alarms} reminders; most phones keep two at most")
    terminal.say(CALENDARS)
