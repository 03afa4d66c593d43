"""All expected errors: those the person can do something about.

Each class has its exit code in ``exit_code``. The text of an error is lower case: what can't be
read or done, where, and what to write instead.
"""

from __future__ import annotations


def cause(error: OSError) -> str:
    """Return the system's message for an error, in lower case."""
    return (error.strerror or str(error)).lower()


class MicroplanError(Exception):
    """Base of all expected errors; anything else is a defect of microplan."""

    exit_code = 1


class UsageError(MicroplanError):
    """A command line that can't be carried out as written."""

    exit_code = 2


LONG = 200
"""Most characters of a text that an error repeats."""


class RuleError(UsageError):
    """A rule that can't be read, with the fault marked.

    ``word`` is the rule's name (``every``), ``text`` what the person wrote, and ``span`` the
    start and end of the fault in ``text``, in characters. ``fix`` replaces the fault, if only
    one replacement fits.
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
        """The word, its text and the message, without the lead; used after a dotted path."""
        text = self.text if len(self.text) <= LONG else f"{self.text[: LONG - 1]}…"
        return f'{self.word} "{text}": {self.message}'

    @property
    def excerpt(self) -> RuleError:
        """The same error with a long text cut down to the part around the fault."""
        start, end = self.span
        first = max(start - LONG // 2, 0) if len(self.text) > LONG else 0
        text = self.text[first : first + LONG]
        span = (start - first, min(end - first, len(text)))
        return RuleError(self.message, word=self.word, text=text, span=span)

    @property
    def corrected(self) -> str:
        """The text with the fix applied; empty if there is no fix."""
        start, end = self.span
        return f"{self.text[:start]}{self.fix}{self.text[end:]}" if self.fix else ""


class UnreadableError(RuleError):
    """A text that can't be parsed; a plain RuleError is for a value that parses but isn't allowed."""

    lead = "can't read "


class PlanFileError(MicroplanError):
    """A plan that can't be found or read; ``findings`` lists every fault with its dotted path."""

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
    """A valid request that would break the plan.

    ``commands`` are alternatives to suggest, without the leading ``microplan``. ``flag`` is
    appended to each to select the plan, such as `` -p ben.toml``.
    """

    exit_code = 4

    def __init__(self, message: str, *commands: str, flag: str = "") -> None:
        self.message = message
        self.commands = commands
        ways = " or ".join(f"microplan {command}{flag}" for command in commands)
        super().__init__(f"{message}: {ways}" if ways else message)

    def for_plan(self, flag: str) -> RefusedError:
        """Suggest the same commands for the plan that ``flag`` selects."""
        return type(self)(self.message, *self.commands, flag=flag)


class ScheduleError(RefusedError):
    """A session that has no possible day."""


class NothingLeftError(MicroplanError):
    """No session is left; a script learns it from the exit code alone."""

    exit_code = 5


class FindingsError(MicroplanError):
    """A check has findings, which have been printed."""

    exit_code = 6


class ConflictError(MicroplanError):
    """A file or event that somebody else changed between our read and our write."""

    exit_code = 7


class ServerError(MicroplanError):
    """A server that refuses a request, can't be reached, or sends an invalid answer."""

    exit_code = 8


class RedirectedError(ServerError):
    """A server that redirects to another origin; microplan doesn't follow."""


class EventRefusedError(ServerError):
    """A server refused one event; it may accept others."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class OutputError(MicroplanError):
    """A file or stream that can't be written."""

    exit_code = 9
