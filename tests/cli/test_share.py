"""``share`` as a process: its output, its answers to a phone, and its QR code as a camera sees it."""

import fcntl
import http.client
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
from contextlib import contextmanager
from pathlib import Path

import pyte
import pytest

from microplan.cli import terminal as streams
from microplan.cli.handoff import addresses
from microplan.cli.publishing import invitation
from microplan.errors import UsageError
from tests import forks
from tests.forks import PROGRAM, SECONDS

JOB = ("--start", "2026-12-01", "--every", "6x4w", "--at", "18:00", "--pause", "minoxidil=-0d+1d")
ALONE = (
    "Only this machine can reach that; for a phone, give this machine's Wi-Fi address with --host. It "
    "stays for 1 minute; Ctrl-C ends it.\n"
)
ENDED = "ended; nothing is shared any more\n"
URL = re.compile(r"http://([0-9.]+:[0-9]+)(/[\w-]{22}/)")


def missing(program):
    return pytest.mark.skipif(
        shutil.which(program) is None and not os.environ.get("CI"),
        reason=f"{program} is not installed",
    )


@pytest.fixture
def plan(run, tmp_path):
    path = tmp_path / "plan.toml"
    assert run("new", *JOB, "--title", "Anna & <b>", "-q", "-o", path).code == 0
    return path


class Shared:
    """A process that runs ``share``: its address, and after Ctrl-C its code and messages."""

    def __init__(self, child):
        self.child = child
        self.url = self.child.stdout.readline().decode().removesuffix("\n")
        self.place, self.path = URL.fullmatch(self.url).groups()

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection(self.place, timeout=SECONDS)
        connection.request(method, path)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def end(self):
        self.child.send_signal(signal.SIGINT)
        code = self.child.wait(SECONDS)
        return code, self.child.stdout.read().decode(), self.child.stderr.read().decode()


@contextmanager
def sharing(plan, *flags):
    with forks.piped(PROGRAM, ["share", "--minutes", "1", "-p", plan, *flags]) as child:
        yield Shared(child)


def test_in_a_pipe_it_prints_the_address_and_says_the_rest(plan):
    with sharing(plan) as shared:
        assert shared.place.startswith("127.0.0.1:")
        assert shared.ask(shared.path)[0].status == 200
        assert shared.ask(f"{shared.path}plan.ics")[0].status == 200
        shared.ask("/")  # answered after what was sent was said
        code, out, err = shared.end()
    assert (code, out, err) == (0, "", f"{ALONE}sent to a phone\n{ENDED}")


def test_no_secret_is_in_what_it_says(plan):
    with sharing(plan) as shared:
        for path in (shared.path, f"{shared.path}plan.ics", f"{shared.path}else", "/\x7f"):
            shared.ask(path.replace("\x7f", "%7f"))
        _, out, err = shared.end()
    assert shared.path.strip("/") not in out + err


def test_the_file_is_the_one_that_export_writes(run, plan):
    for flags in ((), ("--no-care",), ("--discreet",)):
        name = "appointments.ics" if "--discreet" in flags else "plan.ics"
        with sharing(plan, *flags) as shared:
            response, body = shared.ask(f"{shared.path}{name}")
        assert response.headers["Content-Disposition"] == f'inline; filename="{name}"'
        assert body.decode() == run("export", "-q", "-p", plan, *flags).out


def test_the_page_leads_to_the_file_and_escapes_what_a_person_wrote(plan):
    with sharing(plan) as shared:
        page = shared.ask(shared.path)[1].decode()
    assert "Anna &amp; &lt;b&gt;" in page
    assert "& <b>" not in page
    assert "<script" not in page
    assert 'href="plan.ics"' in page
    assert "Safari" in page
    assert "Android" in page


def test_a_discreet_page_does_not_name_the_plan(plan):
    with sharing(plan, "--discreet") as shared:
        page = shared.ask(shared.path)[1].decode()
    assert "Anna" not in page
    assert "needl" not in page
    assert 'href="appointments.ics"' in page


def test_quiet_says_nothing(plan):
    with sharing(plan, "--quiet") as shared:
        assert shared.end() == (0, "", "")


def test_each_time_the_secret_is_another(plan):
    with sharing(plan) as one, sharing(plan) as other:
        assert one.path != other.path
        assert one.ask(other.path)[0].status == 404


