"""A real browser for tests: Debian's Chromium without a window, spoken to over a pipe.

The DevTools protocol on file descriptors 3 and 4: JSON, each message ended by a zero byte. Nothing
is listened on, and nothing is fetched but from this machine; a page is a file.
"""

import base64
import json
import os
import select
import shutil
import subprocess
import time
from itertools import count

PROGRAM = shutil.which("chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"),
)
SECONDS = 120
"""How long the browser may take for one answer before a test gives up on it."""
SHEETS = {"A4": (8.27, 11.69), "Letter": (8.5, 11)}
"""Paper in inches, as the browser wants it."""


class Browser:
    """One browser with one tab, at home in a folder."""

    def __init__(self, folder):
        ours, theirs = os.pipe(), os.pipe()
        self._read, self._write = ours[0], theirs[1]
        self._rest, self._ids = b"", count(1)
        self._process = subprocess.Popen(
            [PROGRAM, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
            env=os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=lambda: _onto(theirs[0], ours[1]),  # noqa: PLW1509 - the protocol's numbers
        )
        os.close(ours[1])
        os.close(theirs[0])
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self.call("Page.enable")

    def close(self):
        self._session = None
        self.call("Browser.close")
        self._process.wait(SECONDS)
        os.close(self._read)
        os.close(self._write)

    def call(self, method, **params):
        """Ask for something, and wait for the answer to it."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        answer = self._until(lambda heard: heard.get("id") == number)
        assert "error" not in answer, f"{method}: {answer}"
        return answer["result"]

    def open(self, path, *, width, height=900, dark=False, media="screen"):
        """Show a file in a window of that many CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.visit(path.resolve().as_uri())

    def visit(self, address):
        """Open an address in the current window."""
        self.call("Page.navigate", url=address)
        self._load()

    def does(self, expression):
        """Do something that leads to another page."""
        self.call("Runtime.evaluate", expression=expression)
        self._load()

    def _load(self):
        self._until(lambda heard: heard.get("method") == "Page.loadEventFired")

    def value(self, expression):
        """Evaluate an expression in the open page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self):
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def printed(self, sheet):
        """Print the page that is open, on a machine that is dark, as the bytes of a PDF file."""
        scheme = {"name": "prefers-color-scheme", "value": "dark"}
        self.call("Emulation.setEmulatedMedia", media="print", features=[scheme])
        width, height = SHEETS[sheet]
        answer = self.call(
            "Page.printToPDF", paperWidth=width, paperHeight=height, printBackground=False,
            generateTaggedPDF=False,  # tags, which nobody reads here, take as long as the rest
        )  # fmt: skip
        return base64.b64decode(answer["data"])

    def _until(self, wanted):
        last = time.monotonic() + SECONDS
        while True:
            while b"\0" in self._rest:
                message, _, self._rest = self._rest.partition(b"\0")
                if wanted(heard := json.loads(message)):
                    return heard
            left = last - time.monotonic()
            assert select.select([self._read], [], [], max(left, 0))[0], "no answer"
            self._rest += os.read(self._read, 1 << 20)


def _onto(reads, writes):
    """Put both ends of the browser where it looks for them, whatever numbers they had.

    A copy takes the lowest number that is free, so that after three of them 3 and 4 are taken.
    """
    reads, writes = os.dup(os.dup(os.dup(reads))), os.dup(writes)
    os.dup2(reads, 3)
    os.dup2(writes, 4)
