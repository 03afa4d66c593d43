"""Run the fuzzer on one target: ``python -m fuzz.one TARGET CORPUS… -option=…``."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import atheris

with atheris.instrument_imports(include=["microplan"]):
    from fuzz.targets import TARGETS

    package = import_module("microplan")
    for room in pkgutil.walk_packages(package.__path__, "microplan."):
        if not room.name.endswith("__main__"):
            import_module(room.name)  # also those that are loaded when they are needed

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
