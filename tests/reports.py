"""One report for each test that passes, where a worker would hand the controller five messages."""

from _pytest.runner import runtestprotocol


def pytest_runtest_protocol(item, nextitem):
    """Run a test in a worker, and report its setup and teardown only if they fail.

    A message costs both processes more than a small test takes. Without workers pytest's own
    protocol runs.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
        elif report.when == "call":
            report.keywords = {}  # the names and marks that only a selection looks at
            item.ihook.pytest_runtest_logreport(report=report)
    return True
