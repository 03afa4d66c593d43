"""Streams and file names in encodings that lack most of the world's letters: no fault of ours."""

import io
import sys

import pytest

from microplan.cli import main

SIX_SCRIPTS = "Анна · Ελένη · 田中さん · 서연 · شيماء · Zoë"
NEW = ("new", "--start", "2026-11-01", "--every", "4x1w", "--tz", "Europe/Paris")
ERRORS = {"stdin": "strict", "stdout": "strict", "stderr": "backslashreplace"}
"""How Python opens the standard streams."""
COMMANDS = [
    *((*NEW, "--title", SIX_SCRIPTS, "--location", SIX_SCRIPTS, "-f", name) for name in (
        *("table", "calendar", "timeline", "tsv", "csv", "json", "ndjson", "toml", "ics", "html"),
    )),
    (*NEW, "--title", SIX_SCRIPTS, "--every", "6x4м"),
    (SIX_SCRIPTS,),
    ("protocols", SIX_SCRIPTS),
    ("show", "--care"),
    ("today",),
    ("next", "--line", "{title} {weekday}"),
    ("log",),
    ("check",),
    ("export",),
    ("done", "2", "--on", "2026-11-08", "--note", SIX_SCRIPTS, "--dry-run"),
    ("move", "3", "+1d", "--dry-run", "--format", "json"),
    ("avoid", "2026-12-01..2026-12-03", "--reason", SIX_SCRIPTS),
    ("undo",),
    ("batch", "rows.csv"),
    ("batch", "rows.csv", "-o", "plans/{title}.toml"),
    ("protocols",),
    ("safety",),
    ("--help",),
]  # fmt: skip


@pytest.fixture
def say(monkeypatch):
    """Run a command line with streams in an encoding; return its code and output."""

    def _say(encoding, *argv):
        streams = {
            name: io.TextIOWrapper(io.BytesIO(), encoding, errors)
            for name, errors in ERRORS.items()
        }
        with monkeypatch.context() as patch:
            for name, stream in streams.items():
                patch.setattr(sys, name, stream)
            code = main(argv)
        for stream in streams.values():
            stream.flush()
        return code, b"".join(streams[name].buffer.getvalue() for name in ("stdout", "stderr"))

    return _say


@pytest.fixture
def kept(run, saved, tmp_path):
    """A plan with a title in six scripts, and a table of one row with it."""
    given = ("--title", SIX_SCRIPTS, "--pause", f"{SIX_SCRIPTS}=-0d+1d", "--save", "-q")
    assert run(*NEW, *given).code == 0
    rows = f"title,start,every\n{SIX_SCRIPTS},2026-12-01,3x1w\n"
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    return saved


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "euc-jp", "cp1252"])
@pytest.mark.usefixtures("kept")
def test_no_command_is_at_a_loss_for_letters(say, encoding):
    for argv in COMMANDS:
        code, written = say(encoding, *argv)
        assert code != 1, (argv, written.decode(encoding, "replace"))
        assert b"Traceback" not in written


def test_a_row_whose_name_the_system_cannot_write_is_that_row_s_fault(process, tmp_path):
    (tmp_path / "rows.csv").write_text(
        "title,start,every\nАнна,2026-12-01,3x1w\nAnn,2026-12-01,3x1w\n", encoding="utf-8"
    )
    ascii_names = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process(
        "batch", "rows.csv", "-o", "plans/{title}.toml", env=ascii_names,
        program=(sys.executable, "-m", "microplan"),
    )  # fmt: skip
    assert done.code == 3
    assert [path.name for path in (tmp_path / "plans").iterdir()] == ["Ann.toml"]
    assert "can't be a file name in this locale" in done.err
    assert "\nmicroplan: line 2 (" in done.err
