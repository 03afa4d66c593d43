"""``microplan config``: where the settings are, and what is in force."""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from microplan.cli import environment, options, terminal
from microplan.errors import UsageError, cause
from microplan.storage.config import CONFIG_WORDS, CalDAV, Config
from microplan.wording import phrases

FILE, MACHINE, DEFAULT, ENVIRONMENT = "config.toml", "this machine", "default", "environment"
DEFAULTS = {"at": "all day", "remind": "none", "discreet": "no"}
"""The default of each word, as shown to a person."""
VARIABLES = ("MICROPLAN_PLAN", "MICROPLAN_AS_OF", "SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR")
SECRET = "MICROPLAN_CALDAV_PASSWORD"  # noqa: S105 - a variable's name, not a password


class Setting(Struct, frozen=True, kw_only=True):
    """A value in force, in words, and where it comes from; ``None`` if nothing sets it."""

    name: str
    value: str | None
    source: str


def config(*, format_: options.TextOrJson = "text") -> None:
    """Print where your settings and your plan are, and what is in force.

    Example: `microplan config`
    """
    options.text_or_json(format_)
    read = environment.config() or Config()
    settings = [*_words(read), *_server(read.caldav), *_variables()]
    if format_ == "json":
        files = [{"name": n, "path": str(p), "exists": not _fault(p)} for n, p in _files()]
        listed = [{"name": s.name, "value": s.value, "from": s.source} for s in settings]
        terminal.document({"files": files, "settings": listed})
    else:
        terminal.print_lines([*_file_lines(), "", *_setting_lines(settings)])


def _files() -> Iterator[tuple[str, Path]]:
    """Yield the program's files and folders, except those that need a home folder if there is none."""
    found = {
        "settings": environment.config_path(),
        "plan": environment.known_plan(),
        "calendars": environment.handed_out(),
    }
    yield from ((name, path) for name, path in found.items() if path is not None)


def _words(read: Config) -> Iterator[Setting]:
    """Yield the default rule words of a new plan."""
    for name in CONFIG_WORDS:
        value = read.words.get(name)
        if value:
            yield Setting(name=name, value=_in_words(value), source=FILE)
        elif name == "tz":
            yield _zone()
        else:
            yield Setting(name=name, value=DEFAULTS[name], source=DEFAULT)


def _in_words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value)
        case _:
            return str(value)


def _zone() -> Setting:
    """Return this machine's time zone; None if it can't be named, so that --tz is needed."""
    try:
        zone: str | None = environment.zone()
    except UsageError:
        zone = None
    return Setting(name="tz", value=zone, source=MACHINE)


def _server(caldav: CalDAV) -> Iterator[Setting]:
    """Yield the settings of the calendar server for push and pull."""
    for name in CalDAV.__struct_fields__:
        if value := getattr(caldav, name):
            yield Setting(name=f"caldav.{name}", value=value, source=FILE)


def _variables() -> Iterator[Setting]:
    """Yield the environment variables in force; a password is never shown."""
    for name in (*VARIABLES, SECRET):
        if value := os.environ.get(name):
            shown = "(set)" if name == SECRET else value
            yield Setting(name=name, value=shown, source=ENVIRONMENT)


def _file_lines() -> Iterator[str]:
    """Yield a line for each file, with a note if it doesn't exist yet."""
    for name, path in _files():
        fault = _fault(path)
        beside = f"   ({fault})" if fault else ""
        yield f"{name:<9}  {phrases.visible(environment.from_home(path))}{beside}"


def _fault(path: Path) -> str:
    """Say why a file can't be found; empty if it's there."""
    try:
        path.stat()
    except FileNotFoundError:
        return "not there yet"
    except OSError as error:
        return cause(error)
    return ""


def _setting_lines(settings: list[Setting]) -> Iterator[str]:
    """Yield a line for each setting, in columns."""
    values = [phrases.visible(setting.value or "unknown; pass --tz") for setting in settings]
    names, width = (max(map(len, texts)) for texts in ([s.name for s in settings], values))
    for setting, value in zip(settings, values, strict=True):
        yield f"{setting.name:<{names}}  {value:<{width}}  {setting.source}"
