"""The bench runs, and its page matches its figures."""

import re
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import loops, many, processes
from bench.figures import FIGURES, Family

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/development/performance.md").read_text(encoding="utf-8")
SIDES = {
    Family.PROCESS: processes.RUNS,
    Family.LOOP: loops.LOOPS,
    Family.PEAK: loops.PEAKS,
    Family.RSS: {"batch 10000", "batch 100000"},
    Family.RUN: {*many.LONG, "a second"},
}


@pytest.mark.parametrize("figure", FIGURES, ids=[figure.name for figure in FIGURES])
def test_both_sides_of_a_figure_can_be_measured(figure):
    assert {figure.over, figure.under} <= set(SIDES[figure.family])


@pytest.mark.parametrize("bound", ["promise", "aim"])
def test_the_page_has_every_bound(bound):
    shown = {float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*", PAGE)}
    bounds = {getattr(figure, bound) for figure in FIGURES} - {None}
    assert bounds <= shown


@pytest.mark.slow
def test_it_prints_a_row_and_a_verdict(tmp_path, monkeypatch, capsys):
    """In two rounds, and without a look at all bytecode of the libraries."""
    monkeypatch.setattr(bench.sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setattr(bench, "FEWEST", 2)
    code = bench.main(["--only", "version", "--processor", "--rounds", "2"])
    shown = capsys.readouterr().out
    row = r"^version +--version +≤ 2 .*(holds|missed)$"
    assert (code in {0, 1}, re.search(row, shown, re.MULTILINE) is not None) == (True, True), shown


PTH = [
    pytest.param("import os, sys; print()\n", True, id="code"),
    pytest.param("# a comment\nimport\tos\n", True, id="code after a comment"),
    pytest.param("/home/anna/microplan/src\n", False, id="a folder, of an editable installation"),
    pytest.param("important\n/imports\n", False, id="folders that begin alike"),
    pytest.param("", False, id="nothing"),
]


@pytest.mark.parametrize(("text", "runs"), PTH)
def test_it_tells_files_that_run_at_every_start(tmp_path, text, runs):
    (tmp_path / "other.pth").write_text(text)
    assert (tmp_path / "other.pth" in processes.run_at_start(tmp_path)) == runs


def test_nothing_is_measured_if_another_program_takes_part_in_every_start(tmp_path, monkeypatch):
    (tmp_path / "urllib3_future.pth").write_text("import os\n")
    monkeypatch.setattr(bench.sysconfig, "get_path", lambda _: str(tmp_path))
    with pytest.raises(SystemExit, match=r"whenever Python starts \(urllib3_future\.pth\)"):
        bench.main(["--only", "version"])
