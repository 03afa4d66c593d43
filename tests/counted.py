"""Counts how often each kind of fault really occurred, printed at the end of the torture tests.

A test counts with the fixture ``counted``, or is counted once by the words of its mark:
``@pytest.mark.torture("servers that fail")``. Workers hand the counts over with their reports.
"""

from collections import Counter

import pytest

KEY = "counted"


@pytest.fixture
def counted(request):
    """Count faults of a kind, once they were brought about."""

    def _counted(kind, times=1):
        request.node.user_properties.append((KEY, [kind, times]))

    return _counted


def pytest_itemcollected(item):
    for mark in item.iter_markers("torture"):
        item.user_properties.extend((KEY, [kind, 1]) for kind in mark.args)


def pytest_terminal_summary(terminalreporter, config):
    if config.getoption("markexpr") == "torture":
        terminalreporter.section("faults that were brought about")
        for line in lines(terminalreporter.stats.get("passed", ())):
            terminalreporter.write_line(line)


def lines(reports):
    """Sum the counts of the passed tests, one line per kind, the most frequent first."""
    total = Counter()
    for report in reports:
        for name, value in report.user_properties:
            if name == KEY:
                total[value[0]] += value[1]
    for kind, times in total.most_common():
        yield f"{times:8,}  {kind}"
