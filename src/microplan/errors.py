"""All expected errors: those that the reader can do something about.

Each class carries the exit code of the command line in ``exit_code``; the text of an
error is one lower-case sentence: what was found, where, and what to write instead.
"""

from __future__ import annotations


def cause(error: OSError) -> str:
    """Say in lower case what the system said of a fault."""
    return (error.strerror or str(error)).lower()


class MicroplanError(Exception):
    """Base of all expected errors; anything else is a defect of microplan."""

    exit_code = 1


class UsageError(MicroplanError):
    """A command line that can't be carried out as written."""

    exit_code = 2


LONG = 200
"""Characters of a text that an error repeats at most."""


class RuleError(UsageError):
    """A rule that can't be read, with the fault marked.

    ``word`` is the rule's name (``every``), ``text`` what was written, and ``span`` the
    start and end of the fault in ``text``, in characters. ``fix`` is what to write in its
    place, if only one thing fits.
    """

    lead = ""

    def __init__(
        self, message: str, *, word: str, text: str, span: tuple[int, int], fix: str = ""
    ) -> None:
        self.message = message
        self.word = word
        self.text = text
        self.span = span
        self.fix = fix
        stop = "." if ". " in message and message[-1] not in ".?" else ""
        super().__init__(f"{self.lead}{self.located}{stop}")

    @property
    def located(self) -> str:
        """The word, its text and the message, as they follow a dotted path."""
        text = self.text if len(self.text) <= LONG else f"{self.text[: LONG - 1]}…"
        return f'{self.word} "{text}": {self.message}'

    @property
    def around(self) -> RuleError:
        """The same fault in no more of its text than fits around it."""
        start, end = self.span
        first = max(start - LONG // 2, 0) if len(self.text) > LONG else 0
        text = self.text[first : first + LONG]
        span = (start - first, min(end - first, len(text)))
        return RuleError(self.message, word=self.word, text=text, span=span)

    @property
    def corrected(self) -> str:
        """The text with the one fix in place of the fault; nothing if there is none."""
        start, end = self.span
        return f"{self.text[:start]}{self.fix}{self.text[end:]}" if self.fix else ""


class UnreadableError(RuleError):
    """A text that is no value of its word; a RuleError as such is a value that cannot stand."""

    lead = "can't read "


class PlanFileError(MicroplanError):
    """A plan that cannot be found or read; ``findings`` holds every fault with its dotted path."""

    exit_code = 3

    def __init__(self, message: str, *, findings: tuple[str, ...] = ()) -> None:
        self.findings = findings
        super().__init__(message)


class CalendarError(MicroplanError):
    """A calendar of another program that can't be read."""

    exit_code = 3


class RowsError(MicroplanError):
    """Rows of a batch that couldn't be planned; each has already been reported."""

    exit_code = 3


class RefusedError(MicroplanError):
    """A request that is understood and not carried out, because it would break the plan.

    ``commands`` would do instead, as they are typed after ``microplan``; ``flag`` names the plan
    in them, such as `` -p ben.toml``.
    """

    exit_code = 4

    def __init__(self, message: str, *commands: str, flag: str = "") -> None:
        self.message = message
        self.commands = commands
        ways = " or ".join(f"microplan {command}{flag}" for command in commands)
        super().__init__(f"{message}: {ways}" if ways else message)

    def about(self, flag: str) -> RefusedError:
        """Offer the same for the plan that a flag names."""
        return type(self)(self.message, *self.commands, flag=flag)


class ScheduleError(RefusedError):
    """A session for which no day is possible."""


class NothingLeftError(MicroplanError):
    """No session is left; only the exit code says so to a script."""

    exit_code = 5


class FoundError(MicroplanError):
    """A check has findings, which have been printed."""

    exit_code = 6


class ConflictError(MicroplanError):
    """A file or an event that somebody else changed between reading and writing."""

    exit_code = 7


class ServerError(MicroplanError):
    """A server that refuses, can't be reached, or gives an answer that makes no sense."""

    exit_code = 8


class RedirectedError(ServerError):
    """A server that leads to another place, where nobody follows it."""


class EventRefusedError(ServerError):
    """An event that a server refuses, though it may accept others."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class OutputError(MicroplanError):
    """A file or stream that can't be written."""

    exit_code = 9
