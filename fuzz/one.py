"""Let the fuzzer loose on one target: ``python -m fuzz.one TARGET CORPUS… -option=…``."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["microplan"]):
    from fuzz.targets import TARGETS

if __name__ == "__main__":
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
