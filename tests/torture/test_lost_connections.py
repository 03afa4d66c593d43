"""A push or a pull that is cut short, by the network or by a kill, is finished by the next one."""

import signal
from datetime import timedelta

import pytest

from microplan.model import ids
from microplan.model.entries import Moved
from tests import remotes
from tests.build import days, plan_at
from tests.faults import TIMES, kill, moments, seeded, start, timed

pytestmark = [pytest.mark.slow, pytest.mark.torture]


@pytest.fixture
def there(monkeypatch):
    """The flags that name the person, whose password is in the environment."""
    monkeypatch.setenv("MICROPLAN_CALDAV_PASSWORD", remotes.PASSWORD)
    return ("--user", remotes.USER)


class Calendar:
    """The calendar of a plan on the server, as another client sees it."""

    def __init__(self, server, path):
        self.path, plan = path, plan_at(path)
        own = ids.uid(plan, "calendar/")
        self.there = remotes.OnServer(None, f"{server}{remotes.USER}/{own}/")
        self.third = f"{ids.uid(plan, 'session/3')}.ics"

    def days(self):
        found = remotes.events(self.there)
        return sorted(event["DTSTART"].dt for event in found.values())

    def remove(self):
        remotes.ask("DELETE", self.there.url)

    def move_third(self):
        self.there.put(self.third, remotes.moved(self.there.get(self.third), days=9))


def cuts(way, number, seed):
    """Choose after how many bytes to cut: at each turn of the talk, and anywhere."""
    chance = seeded(seed)
    anywhere = [chance.randrange(way.passed) for _ in range(number)]
    return sorted({*way.turns, *(turn + 1 for turn in way.turns), *anywhere})


def some(points, number, seed):
    """Take so many of the points, the first and the last among them."""
    chosen = seeded(seed).sample(points[1:-1], min(number, len(points) - 2))
    return [points[0], *sorted(chosen), points[-1]]


def is_a_sentence(said):
    return said.startswith("microplan: ") and said.count("\n") == 1


def test_a_push_that_was_cut_anywhere_is_finished_by_the_next(run, radicale, there, plan, counted):
    calendar, push = Calendar(radicale, plan), ("push", "-p", plan, *there, "-q", "--url")
    with remotes.cutting(radicale) as way:
        assert run(*push, way.url).code == 0
    points = some(cuts(way, 40 * TIMES, 0), 8 * TIMES, 1)
    for point in points:
        calendar.remove()
        with remotes.cutting(radicale, point) as cut:
            done = run(*push, cut.url)
        assert done.code == 8 or (done.code == 0 and point >= cut.passed)
        assert is_a_sentence(done.err) or done.code == 0, (point, done.err)
        assert run(*push, radicale).code == 0
        assert calendar.days() == days(plan_at(plan))
    counted("connections lost in a push", len(points))


def test_a_pull_that_was_cut_anywhere_is_finished_by_the_next(run, server, there, plan, counted):
    calendar, before = Calendar(server, plan), plan.read_bytes()
    push, pull = (("push", "-p", plan, *there, "-q"), ("pull", "--apply", "-p", plan, *there))
    first = days(plan_at(plan))

    def moved_there():
        plan.write_bytes(before)
        assert run(*push, "--overwrite", "--url", server).code == 0
        calendar.move_third()

    moved_there()
    with remotes.cutting(server) as way:
        assert run(*pull, "--url", way.url).code == 0
    after = days(plan_at(plan))
    assert after == first[:2] + [day + timedelta(days=9) for day in first[2:]]
    points = some(cuts(way, 40 * TIMES, 2), 6 * TIMES, 3)
    recorded = 0
    for point in points:
        moved_there()
        with remotes.cutting(server, point) as cut:
            done = run(*pull, "--url", cut.url)
        assert done.code == 8 or (done.code == 0 and point >= cut.passed)
        assert "Traceback" not in done.err
        assert days(plan_at(plan)) in (first, after)
        recorded += days(plan_at(plan)) == after
        if days(plan_at(plan)) == first:
            assert run(*pull, "--url", server).code == 0
        assert run(*push, "--url", server).code == 0
        assert days(plan_at(plan)) == calendar.days() == after
        assert [type(entry) for entry in plan_at(plan).log] == [Moved]
    assert 0 < recorded < len(points)
    counted("connections lost in a pull", len(points))


def test_a_pull_that_was_killed_is_finished_by_the_next(run, radicale, there, plan, counted):
    calendar, before = Calendar(radicale, plan), plan.read_bytes()
    push = ("push", "-p", plan, *there, "-q", "--url", radicale)
    pull = ("pull", "--apply", "-p", plan, *there, "--url", radicale)
    first = days(plan_at(plan))
    assert run(*push).code == 0
    calendar.move_third()
    whole = timed(*pull)
    after, killed = days(plan_at(plan)), 0
    for moment in moments(4, 3 * TIMES, whole):
        plan.write_bytes(before)
        assert run(*push, "--overwrite").code == 0
        calendar.move_third()
        code, _ = kill(start(*pull), moment, plan.parent)
        assert days(plan_at(plan)) in (first, after)
        if days(plan_at(plan)) == first:
            assert run(*pull).code == 0
        assert run(*push).code == 0
        assert days(plan_at(plan)) == calendar.days() == after
        assert [type(entry) for entry in plan_at(plan).log] == [Moved]
        killed += code == -signal.SIGKILL
    assert killed
    counted("pulls killed at random moments", killed)


def test_a_push_that_was_killed_is_finished_by_the_next(run, radicale, there, plan, counted):
    calendar = Calendar(radicale, plan)
    push = ("push", "-p", plan, *there, "-q", "--url", radicale)
    whole = timed(*push)
    killed = 0
    for moment in moments(5, 3 * TIMES, whole):
        calendar.remove()
        code, _ = kill(start(*push), whole / 2 if moment is None else moment, plan.parent)
        assert run(*push).code == 0
        assert calendar.days() == days(plan_at(plan))
        killed += code == -signal.SIGKILL
    assert killed
    counted("pushes killed at random moments", killed)
