"""Print constraints that take the lowest versions pyproject.toml allows, for the tests to run on.

What a user installs is held at its floor, what the tests bring at the version of constraints.txt.
What the libraries bring along is what fits them.
"""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOOR = re.compile(r"([A-Za-z0-9._-]+)[^>]*>=\s*([0-9.]+)")


def floors(requirements: Iterable[str]) -> dict[str, str]:
    """Map each package to the lowest version that is allowed."""
    return {found[1].lower(): found[2] for found in map(FLOOR.match, requirements) if found}


def main() -> None:
    """Print a line for each package that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    lowest = floors([*project["dependencies"], *extras["caldav"]])
    tools = floors(extras["test"]).keys() - lowest.keys()
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    for line in pins:
        if line.partition("==")[0].lower() in tools:
            print(line)
    for name, version in lowest.items():
        print(f"{name}=={version}")


if __name__ == "__main__":
    main()
