"""The newer zone data is used: the machine's or the package's."""

import subprocess
import sys
from pathlib import Path

import pytest
import tzdata

from microplan.model import zone_data

SCRIPT = """
from datetime import date, time
from microplan.model import dates
print(dates.local(date(2026, 12, 1), time(18), dates.zone("America/Regina")).isoformat())
"""
PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"


@pytest.fixture
def machine(tmp_path):
    """Zone data with a release of its own, in which Regina has the clock of Karachi."""
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Regina").write_bytes((PACKAGE / "Asia" / "Karachi").read_bytes())

    def _machine(name, first_line):
        (tmp_path / name).write_text(first_line)
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env={"PYTHONTZPATH": str(tmp_path)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout.strip()[-6:]

    return _machine


@pytest.mark.parametrize(
    ("name", "first_line", "offset"),
    [
        pytest.param("tzdata.zi", "# version 2019c\n", "-06:00", id="the package is newer"),
        pytest.param("+VERSION", "2024b\n", "-06:00", id="the package is newer than a Mac"),
        pytest.param("tzdata.zi", "# version 2099a\n", "+05:00", id="the machine is newer"),
        pytest.param(
            "tzdata.zi", f"# version {tzdata.IANA_VERSION}\n", "+05:00", id="both are alike"
        ),
        pytest.param("tzdata.zi", "# no version here\n", "+05:00", id="the machine does not say"),
        pytest.param("other", "", "+05:00", id="the machine has no such file"),
    ],
)
def test_the_newer_zone_data_is_used(machine, name, first_line, offset):
    assert machine(name, first_line) == offset


@pytest.mark.parametrize("text", ["", "\n", "version 2025b\n", "# version 20", "2025b beta\n"])
def test_an_invalid_release_is_ignored(monkeypatch, tmp_path, text):
    (tmp_path / "tzdata.zi").write_text(text)
    monkeypatch.setattr(zone_data, "MACHINE", (str(tmp_path),))
    assert zone_data.machine_release() == ""


def test_a_machine_without_zones_has_no_release_and_no_zone(monkeypatch, tmp_path):
    monkeypatch.setattr(zone_data, "MACHINE", (str(tmp_path / "nowhere"),))
    assert zone_data.machine_release() == ""
    assert zone_data.machine_zone("Europe/Paris") is None
