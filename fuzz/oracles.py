"""Checks for everything microplan prints or writes, whoever wrote the text in it."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from microplan.errors import MicroplanError
from microplan.formats import FORMATS, Subject, render
from microplan.model.plan import Plan
from microplan.storage import plan_file
from microplan.wording import phrases

STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that can control a terminal or reverse the text."""
JOINING = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]")
FORMULA = tuple("=+-@\t\r＝＋－＠")
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTENT_LINE = re.compile(r'[A-Z][A-Z0-9-]*(;[A-Z-]+=("[^"]*"|[^";:,]*))*:')
OCTETS = 75


class BrokenPromiseError(AssertionError):
    """The program printed or wrote something that it never should."""


def holds(is_so: object, what: str) -> None:
    """Raise unless a promise holds; ``python -O`` would remove an assert."""
    if not is_so:
        raise BrokenPromiseError(what)


def calm(text: str) -> None:
    """Assert that a text is safe to show: nothing in it controls a terminal."""
    for character in set(JOINING.sub("", text.replace("\n", ""))):
        holds(unicodedata.category(character) not in STEERING, f"{character!r} is shown as it is")


def expected(read: Callable[[], object]) -> object:
    """Call ``read``; return None for an expected error, whose text must be safe to show."""
    try:
        return read()
    except MicroplanError as error:
        sentence(str(error))
        for finding in getattr(error, "findings", ()):
            sentence(finding)
        return None


def sentence(text: str) -> None:
    """Assert that an error has a text, and that it's safe to show."""
    holds(text and not text[0].isspace(), "a fault is told in no words")
    calm(phrases.visible(text))


def separated(text: str, delimiter: str) -> None:
    """Assert that every row has as many cells as the header, and that no cell is a formula."""
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    for row in rows:
        holds(len(row) == len(rows[0]), f"a row has {len(row)} cells")
        for cell in row:
            is_number = cell.removeprefix("-").isdigit()
            holds(is_number or not cell.startswith(FORMULA), f"the cell {cell!r} begins a formula")


def calendar(text: str) -> None:
    """Assert that a calendar has complete, folded lines, and only properties that we write."""
    holds(text.endswith("\r\n"), "the last line is not ended")
    holds(TURNING.isdisjoint(text), "the writing is turned round")
    lines = text.split("\r\n")[:-1]
    for line in lines:
        holds("\n" not in line and "\r" not in line, "a line is ended within")
        holds(len(line.encode()) <= OCTETS, "a line is longer than 75 octets")
    unfolded = text.replace("\r\n ", "").split("\r\n")[:-1]
    depth = 0
    for line in unfolded:
        found = CONTENT_LINE.match(line)
        holds(found, f"{line!r} is no content line")
        name = line.partition(":")[0].partition(";")[0]
        holds(name in PROPERTIES, f"{name} is no property of ours")
        depth += {"BEGIN": 1, "END": -1}.get(name, 0)
        holds(depth > 0 or line == unfolded[-1], "the calendar ends early")
    holds(depth == 0, "a component is not ended")


PROPERTIES = frozenset(
    [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "NAME",
        "X-WR-CALNAME",
        "X-WR-TIMEZONE",
        "REFRESH-INTERVAL",
        "X-PUBLISHED-TTL",
        "TZID",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZNAME",
        "RRULE",
        "RDATE",
        "DTSTART",
        "DTEND",
        "DTSTAMP",
        "UID",
        "SEQUENCE",
        "LAST-MODIFIED",
        "CREATED",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "STATUS",
        "TRANSP",
        "CLASS",
        "X-MICROPLAN-START",
        "TRIGGER",
        "ACTION",
        "URL",
        "X-LIC-LOCATION",
    ]
)


