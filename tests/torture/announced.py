"""The program, which writes a byte to a descriptor when it comes to a point for the first time.

``announced.py DESCRIPTOR POINT ARGUMENT...``: POINT is ``begin``, or an event that Python audits,
such as ``fcntl.flock`` for the first attempt to get a lock. Interrupted before it is at work, the
process ends with NOT_BEGUN.
"""

import os
import sys

from microplan.__main__ import run

NOT_BEGUN = 131


def main():
    descriptor, point = int(sys.argv.pop(1)), sys.argv.pop(1)
    told = []

    def tell(event, _arguments=()):
        if event == point and not told:
            told.append(event)
            os.write(descriptor, b".")

    try:
        sys.addaudithook(tell)
        tell("begin")
        run()
    except KeyboardInterrupt:
        os._exit(NOT_BEGUN)


if __name__ == "__main__":
    main()
