"""What is offered over HTTP behind a secret, and the one answer that each request gets.

Anything but a GET or HEAD of an offered path, or a POST of an offered choice, at the served
address gets the same empty 404, so probing reveals nothing.
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

    A choice is posted by a form that sends nothing with it: what was chosen is in the name. Its
    answer is the content or, where there is none, the way to another page.
    """

    name: str
    type: str
    content: bytes
    is_file: bool = False
    tag: str = ""
    is_choice: bool = False
    leads_to: str = ""


POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What a browser may do for what is offered: show it, and reach nothing."""


class Offer(Struct, frozen=True, kw_only=True):
    """What is offered, behind which secret, at which ``address:port``."""

    secret: str
    netloc: str
    items: tuple[Item, ...]
    policy: str = POLICY

    @property
    def url(self) -> str:
        """The address of the page behind the code."""
        return f"http://{self.netloc}{self.path('')}"

    def path(self, name: str) -> str:
        """Spell the path of an item."""
        return f"/{self.secret}/{name}"


_REQUEST = re.compile(rb"(GET|HEAD|POST) (/[!-~]*) HTTP/1\.[01]")
_ALWAYS = (
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
)
_EMPTY = "Content-Length: 0"
END = b"\r\n\r\n"


def answer(head: bytes, offer: Offer) -> tuple[bytes, Item | None]:
    """Answer a request; ``head`` is everything up to the empty line.

    Every other method, path, host or spelling gets the same 404.
    """
    first, *fields = head.split(b"\r\n")
    request = _REQUEST.fullmatch(first)
    item = _asked_for(request[2], offer, request[1]) if request else None
    if request is None or item is None or _hosts(fields) != [offer.netloc.encode()]:
        return _response(offer, "404 Not Found", _EMPTY), None
    if item.is_choice and not item.content:
        return _response(
            offer, "303 See Other", f"Location: {offer.path(item.leads_to)}", _EMPTY
        ), item
    is_whole = request[1] != b"HEAD"
    if item.tag and _is_known(item.tag, fields):
        known = _response(offer, "304 Not Modified", *_describe(item)[2:])
        return known, item if is_whole else None
    response = _response(offer, "200 OK", *_describe(item))
    return (response + item.content, item) if is_whole else (response, None)


def _asked_for(path: bytes, offer: Offer, method: bytes) -> Item | None:
    """Find the item of a path, in a time that tells nothing of the secret."""
    asked = None
    for item in offer.items:
        if hmac.compare_digest(path, offer.path(item.name).encode()):
            asked = item
    return asked if asked and asked.is_choice == (method == b"POST") else None


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
    tags = {tag.strip(b" \t").removeprefix(b"W/") for tag in named}
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


def _response(offer: Offer, status: str, *lines: str) -> bytes:
    policy = f"Content-Security-Policy: {offer.policy}"
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, policy, *_ALWAYS]).encode() + END
