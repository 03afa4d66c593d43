"""Runs the program with a folder on a private, full disk.

``full.py FOLDER ARGUMENT...``: FOLDER holds at the end what the program left there.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

from microplan.cli import main
from tests.torture import linux


def run(folder, argv):
    here, aside = Path.cwd(), Path(f"{folder}.full")
    aside.mkdir()
    linux.leave_mounts()
    linux.mount_memory(aside, "256k")
    shutil.copytree(folder, aside, dirs_exist_ok=True)
    fill(aside / "filler")
    linux.bind(aside, folder)
    os.chdir(here)  # which is another one from now on
    code = main(argv)
    os.chdir("/")
    linux.unmount(folder)
    (aside / "filler").unlink()
    shutil.rmtree(folder)
    shutil.copytree(aside, folder)
    return code


def fill(path):
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


if __name__ == "__main__":
    os._exit(run(sys.argv[1], sys.argv[2:]))
