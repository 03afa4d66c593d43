"""Golden files: the bytes of every format for two plans that use every word.

They are written anew by `make golden` only, never in CI; read the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from microplan.formats import FORMATS, Subject, render
from tests.build import plan_of, subject_of

GOLDEN = Path(__file__).parents[1] / "golden"
WRITE = bool(os.environ.get("MICROPLAN_WRITE_GOLDEN"))
PLANS = {
    "timed": {
        "title": "Séance; nº 1, «cuir chevelu» 💆",
        "words": {
            "start": "2026-12-01",
            "every": "4x4w~3d,2x1mo",
            "at": "18:00",
            "duration": "45m",
            "tz": "Europe/Paris",
            "on": "mon..fri",
            "prefer": "tue",
            "avoid": ["2026-12-24..2027-01-03", "05-01"],
            "gap": "3w",
            "remind": ["1d", "2h", "1d@20:00"],
            "location": "12, rue de l'Été; 3e étage",
            "setting": "clinic",
            "device": "pen",
            "depth": "1.0mm",
        },
    },
    "all-day": {
        "title": "Sunday care",
        "words": {
            "start": "2026-11-29",
            "every": "1w",
            "until": "2027-01-10",
            "tz": "America/New_York",
            "on": "sun",
            "window": "2d",
            "follow": "plan",
            "remind": ["1d", "0d@08:00"],
            "setting": "home",
            "device": "roller",
            "depth": "0.25mm",
            "avoid": ["2026-12-27"],
        },
    },
}


def subject(name: str) -> Subject:
    return subject_of(plan_of(title=PLANS[name]["title"], **PLANS[name]["words"]))


def suffix(name: str) -> str:
    """What a golden file ends in; a format that is not for files has its name there."""
    return next(iter(FORMATS[name].suffixes), f".{name}.txt")


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("name", FORMATS)
def test_the_bytes_of_a_format_are_those_on_file(plan, name):
    path = GOLDEN / f"{plan}{suffix(name)}"
    said = "".join(render(name, subject(plan))).encode()
    if WRITE:
        assert not os.environ.get("CI"), "golden files are not written in CI"
        path.write_bytes(said)
    assert path.read_bytes() == said


def test_every_golden_file_is_of_a_plan_and_a_format():
    names = {f"{plan}{suffix(name)}" for plan in PLANS for name in FORMATS}
    assert {path.name for path in GOLDEN.iterdir()} == names
