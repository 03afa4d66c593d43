"""An option that takes one value, given twice: only one of the two could count."""

import pytest

WORDS = ("new", "--start", "2026-12-01", "--every", "3x1w", "--tz", "Europe/Paris")


@pytest.mark.parametrize(
    "argv",
    [
        ("skip", "1"),
        ("done", "1", "--on", "2026-11-20"),
        ("move", "2", "+1d"),
        ("undo",),
        ("share", "--host", "127.0.0.1"),
    ],
)
def test_a_second_plan_is_refused_by_commands_for_one_plan(run, folder, argv):
    files = {name: folder / f"{name}.toml" for name in ("anna", "ben")}
    for name, path in files.items():
        assert run(*WORDS, "--title", name, "-o", path, "-q").code == 0
    before = [path.read_bytes() for path in files.values()]
    done = run(*argv, "-p", files["anna"], "--plan", files["ben"])
    assert (done.code, done.out) == (2, "")
    assert "--plan is given twice" in done.err
    assert [path.read_bytes() for path in files.values()] == before


@pytest.mark.parametrize("flags", [("--start", "2026-12-02"), ("--tz", "UTC")])
def test_so_is_a_second_value_of_any_other_option(run, flags):
    done = run(*WORDS, *flags)
    assert (done.code, f"{flags[0]} is given twice" in done.err) == (2, True)


def test_repeatable_options_can_be_repeated(run, plan):
    assert run("today", "-p", plan, "-p", plan).code == 0
    assert run(*WORDS, "--at", "18:00", "--remind", "1d", "--remind", "2h", "-q").code == 0
