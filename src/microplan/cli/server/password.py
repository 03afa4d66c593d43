"""Gets the password for a server from a command, the environment or a prompt; never from a flag."""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import IO, cast
from urllib.parse import urlsplit

from microplan.cli import terminal
from microplan.errors import UsageError
from microplan.wording import phrases

VARIABLE = "MICROPLAN_CALDAV_PASSWORD"
PATIENCE = 120
"""Seconds that a password command may take; a person may have to unlock a keyring."""
MOST = 64 * 1024
"""Bytes that a password command may print: the password, and any notes on the lines below it."""


def find(command: str | None, user: str, url: str) -> str:
    """Return the password from its command, else from the environment, else from a prompt."""
    word = _find(command, user, url)
    try:
        word.encode()
    except UnicodeEncodeError:
        raise UsageError("the password isn't UTF-8 text, so no server can accept it") from None
    return word


def _find(command: str | None, user: str, url: str) -> str:
    if command is not None:
        return _commanded(command)
    known = os.environ.get(VARIABLE)
    if known:
        return known
    if not terminal.can_ask():
        raise UsageError(
            f"no password is known for {user}; set ${VARIABLE} or give --password-command"
        )
    return _asked(phrases.visible(f"Password of {user} at {urlsplit(url).netloc} > "))


def _asked(prompt: str) -> str:
    import getpass

    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise KeyboardInterrupt from None


def _commanded(command: str) -> str:
    """Run a command without a shell and take the first line of what it prints."""
    code, printed = _run(command)
    line = printed.split(b"\n", 1)[0].removesuffix(b"\r")
    if code or not line:
        raise UsageError(
            f"the password command ended with {code} and {'a' if line else 'no'} password; try it "
            "by itself"
        )
    return line.decode(errors="surrogateescape")


def _run(command: str) -> tuple[int, bytes]:
    """Run a command with limits on time and output; return its exit code and its output."""
    from microplan.calendars import http

    with _started(command) as child:
        try:
            with http.within(PATIENCE):
                printed = cast("IO[bytes]", child.stdout).read(MOST + 1)
                if len(printed) <= MOST:
                    return child.wait(), printed
        except TimeoutError:
            raise UsageError(
                f"the password command took longer than {PATIENCE} s; try running it on its own"
            ) from None
        finally:
            child.kill()
    raise UsageError(
        f"the password command prints more than {MOST >> 10} KiB; give one that prints only "
        "the password"
    )


def _started(command: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(shlex.split(command), stdout=subprocess.PIPE)  # noqa: S603 - the user's own command, without a shell
    except (OSError, ValueError, IndexError):
        raise UsageError(
            "the password command can't be run. Write a program and its arguments"
        ) from None