@missing("curl")
def test_curl_gets_the_file_and_nothing_else(plan):
    def curl(*argv):
        form = "%{http_code} %{content_type}"
        done = subprocess.run(
            ["curl", "-s", "-o", os.devnull, "-w", form, "--max-time", "20", *argv],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    with sharing(plan) as shared:
        assert curl(f"{shared.url}plan.ics") == "200 text/calendar; charset=utf-8"
        assert curl("-I", f"{shared.url}plan.ics") == "200 text/calendar; charset=utf-8"
        assert curl(shared.url) == "200 text/html; charset=utf-8"
        assert curl("-X", "POST", "-d", "x=1", shared.url) == "404 "
        assert curl("-H", "Host: evil.example", shared.url) == "404 "
        assert curl(f"http://{shared.place}/") == "404 "


# --- what is refused ------------------------------------------------------------------------

REFUSED = [
    ("--minutes", "0", "--minutes 0: write 1 to 60"),
    ("--minutes", "61", "--minutes 61: write 1 to 60"),
    ("--port", "65536", "--port 65536: 1024 to 65535 is allowed, or leave it out"),
    ("--port", "-1", "--port -1: 1024 to 65535 is allowed, or leave it out"),
    ("--host", "home", '--host "home" isn\'t an IPv4 address; write one like 192.168.1.23'),
    ("--host", "::1", '--host "::1" isn\'t an IPv4 address; write one like 192.168.1.23'),
    *(("--host", host, f"--host {host} isn't an address of one machine; give this machine's own")
      for host in ("0.0.0.0", "224.0.0.1", "255.255.255.255")),  # noqa: S104 - refused
    ("--host", "198.51.100.7",
     "198.51.100.7 is not an address of this machine; leave --host out to be asked"),
]  # fmt: skip


@pytest.mark.parametrize(("flag", "value", "said"), REFUSED)
def test_invalid_options_are_refused_in_one_sentence(run, plan, flag, value, said):
    done = run("share", "-p", plan, flag, value)
    assert (done.code, done.out, done.err) == (2, "", f"microplan: {said}\n")


def test_a_port_in_use_is_refused(run, plan):
    with sharing(plan) as shared:
        port = shared.place.partition(":")[2]
        done = run("share", "-p", plan, "--host", "127.0.0.1", "--port", port)
    said = f"microplan: port {port} of 127.0.0.1 is in use; leave --port out for a free one\n"
    assert (done.code, done.err) == (2, said)


def test_without_a_plan_nothing_is_served(run):
    assert run("share").code == 3


# --- the question ---------------------------------------------------------------------------

HOME = addresses.Address(text="192.168.1.23", interface="wlan0")
BRIDGE = addresses.Address(text="172.17.0.1", interface="docker0")


@pytest.mark.parametrize(
    ("found", "answers", "chosen"),
    [
        pytest.param([HOME], [""], HOME.text, id="Enter is a yes"),
        pytest.param([HOME], ["n"], "", id="a no serves nothing"),
        pytest.param([HOME], ["maybe", "y"], HOME.text, id="nonsense is asked again"),
        pytest.param([BRIDGE, HOME], ["2"], HOME.text, id="of several one by its number"),
        pytest.param([BRIDGE, HOME], [""], "", id="of several none unless chosen"),
        pytest.param([BRIDGE, HOME], ["0", "3", "y", "1"], BRIDGE.text, id="a number there is"),
    ],
)
def test_a_person_chooses_where(monkeypatch, found, answers, chosen):
    asked = []
    monkeypatch.setattr(streams, "ask", lambda prompt: asked.append(prompt) or answers.pop(0))
    assert invitation.choose(found, "for 10 minutes") == chosen
    assert not answers
    assert "10 minutes" in asked[0]


def test_on_no_network_it_says_what_would_do():
    with pytest.raises(UsageError, match="join your phone's Wi-Fi"):
        invitation.choose([], "for 10 minutes")


def test_at_a_terminal_it_asks_first(terminal, plan):
    found = addresses.addresses()
    if not found:
        done = terminal("share", "-p", str(plan))
        assert done.code == 2
        return
    done = terminal("share", "-p", str(plan), answers=["n" if len(found) == 1 else ""])
    assert done.code == 0
    assert done.screen.startswith("Your phone must be on the same Wi-Fi. ")
    assert done.screen.endswith("nothing was shared\n")
    assert not URL.search(done.screen)


def test_no_qr_code_is_drawn_for_a_loopback_address(plan):
    code, shown = at_terminal(plan, program=PROGRAM)
    words = " ".join(shown.decode().split())
    assert code == 0
    assert words.startswith("http://127.0.0.1:")
    assert (
        "Only this machine can reach that; for a phone, give this machine's Wi-Fi address" in words
    )
    assert "camera" not in words


# --- the code -------------------------------------------------------------------------------

THEMES = {"dark": ((12, 12, 12), (204, 204, 204)), "light": ((253, 246, 227), (101, 123, 131))}
"""Background and writing of a terminal."""
CELL = (4, 8)
"""Pixels of a character."""


FOR_PHONES = (sys.executable, Path(__file__).with_name("for_phones.py"))
"""The program, to which this machine's own address stands for one in a Wi-Fi."""


def at_terminal(plan, columns=80, lines=50, program=FOR_PHONES, **env):
    """What a terminal of that size shows until Ctrl-C, and the code that ends it."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", lines, columns, 0, 0))
    argv = ["share", "--minutes", "1", "--host", "127.0.0.1", "-p", plan]
    child = started(program, argv, slave, env)
    os.close(slave)
    try:
        shown = read_until(master, b"ends it.\r\n")
        child.send_signal(signal.SIGINT)
        shown += read_until(master, b"any more\r\n")
        code = child.wait(SECONDS)
    finally:
        child.kill()
        os.close(master)
    return code, shown


def started(program, argv, slave, env):
    """Start a program at a terminal, by a fork where one can stand for it."""
    fixed = ("COLUMNS", "LINES")  # which would outweigh what the terminal says
    environ = {name: text for name, text in os.environ.items() if name not in fixed} | env
    if forks.can_stand_for(program, env):
        fds = dict.fromkeys((0, 1, 2), slave)
        return forks.Child(program, argv, fds, env=environ, terminal=os.ttyname(slave))
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    return subprocess.Popen([*program, *argv], env=environ, **streams, start_new_session=True)


def read_until(master, end):
    shown = b""
    while not shown.replace(b"\r\n    ", b" ").endswith(end):
        assert select.select([master], [], [], SECONDS)[0], shown
        shown += os.read(master, 65536)
    return shown


def picture(shown, theme, columns, lines):
    """Paint a terminal's screen in the colours of a theme, as a PPM."""
    screen = pyte.Screen(columns, lines)
    pyte.ByteStream(screen).feed(shown)
    width, height = CELL
    rows = []
    for y in range(lines):
        cells = [paint(screen.buffer[y][x], *theme) for x in range(columns)]
        rows += [b"".join(bytes(cell[half]) * width for cell in cells)
                 for half in (0, 1) for _ in range(height // 2)]  # fmt: skip
    return b"P6 %d %d 255\n" % (columns * width, lines * height) + b"".join(rows)


def paint(char, back, fore):
    """The upper and the lower half of a character; letters are left out."""
    paper = back if char.bg == "default" else tuple(bytes.fromhex(char.bg))
    ink = fore if char.fg == "default" else tuple(bytes.fromhex(char.fg))
    return (ink if char.data in "▀█" else paper), (ink if char.data in "▄█" else paper)


@missing("zbarimg")
@pytest.mark.parametrize(
    ("columns", "env"),
    [
        pytest.param(80, {}, id="in half blocks"),
        pytest.param(150, {}, id="in a wide terminal"),
        pytest.param(
            80,
            {"PYTHONIOENCODING": "ascii"},
            marks=pytest.mark.slow,
            id="in blanks, without half blocks",
        ),
    ],
)
def test_a_camera_reads_the_address_that_is_printed(plan, tmp_path, columns, env):
    code, shown = at_terminal(plan, columns, **env)
    assert code == 0
    pictures = {tmp_path / f"{theme}.ppm": colours for theme, colours in THEMES.items()}
    for path, colours in pictures.items():
        path.write_bytes(picture(shown, colours, columns, 50))
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", *pictures], capture_output=True, text=True, check=True
    )
    assert read.stdout.split() == [URL.search(shown.decode())[0]] * len(THEMES)


@pytest.mark.parametrize(
    ("size", "env", "said"),
    [
        pytest.param((36, 50), {}, b"The code needs a terminal of 37", id="too narrow"),
        pytest.param((80, 20), {}, b"The code needs a terminal of 37 columns and 21", id="too low"),
        pytest.param((80, 50), {"NO_COLOR": "1"}, b"The code needs colours", id="no colours"),
        pytest.param((80, 50), {"TERM": "dumb"}, b"The code needs colours", id="a dumb terminal"),
    ],
)
def test_the_address_is_printed_if_no_code_can_be_drawn(plan, size, env, said):
    code, shown = at_terminal(plan, *size, **env)
    assert code == 0
    assert said in shown
    assert URL.search(shown.decode())
    assert b"\x1b" not in shown
