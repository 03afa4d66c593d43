"""The seeds of the fuzzer, run without it, and its oracles, each seen to fail."""

import sys
from pathlib import Path

import pytest

from microplan.formats import FORMATS

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from fuzz import oracles  # noqa: E402
from fuzz.targets import TARGETS  # noqa: E402

SEEDS = sorted(path for path in (ROOT / "fuzz" / "corpus").glob("*/*") if path.is_file())


@pytest.mark.parametrize("seed", SEEDS, ids=[f"{seed.parent.name}-{seed.name}" for seed in SEEDS])
def test_a_seed_breaks_nothing(seed):
    TARGETS[seed.parent.name](seed.read_bytes())


def test_every_target_has_seeds():
    assert {seed.parent.name for seed in SEEDS} == set(TARGETS)


EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
BREACHES = [
    (oracles.calm, "a\x1b[31mb", "an escape"),
    (oracles.calm, "a\u202eb", "an override of direction"),
    (lambda text: oracles.separated(text, ","), "a,b\r\n1,=2\r\n", "a formula"),
    (lambda text: oracles.separated(text, "\t"), "a\tb\n1\n", "a missing cell"),
    (oracles.calendar, EVENT.format("ATTENDEE:mailto:a"), "a property nobody wrote"),
    (oracles.calendar, EVENT.format("SUMMARY:" + "a" * 70), "a line of 78 octets"),
    (oracles.calendar, EVENT.format("SUMMARY:a\nb"), "a bare line feed"),
    (oracles.calendar, EVENT.format("END:VEVENT"), "an end too many"),
    (oracles.calendar, EVENT.format("SUMMARY:a")[:-2], "no last line end"),
    (oracles.page, "<p>a<script>b</script></p>", "an element"),
    (oracles.page, '<p onclick="a">b</p>', "an attribute"),
    (oracles.page, "<p>a<!-- b --></p>", "a comment"),
    (oracles.document, '{"a": "é"}', "a character that is not ASCII"),
]


@pytest.mark.parametrize(
    ("promise", "text"), [row[:2] for row in BREACHES], ids=[row[2] for row in BREACHES]
)
def test_an_oracle_sees(promise, text):
    with pytest.raises(oracles.BrokenPromiseError):
        promise(text)


def test_every_format_has_a_promise():
    assert [name for name, _ in oracles.promises(None)] == list(FORMATS)
