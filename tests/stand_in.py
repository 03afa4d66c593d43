"""A program that asks the server of ``tests.forks`` for a fork, and ends as that does.

``forks.stand_in`` makes it the ``microplan`` of a shell. It starts in an eighth of the time, with
nothing of Python but what it needs.
"""

import _socket
import array
import marshal
import os
import sys

status = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
status.connect(os.environ.pop("MICROPLAN_FORKS"))
request = {
    "argv": ["microplan", *sys.argv[1:]],
    "script": None,
    "env": dict(os.environ),
    "folder": os.getcwd(),  # noqa: PTH109 - pathlib takes as long as all of this
    "terminal": None,
    "fds": [0, 1, 2],
}
given = array.array("i", request["fds"])
status.sendmsg([marshal.dumps(request)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, given)])
status.recv(16)  # the number of the process
code = int(status.recv(16))
os._exit(code if code >= 0 else 128 - code)
