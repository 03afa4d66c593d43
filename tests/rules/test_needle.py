"""Needle lengths as people and trials write them."""

import pytest

from microplan.errors import RuleError
from microplan.rules import needle, suggestions


@pytest.mark.parametrize(
    "text",
    ["0.5mm", "1.0mm", "2mm", "0.25mm", "1.0–2.0mm", "0.5-1mm", "1±0.5mm", "0.5mm,0.75mm,1mm"],
)
def test_a_needle_length_keeps_its_spelling(text):
    assert str(needle.depth(text, "depth")) == text


@pytest.mark.parametrize(("text", "length"), [("0.75", "0.75mm"), ("1", "1mm"), ("2 mm", "2mm")])
def test_a_bare_number_is_in_millimetres(text, length):
    assert str(needle.depth(text, "depth")) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0.5", "0.5mm"),
        ("0.5 mm", "0.5mm"),
        ("0.5 MM", "0.5mm"),
        (".5 mm", "0.5mm"),
        ("0,5 mm", "0.5mm"),
        ("1 millimetre", "1mm"),
        ("500 µm", "0.5mm"),
        ("1.0 – 2.0 mm", "1.0–2.0mm"),
    ],
)
def test_everyday_needle_lengths_are_understood(text, length):
    assert suggestions.needle_length(text, "depth") == length


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("deep", "that isn't a needle length. Write a needle length like 0.5mm", id="a word"),
        pytest.param("0.5cm", "that isn't a needle length. Write a needle length like 0.5mm", id="another unit"),
        pytest.param("0mm", "a needle is more than 0 and at most 10 mm long. Write a needle length like 0.5mm", id="none at all"),
        pytest.param("15mm", "a needle is more than 0 and at most 10 mm long. Write a needle length like 0.5mm", id="a hand's breadth"),
        pytest.param("2-1mm", "that range ends before it begins. Swap its ends", id="a range that goes down"),
        pytest.param("1,5mm", "it could mean 1.5mm or 1mm,5mm. Write one of these", id="two readings"),
        pytest.param("-1mm", "that isn't a needle length. Write a needle length like 0.5mm", id="a negative one"),
        pytest.param("١mm", "that isn't a needle length. Write a needle length like 0.5mm", id="digits beyond ASCII"),
    ],
)  # fmt: skip
def test_an_invalid_needle_length_is_refused_with_an_example(text, fault):
    with pytest.raises(RuleError) as caught:
        suggestions.needle_length(text, "depth")
    assert str(caught.value.message) == fault