class _Tags(HTMLParser):
    """Collects the elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}

    def handle_decl(self, decl: str) -> None:
        self.found |= {decl}

    def handle_comment(self, data: str) -> None:
        self.found |= {f"comment {data}"}

    def handle_pi(self, data: str) -> None:
        self.found |= {f"instruction {data}"}


def page(text: str) -> None:
    """Assert that a page has only the elements and attributes that we write."""
    calm(text)
    tags = _Tags()
    tags.feed(text)
    tags.close()
    holds(tags.found <= TAGS, f"{sorted(tags.found - TAGS)} is in the page")


TAGS = frozenset(
    {
        "DOCTYPE html",
        "article",
        "b",
        "bdi",
        "body",
        "caption",
        "code",
        "div",
        "div class",
        "h1",
        "h2",
        "h3",
        "head",
        "html",
        "html lang",
        "li",
        "main",
        "meta",
        "meta charset",
        "meta content",
        "meta http-equiv",
        "meta name",
        "p",
        "p class",
        "section",
        "section class",
        "small",
        "span",
        "span class",
        "style",
        "table",
        "table class",
        "tbody",
        "tbody class",
        "td",
        "td aria-label",
        "td class",
        "td colspan",
        "th",
        "th abbr",
        "th rowspan",
        "th scope",
        "thead",
        "time",
        "time datetime",
        "title",
        "tr",
        "ul",
        "ul class",
    }
)


def document(text: str) -> None:
    """Assert that a document is valid JSON in ASCII."""
    holds(text.isascii(), "a character could be lost on the way")
    json.loads(text)


def lines(text: str) -> None:
    """Assert that every line is a JSON document."""
    for line in text.splitlines():
        document(line)


def file_of(plan: Plan) -> Callable[[str], None]:
    """Return a check that a plan file reads back as ``plan``."""

    def same(text: str) -> None:
        calm(text)
        again, warnings = plan_file.load(text)
        holds((again, warnings) == (plan, ()), "the file is another plan")

    return same


def bundle(text: str) -> None:
    """Assert that a FHIR bundle is JSON in ASCII, and that its resources have unique names."""
    holds(text.isascii(), "characters that need an encoding")
    names = [entry["fullUrl"] for entry in json.loads(text)["entry"]]
    holds(len(names) == len(set(names)), "two resources of one name")


def promises(plan: Plan) -> Iterator[tuple[str, Callable[[str], None]]]:
    """Pair every format with its check; a new format needs one."""
    kept: dict[str, Callable[[str], None]] = {
        "table": calm,
        "calendar": calm,
        "timeline": calm,
        "tsv": lambda text: separated(text, "\t"),
        "csv": lambda text: separated(text, ","),
        "json": document,
        "ndjson": lines,
        "toml": file_of(plan),
        "ics": calendar,
        "fhir": bundle,
        "html": page,
    }
    holds(kept.keys() == FORMATS.keys(), f"no promise for {FORMATS.keys() ^ kept.keys()}")
    yield from kept.items()


def said(subject: Subject) -> None:
    """Render a plan in every format, with and without care, and check each."""
    for name, promise in promises(subject.plan):
        promise("".join(render(name, subject)))


# --- the other rooms ------------------------------------------------------------------------


def kept_secret(secret: str, text: str) -> None:
    """Assert that a text doesn't leak a secret in the input."""
    holds(secret not in text, "what a calendar says of its owner is told")


def one_line(line: bytes) -> None:
    """Assert that a line is a single complete JSON document."""
    holds(line.endswith(b"\n") and line.count(b"\n") == 1, "a line that is none, or two")
    holds(b"\r" not in line and line.isascii(), "a line that some reader would split")
    json.loads(line)


NAME_BYTES = 255
DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³])[ .]*(\..*)?", re.IGNORECASE
)


def file_name(name: str) -> None:
    """Assert that a file name is valid on every system and stays in its folder."""
    calm(name)
    holds(
        name not in ("", ".", "..") and not set(name) & set('/\\:*?"<>|\n'), f"{name!r} leads away"
    )
    holds(len(name.encode()) <= NAME_BYTES, f"{name!r} is too long")
    holds(name == name.rstrip(" ."), f"{name!r} has another name where ends are cut off")
    holds(not name.startswith((".", "~", "-")), f"{name!r} is hidden, a home or a flag")
    holds(not DEVICES.fullmatch(name), f"{name!r} is a device")


CODES = frozenset({0, 2, 3, 4, 5, 6, 7, 8, 9, 130, 141})
"""The documented exit codes, except the one for a defect."""


def ended_well(code: int, out: str, err: str) -> None:
    """Assert that a command ended with a documented code and printed only safe text."""
    holds(code in CODES, f"it ended with {code}: {err}")
    holds("Traceback" not in err, err)
    calm(err)
    steering = {character for character in out if ord(character) < ord(" ")} - set("\t\r\n")
    holds(not steering, f"{steering} goes to stdout as it is")
    holds(bool(err.strip()) or code in QUIET, f"it ended with {code} and no word why")


QUIET = frozenset({0, 5, 6, 130, 141})
"""Exit codes that need no message."""
