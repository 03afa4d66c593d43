"""TOML that would take too long to parse is refused, in bounded time."""

import time

import pytest

from microplan.errors import PlanFileError
from microplan.storage import toml

FEW, MANY = ".a" * toml.DEEPEST, ".a" * (toml.DEEPEST + 1)

DOTTED = [
    pytest.param(f"a{MANY} = 1", id="a key"),
    pytest.param(f"[a{MANY}]", id="the name of a table"),
    pytest.param(f'"="{MANY} = 1', id="a key after a quoted equals sign"),
    pytest.param(f"x = {{a{MANY} = 1}}", id="a key of a table within a line"),
    pytest.param(f'x = {{"a # b"{MANY} = 1}}', id="a key after a number sign in quotes"),
    pytest.param(f"'a\\'{MANY} = 1", id="a key after a backslash that escapes nothing"),
    pytest.param(f'"a\\""{MANY} = 1', id="a key after a quote that is escaped"),
    pytest.param(f'x = ["""\n""", {{"k"{MANY} = 1}}]', id="a key on the line where a text ends"),
    pytest.param(f'x = ["""a"""", {{k{MANY} = 1}}]', id="a key after a text that ends in a quote"),
    pytest.param(f"x = ['''a''''', {{k{MANY} = 1}}]", id="a key after two quotes more"),
    pytest.param(f'x = """\\""" # """\n"y"{MANY} = 1', id="a key after a text with an escape"),
]


@pytest.mark.parametrize("text", DOTTED)
def test_a_key_with_many_parts_is_refused(text):
    with pytest.raises(PlanFileError, match="too many dots"):
        toml.read(text)


UNDOTTED = [
    pytest.param(f"a{FEW} = 1", id="a key of as many parts as may be"),
    pytest.param(f'title = "{MANY}"', id="a text of dots"),
    pytest.param(f'"{MANY}" = 1', id="a key whose dots are quoted"),
    pytest.param(f"# {MANY} = 1", id="a remark"),
    pytest.param(f'note = """\nx{MANY} = 1\n"""', id="a text of several lines"),
    pytest.param(f"note = '''\n\"{MANY} = 1\n'''", id="a text of several lines with a quote"),
    pytest.param("\n".join(f"a{n}.b = 1.5" for n in range(200)), id="a dot on each of many lines"),
]


@pytest.mark.parametrize("text", UNDOTTED)
def test_dots_outside_of_keys_are_fine(text):
    assert toml.read(text) if not text.startswith("#") else toml.read(text) == {}


@pytest.mark.parametrize("quote", ['"', "'", '"""', "'''", '"\\', "#", '"""\\', '""""'])
def test_counting_dots_takes_linear_time(quote):
    text = f"a = 1\n{'.' * 200}{quote * (400_000 // len(quote))}"
    before = time.process_time()
    with pytest.raises(PlanFileError):
        toml.read(text)
    assert time.process_time() - before < 2


NUMBERS = [
    pytest.param(f"0x{'f' * 5000}", id="hexadecimal"),
    pytest.param(f"0o{'7' * 6000}", id="octal"),
    pytest.param(f"0b{'1' * 20000}", id="binary"),
    pytest.param(f"0x{'_'.join('f' * 5000)}", id="with underscores"),
    pytest.param("9" * 5000, id="decimal"),
    pytest.param("9223372036854775808", id="one more than 64 bits hold"),
    pytest.param("-9223372036854775809", id="one less than 64 bits hold"),
    pytest.param(f"[{{a = [1, 0x{'f' * 5000}]}}]", id="deep inside"),
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_outside_tomls_range_is_refused(number):
    with pytest.raises(PlanFileError, match="a number is too large"):
        toml.read(f"[x]\ny = {number}")


def test_numbers_within_tomls_range_are_read():
    text = f'a = 9223372036854775807\nb = -9223372036854775808\nc = "0x{"f" * 64}"\nd = 0x7fff_ffff_ffff_ffff'
    assert toml.read(text)["d"] == 2**63 - 1
