"""What is offered over HTTP behind a secret, and the one answer that each request gets.

What is not exactly a GET or HEAD of an offered path at the address that is served gets the same
empty 404, so that probing teaches nothing.
"""

from __future__ import annotations

import hmac
import re

from msgspec import Struct


class Item(Struct, frozen=True, kw_only=True):
    """What stands behind one name; the empty name is the page behind the code.

    A file is offered by its name, and still shown where a browser can: an iPhone then asks which
    calendar the events go to, where a download would only lie among others. With a ``tag`` whoever
    has that content already is not sent it again (RFC 9110, section 13.1.2).
    """

    name: str
    type: str
    content: bytes
    is_file: bool = False
    tag: str = ""


class Offer(Struct, frozen=True, kw_only=True):
    """What is offered, behind which secret, at which ``address:port``."""

    secret: str
    place: str
    items: tuple[Item, ...]

    @property
    def url(self) -> str:
        """The address of the page behind the code."""
        return f"http://{self.place}{self.path('')}"

    def path(self, name: str) -> str:
        """Spell the path of an item."""
        return f"/{self.secret}/{name}"


_REQUEST = re.compile(rb"(GET|HEAD) (/[!-~]*) HTTP/1\.[01]")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_ALWAYS = (
    "Cache-Control: no-store",
    f"Content-Security-Policy: {_POLICY}",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)
END = b"\r\n\r\n"


def answer(head: bytes, offer: Offer) -> tuple[bytes, Item | None]:
    """Answer a request; ``head`` is everything up to the empty line.

    Every other method, path, host or spelling gets the same 404.
    """
    first, *fields = head.split(b"\r\n")
    request = _REQUEST.fullmatch(first)
    item = _asked_for(request[2], offer) if request else None
    if request is None or item is None or _hosts(fields) != [offer.place.encode()]:
        return _response("404 Not Found", "Content-Length: 0"), None
    is_get = request[1] == b"GET"
    if item.tag and _is_known(item.tag, fields):
        return _response("304 Not Modified", *_describe(item)[2:]), item if is_get else None
    response = _response("200 OK", *_describe(item))
    return (response + item.content, item) if is_get else (response, None)


def _asked_for(path: bytes, offer: Offer) -> Item | None:
    """Find the item of a path, in a time that tells nothing of the secret."""
    found = None
    for item in offer.items:
        if hmac.compare_digest(path, offer.path(item.name).encode()):
            found = item
    return found


def _hosts(fields: list[bytes]) -> list[bytes]:
    """List the hosts that a request names; a page elsewhere that reaches us names its own."""
    return _values(fields, b"host")


def _values(fields: list[bytes], name: bytes) -> list[bytes]:
    """List the values of a field."""
    pairs = [field.partition(b":") for field in fields]
    return [value.strip(b" \t") for own, _, value in pairs if own.lower() == name]


def _is_known(tag: str, fields: list[bytes]) -> bool:
    """Whether a request names the tag among those it has; a weak one is the same content too."""
    named = b",".join(_values(fields, b"if-none-match")).split(b",")
    tags = {each.strip(b" \t").removeprefix(b"W/") for each in named}
    return b"*" in tags or f'"{tag}"'.encode() in tags


def program(head: bytes) -> bytes:
    """Name the program that asks, as it names itself."""
    return b" ".join(_values(head.split(b"\r\n")[1:], b"user-agent"))


def _describe(item: Item) -> list[str]:
    lines = [f"Content-Type: {item.type}", f"Content-Length: {len(item.content)}"]
    if item.is_file:
        lines.append(f'Content-Disposition: inline; filename="{item.name}"')
    if item.tag:
        lines.append(f'ETag: "{item.tag}"')
    return lines


def _response(status: str, *lines: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, *_ALWAYS]).encode() + END
