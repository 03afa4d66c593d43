"""The gate of a fast start: which third-party and heavy modules each command loads.

A clock would measure the machine; the set of modules is the same on every one. A row may be
tightened at will. To widen one is a decision: say in the commit what the modules are for.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from zoneinfo import TZPATH

import pytest

import microplan

LOADING = Path(__file__).with_name("loading.py")
PLAN = ("new", "--start", "2026-12-01", "--every", "6x4w", "--at", "18:00", "--remind", "2h")
IN_PARIS = (*PLAN, "--tz", "Europe/Paris", "-q", "-f")
SHELL = {"typer", "typing_extensions", "annotated_doc", "shellingham", "msgspec"}
"""Typer with its dependencies, and msgspec."""

HEAVY = {
    *("argparse", "ast", "asyncio", "calendar", "concurrent.futures", "csv", "ctypes"),
    *("dataclasses", "email", "hashlib", "html", "http", "importlib.metadata"),
    *("importlib.resources", "json", "logging", "multiprocessing", "pdb", "pickle", "random"),
    *("selectors", "socket", "sqlite3", "ssl", "statistics", "tempfile", "textwrap", "tomllib"),
    *("unittest", "urllib.request", "uuid", "xml", "zipfile", "zoneinfo"),
}
"""Modules of the standard library that cost about a millisecond or more, or bring many others."""
OF_TYPER = {"ast", "selectors", "textwrap"}
if sys.version_info >= (3, 14):
    OF_TYPER |= {"dataclasses"}  # which colours its tracebacks
OF_UUID = {"uuid", "hashlib"}

HOME, OF_HOME = {"platformdirs"}, {"random", "tempfile"}
"""What finds the folders of settings and of the saved plan."""
OF_RICH = {"dataclasses", "pickle", "random"}
"""What a console of Rich and its table bring."""

OF_THE_SITE = {"sitecustomize", "usercustomize"}
"""What a system or a person lets every Python load."""

ZONES = {"tzdata"}
"""Zone data, which serve where the system has none or older ones."""
HAS_ZONES = any(Path(folder).exists() for folder in TZPATH)
OF_ZONES = {"importlib.resources", "random", "tempfile"}
"""Where the system has no zone data a package has them, which is loaded for every plan."""

# What is run; the packages of others it may load; the heavy modules of the standard library it
# may load.
GATES = [
    pytest.param(("--help",), SHELL, OF_TYPER | OF_UUID, id="--help loads no command"),
    pytest.param(
        ("new", "--help"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo"},
        id="the help of new",
    ),
    pytest.param(
        (*IN_PARIS, "json"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="json needs no module for it",
    ),
    pytest.param(
        (*IN_PARIS, "json", "--title", "Séance 🌸"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="nor for letters beyond ASCII",
    ),
    pytest.param(
        (*IN_PARIS, "ndjson"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "json"},
        id="json lines do",
    ),
    pytest.param(
        (*IN_PARIS, "tsv"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="tsv needs nothing more",
    ),
    pytest.param(
        (*IN_PARIS, "csv"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="csv needs nothing more",
    ),
    pytest.param(
        (*IN_PARIS, "toml"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="a plan file is written without a reader of TOML",
    ),
    pytest.param(
        (*IN_PARIS, "table"),
        SHELL | HOME | {"rich"},
        OF_TYPER | OF_UUID | OF_HOME | OF_RICH | {"zoneinfo"},
        id="the table needs rich",
    ),
    pytest.param(
        (*IN_PARIS, "calendar"),
        SHELL | HOME | {"rich"},
        OF_TYPER | OF_UUID | OF_HOME | OF_RICH | {"zoneinfo"},
        id="so do the months",
    ),
    pytest.param(
        (*IN_PARIS, "timeline"),
        SHELL | HOME | {"rich"},
        OF_TYPER | OF_UUID | OF_HOME | OF_RICH | {"zoneinfo"},
        id="and the line of time",
    ),
    pytest.param(
        (*IN_PARIS, "ics"),
        SHELL | HOME | {"ics", "arrow", "dateutil", "six", "attr", "tatsu"},
        OF_TYPER
        | OF_UUID
        | OF_HOME
        | {"zoneinfo", "calendar", "dataclasses", "random", "argparse", "ctypes"}
        | {"importlib.resources", "json", "logging", "pickle", "tempfile"},
        id="the calendar needs ics and what that needs",
    ),
    pytest.param(
        (*IN_PARIS, "html"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "calendar", "html"},
        id="the page needs neither rich nor ics",
    ),
    pytest.param(
        (*PLAN, "-q", "-f", "json"),
        SHELL | HOME | {"tzlocal"},
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "calendar", "logging"},
        id="without a zone tzlocal finds that of the machine",
    ),
    pytest.param(
        ("show", "-q", "-f", "json", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"},
        id="show needs a reader of TOML",
    ),
    pytest.param(
        ("show", "-q", "-f", "json"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "calendar", "tomllib"},
        id="the saved plan is found by a library",
    ),
    pytest.param(
        ("next", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"},
        id="next writes nothing",
    ),
    pytest.param(
        ("day", "2026-12-01", "plan.toml", "-f", "csv"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"},
        id="day draws only what people read",
    ),
    pytest.param(
        ("today", "-p", "plan.toml"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "calendar", "tomllib"},
        id="today looks whether a calendar was handed out",
    ),
    pytest.param(
        ("done", "1", "--as-of", "2026-12-01", "-p", "plan.toml"),
        SHELL | HOME | {"filelock"},
        OF_TYPER
        | OF_UUID
        | OF_HOME
        | {"zoneinfo", "calendar", "tomllib"}
        | {"dataclasses", "hashlib", "logging", "random"},
        id="done locks and writes what was recorded",
    ),
    pytest.param(
        ("photo", "list", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"},
        id="a list of photos opens none",
    ),
    pytest.param(
        ("photo", "add", "crown.png", "--view", "crown", "-p", "plan.toml"),
        SHELL | HOME | {"filelock"},
        OF_TYPER
        | OF_UUID
        | OF_HOME
        | {"zoneinfo", "calendar", "tomllib"}
        | {"dataclasses", "logging", "random"},
        id="photo add reads a picture by itself",
    ),
    pytest.param(
        ("photo", "compare", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"} | {"html", "random", "socket"},
        id="photo compare scales nothing where there is nothing to compare",
    ),
    pytest.param(
        ("report", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib", "html"},
        id="a report without photos needs nothing that scales them",
    ),
    pytest.param(
        ("publish", "--help"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "socket", "ipaddress"},
        id="the help of publish serves nothing",
    ),
    pytest.param(
        ("share", "--help"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "hashlib", "socket", "ipaddress"},
        id="the help of share draws nothing",
    ),
    pytest.param(
        ("check", "-p", "plan.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "tomllib"},
        id="check looks nothing up unless it is asked to",
    ),
    pytest.param(
        ("avoid", "2027-01-05", "-p", "plan.toml", "--dry-run"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo", "calendar", "tomllib"},
        id="nor does avoid",
    ),
    pytest.param(
        ("push", "--help"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo"},
        id="the help of push needs no server",
    ),
    pytest.param(
        ("batch", "rows.csv", "-q"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "json", "csv"},
        id="a batch draws no table and writes no calendar",
    ),
    pytest.param(
        ("batch", "rows.csv", "-q", "-o", "plans.zip/{id}.toml"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "json", "csv", "zipfile"},
        id="an archive needs what packs it",
    ),
    pytest.param(
        ("batch", "rows.csv", "-q", "-o", "plans.sqlite"),
        SHELL,
        OF_TYPER | OF_UUID | {"zoneinfo", "calendar", "json", "csv", "sqlite3"},
        id="a database needs SQLite",
    ),
    pytest.param(("safety",), SHELL, OF_TYPER | OF_UUID, id="safety loads no plan"),
    pytest.param(
        ("new", "--nonsense"),
        SHELL | {"rapidfuzz", "cython_runtime"},
        OF_TYPER | OF_UUID | {"zoneinfo"},
        id="a name nobody knows needs what finds the nearest",
    ),
    pytest.param(
        ("new", "--start", "01/02/2026", "--every", "6x4w", "--tz", "UTC"),
        SHELL | HOME,
        OF_TYPER | OF_UUID | OF_HOME | {"zoneinfo"},
        id="nor does a rule that can't be read",
    ),
]


@pytest.fixture(scope="module")
def bare():
    """The modules of an interpreter without those that packages load at each start (``.pth``)."""
    return started("-S", "-c", "import sys; print(*sys.modules)")


@pytest.fixture(scope="module")
def loading():
    """A process that has imported the shell, and runs each command line in a fork."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, LOADING], **pipes, text=True) as child:
        yield child
        child.stdin.close()


