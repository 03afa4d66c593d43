"""Two plan files of the same id, which a calendar would take for one plan."""

import shutil

import pytest

WORDS = ("new", "--start", "2026-12-01", "--every", "6x4w", "--tz", "Europe/Paris")


def own_id(path):
    return next(line for line in path.read_text().splitlines() if line.startswith("id"))


def test_a_second_plan_with_the_same_words_gets_its_own_id(run, folder):
    first, second = folder / "anna.toml", folder / "ben.toml"
    assert run(*WORDS, "-o", first).err.count("id of its own") == 0
    told = run(*WORDS, "-o", second).err
    assert "anna.toml has the same rules, so ben.toml gets its own id" in told
    assert own_id(first) != own_id(second)


def test_the_same_plan_written_again_keeps_its_id(run, folder):
    path = folder / "anna.toml"
    run(*WORDS, "-o", path)
    before = own_id(path)
    run(*WORDS, "-o", path, "--replace")
    assert own_id(path) == before


def test_a_given_id_is_kept(run, folder):
    for name in ("anna.toml", "ben.toml"):
        assert run(*WORDS, "--id", "ours", "-o", folder / name).code == 0
    assert own_id(folder / "ben.toml") == 'id = "ours"'


@pytest.mark.parametrize("argv", [("export", "-o", "x.ics"), ("check",)])
def test_a_copied_plan_is_reported_with_a_fix(run, plan, argv):
    shutil.copy(plan, plan.with_name("copy.toml"))
    done = run(*argv, "-p", plan)
    assert "plan.toml and copy.toml have the same id" in done.err + done.out
    assert "Change the id at the top of one of them" in done.err + done.out


def test_a_document_of_a_plan_does_not_count_as_a_second_plan(run, plan):
    plan.with_name("plan.json").write_text(run("show", "-p", plan, "-f", "json").out)
    done = run("check", "-p", plan.with_name("plan.json"))
    assert (done.code, "same id" in done.out) == (0, False)


def test_files_that_are_no_plans_are_passed_over(run, plan):
    plan.with_name("other.toml").write_bytes(b"\xff\xfe" * 9)
    plan.with_name("folder.toml").mkdir()
    done = run("check", "-p", plan)
    assert (done.code, "same id" in done.out) == (0, False)
