"""Questions in the line editor: keys are pressed, and the emulated screen is read."""

import fcntl
import os
import pty
import select
import struct
import termios
import time

import pyte
import pytest

from tests import forks

SECONDS = 30
ROWS, COLUMNS = 24, 80
CTRL_C, TAB, UP, LEFT, BACKSPACE, CTRL_U = "\x03", "\t", "\x1b[A", "\x1b[D", "\x7f", "\x15"


class Screen:
    """A process at a terminal that a person looks at, who presses keys."""

    def __init__(self, argv, env):
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", ROWS, COLUMNS, 0, 0))
        self.child = forks.Child(
            forks.PROGRAM,
            argv,
            dict.fromkeys(range(3), slave),
            env=os.environ | {"TERM": "xterm-256color", "NO_COLOR": ""} | env,
            terminal=os.ttyname(slave),
        )
        os.close(slave)

    def press(self, keys):
        os.write(self.master, keys.encode())

    def until(self, *texts):
        """Read output until all these texts are on the screen."""
        end = time.monotonic() + SECONDS
        while not all(text in self.text() for text in texts):
            assert time.monotonic() < end, f"{texts} never came:\n{self.text()}"
            self.read(end)
        return self.text()

    def read(self, end):
        if not select.select([self.master], [], [], max(end - time.monotonic(), 0))[0]:
            return
        try:
            read = os.read(self.master, 65536)
        except OSError:  # the other end is closed
            return
        self.stream.feed(read)
        if b"\x1b[6n" in read:  # where is the cursor?
            cursor = self.screen.cursor
            self.press(f"\x1b[{cursor.y + 1};{cursor.x + 1}R")

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def end(self):
        """Read to the end, and give the exit code."""
        end = time.monotonic() + SECONDS
        while self.child.poll() is None and time.monotonic() < end:
            self.read(time.monotonic() + 0.2)
        self.read(time.monotonic() + 0.2)
        return self.child.wait(SECONDS)

    def underlined(self):
        """Return the underlined text on the screen."""
        cells = (self.screen.buffer[y][x] for y in range(ROWS) for x in range(COLUMNS))
        return "".join(cell.data for cell in cells if cell.underscore)


@pytest.fixture
def looking():
    opened = []

    def _looking(*argv, **env):
        opened.append(Screen(argv, {"MICROPLAN_AS_OF": "2026-11-30"} | env))
        return opened[-1]

    yield _looking
    for screen in opened:
        if screen.child.poll() is None:
            screen.child.kill()
            screen.child.wait()
        os.close(screen.master)


BEGUN = (" 1 Where? home / clinic [leave out]", "Enter: leave out · ? explains")


def test_an_answer_is_read_back_below_before_enter(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    for answer in ("home\r", "\r", "\r"):
        screen.press(answer)
    screen.until(" 4 First session?", "? explains · < goes back")
    screen.press("sunday")
    assert "Sun 6 Dec 2026" in screen.until("> sunday", "Sun 6 Dec 2026").splitlines()[-1]


def test_a_fault_is_marked_at_its_place_and_enter_waits(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    screen.press("\r\r\r2026-12-01\r6x4m\r")
    screen.until("m could mean minutes or months. Write 6x4mo (months) or 6x4w (weeks)")
    assert screen.underlined() == "m"
    screen.press(f"{BACKSPACE}w\r")
    screen.until("6x4w → 6 sessions 4 weeks apart", " 7 Weekdays?")
    assert screen.underlined() == ""


def test_an_answer_is_edited_completed_and_taken_from_before(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    screen.press(f"cliic{LEFT}{LEFT}n\r")  # a letter put in between
    screen.until("> clinic", " 2 Device")
    screen.press(UP)
    screen.until(" 2 Device and needle length [leave out]              > clinic")
    screen.press(f"{CTRL_U}pen\r")
    screen.until(" 3 Follow a published course?")
    screen.press(f"dhurat-2013{CTRL_U}shah{TAB}")
    screen.until("> shah-2017")


def test_ctrl_c_says_what_was_not_saved_and_the_command_so_far(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    screen.press("home\r\r\r2026-12-01\r")
    screen.until(" 5 How far apart?")
    screen.press(CTRL_C)
    assert screen.end() == 130
    assert "Nothing saved. So far: microplan new --setting home --start 2026-12-01" in screen.text()


def test_the_end_of_input_counts_as_an_interrupt(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    screen.press("\x04")
    assert screen.end() == 130
    assert "Nothing saved." in screen.text()


def test_a_dumb_terminal_gets_plain_lines(looking):
    screen = looking("new", TERM="dumb")
    screen.until(" 1 Where? home / clinic [leave out]")
    screen.press("home\n")
    screen.until(" 2 Device")
    assert "Tab completes" not in screen.text()


def test_catch_up_asks_through_the_same_prompt(looking, run):
    made = run("new", "--start", "2026-11-01", "--every", "6x1w", "--save", "-q")
    assert made.code == 0
    screen = looking("catch-up")
    screen.until("#1 Sun 1 Nov", "Enter leaves it · ? explains")
    screen.press("perhaps")
    screen.until("write done, missed or away, or press Enter to leave it. ? explains")
    assert screen.underlined() == "perhaps"
    screen.press(f"{CTRL_U}done\r")
    screen.until("on which day? [2026-11-01]", "Enter takes Sun 1 Nov 2026")
    screen.press("2 Nov")
    screen.until("Mon 2 Nov 2026")
    screen.press(CTRL_C)
    assert screen.end() == 130


def test_a_required_answer_cannot_be_skipped_with_enter(looking):
    screen = looking("new")
    screen.until(*BEGUN)
    screen.press("\r\r\r")
    screen.until(" 4 First session?")
    screen.press("\r")
    screen.press("today\r")
    screen.until("today → Mon 30 Nov 2026", " 5 How far apart?")


def test_an_existing_saved_plan_is_mentioned_first(looking, run):
    assert run("new", "--start", "2026-12-01", "--every", "6x4w", "--save", "-q").code == 0
    screen = looking("new")
    shown = screen.until(*BEGUN)
    assert shown.index("You already have a plan: ") < shown.index(" 1 Where?")