@pytest.fixture
def loaded(loading, bare):
    """The modules that a command line loads over those of a bare interpreter."""

    def _loaded(argv):
        request = ([*map(str, argv)], dict(os.environ), str(Path.cwd()))
        loading.stdin.write(f"{request!r}\n")
        loading.stdin.flush()
        modules, said = ast.literal_eval(loading.stdout.readline())
        assert "Traceback" not in said
        return {*modules} - bare

    return _loaded


def started(*arguments):
    """Run Python, and return the modules that its last line names."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
    return set(done.stdout.decode().splitlines()[-1].split())


@pytest.mark.parametrize(("argv", "packages", "heavy"), GATES)
def test_a_command_loads_only_what_it_needs(  # noqa: PLR0913, PLR0917 - a row of the table
    run, saved, tmp_path, loaded, argv, packages, heavy
):
    assert run(*IN_PARIS, "toml", "--save", "-o", tmp_path / "plan.toml").code == 0
    assert saved.exists()
    (tmp_path / "crown.png").write_bytes(PNG)
    (tmp_path / "rows.csv").write_text("start,every,at,tz\n2026-12-01,6x4w,18:00,Europe/Paris\n")
    modules = loaded(argv)
    assert of_others(modules) <= packages
    assert modules & HEAVY <= heavy | (set() if HAS_ZONES else OF_ZONES)


def of_others(modules):
    """Name the packages of others that modules belong to."""
    tops = {name.partition(".")[0] for name in modules}
    others = tops - sys.stdlib_module_names - {"microplan", "__mp_main__", *OF_THE_SITE, *ZONES}
    return {name for name in others if not name.startswith("_")}


def test_the_gate_sees_what_is_loaded(loaded):
    assert {"typer", "msgspec", "ics", "dateutil"} <= loaded((*IN_PARIS, "ics"))


@pytest.mark.parametrize(
    ("argv", "absent"),
    [
        pytest.param((*IN_PARIS, "json"), {"storage.plan_file", "storage.config"}, id="new"),
        pytest.param(("next",), {"rules.suggestions", "scheduling.events"}, id="next"),
        pytest.param(("today",), {"rules.suggestions", "scheduling.events"}, id="today"),
    ],
)
def test_rarely_needed_modules_are_loaded_only_on_use(run, loaded, monkeypatch, argv, absent):
    assert run(*IN_PARIS, "toml", "--save").code == 0
    monkeypatch.delenv("MICROPLAN_AS_OF")  # which may be written as people write days
    assert not loaded(argv) & {f"microplan.{name}" for name in absent}


def test_version_is_answered_without_the_command_line(bare):
    """Runs in a new process; the other gates run in forks that have imported the shell."""
    look = "import sys; from microplan.cli import main; main(['--version']); print(*sys.modules)"
    modules = started("-c", look) - bare
    ours = {name for name in modules if name.startswith("microplan")}
    assert ours == {"microplan", "microplan.cli", "microplan.errors"}
    assert (of_others(modules), modules & HEAVY) == (set(), set())


PNG = b"\x89PNG\r\n\x1a\n"
OF_CALDAV = {"caldav", "icalendar", "lxml", "niquests", "requests"}


@pytest.mark.slow
def test_only_a_talk_with_a_server_loads_the_caldav_library(run, saved, loaded):
    assert run(*IN_PARIS, "toml", "--save").code == 0
    assert saved.exists()
    server = ("--url", "http://127.0.0.1:9/")  # where nobody listens
    for argv in (("push",), ("done", "--help"), ("export", "-q")):  # and those with gates above
        assert not {name.partition(".")[0] for name in loaded(argv)} & OF_CALDAV
    assert "caldav" in loaded(("pull", *server))


def test_only_what_shows_photos_loads_the_library_that_scales_them(run, loaded):
    pytest.importorskip("PIL")
    assert run(*IN_PARIS, "toml", "-o", "plan.toml").code == 0
    Path("crown.png").write_bytes(PNG)
    assert run("photo", "add", "crown.png", "--view", "crown", "-p", "plan.toml").code == 0
    assert "PIL" not in loaded(("photo", "list", "-p", "plan.toml"))
    assert "PIL" in loaded(("report", "-p", "plan.toml"))


IMPORTERS = {
    r"(from|import) prompt_toolkit": {"cli/console/line_editor.py"},
    r"import .*\bline_editor\b": {"cli/console/prompts.py"},
    r"import .*\bprompts\b": {
        *(f"cli/commands/{name}.py" for name in ("new", "catch_up", "pull")),
        "cli/plan_sources.py",
    },
    r"(from|import) PIL": {"cli/photos/thumbnails.py"},
    r"import .*\bthumbnails\b": {"cli/photos/compare.py", "cli/commands/report.py"},
}


@pytest.mark.parametrize(("imports", "users"), IMPORTERS.items())
def test_each_library_is_imported_only_where_needed(imports, users):
    root = Path(microplan.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if re.search(imports, path.read_text(encoding="utf-8"))
    }
    assert found == users
