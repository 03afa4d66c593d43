"""Runs the program and records, with Python's audit hooks, its connections and opened files.

``overseen.py RECORD AUTHORITY ARGUMENT...``: RECORD gets JSON at the end, AUTHORITY is a
certificate that this one process trusts.
"""

import json
import os
import sys
from pathlib import Path

import wassima

from microplan.cli import main


def run():
    record, authority = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
    wassima.register_ca(authority.read_text())
    seen = {"places": [], "names": [], "opened": []}

    def see(event, arguments):
        if event in ("socket.connect", "socket.sendto"):
            seen["places"].append(arguments[1][:2])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            seen["names"].append(arguments[0])
        elif event == "open":
            seen["opened"].append(str(arguments[0]))

    sys.addaudithook(see)
    code = main(sys.argv[1:])
    record.write_text(json.dumps(seen))
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
