"""Content offered over HTTP behind a secret path, and the answer to each request.

Anything but a GET or HEAD of an offered path, or a POST of an offered choice, at the served
address gets the same empty 404, so probing reveals nothing.
"""

from __future__ import annotations

import hmac
import re

from msgspec import Struct


class Item(Struct, frozen=True, kw_only=True):
    """Content at one path; the empty name is the page that the QR code opens.

    A file has a file name but is sent to be shown inline: an iPhone then asks which
    calendar the events go to, instead of only saving a download. With a ``tag``, a client that
    already has the content isn't sent it again (RFC 9110, section 13.1.2).

    A choice is posted by a form without fields, as its name says what was chosen. Its
    answer is the content or, without content, a redirect to another page.
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
"""The content security policy: a browser may show the page and load nothing else."""


class Offer(Struct, frozen=True, kw_only=True):
    """Items to serve, the secret in their paths, and the ``address:port`` to serve at."""

    secret: str
    netloc: str
    items: tuple[Item, ...]
    policy: str = POLICY

    @property
    def url(self) -> str:
        """The URL of the page that the QR code opens."""
        return f"http://{self.netloc}{self.path('')}"

    def path(self, name: str) -> str:
        """Return the path of an item."""
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
    """Find the item at a path, in constant time so that timing doesn't leak the secret."""
    asked = None
    for item in offer.items:
        if hmac.compare_digest(path, offer.path(item.name).encode()):
            asked = item
    return asked if asked and asked.is_choice == (method == b"POST") else None


def _hosts(fields: list[bytes]) -> list[bytes]:
    """List the hosts that a request names; a request by DNS rebinding names another host."""
    return _values(fields, b"host")


def _values(fields: list[bytes], name: bytes) -> list[bytes]:
    """List the values of a header field."""
    pairs = [field.partition(b":") for field in fields]
    return [value.strip(b" \t") for own, _, value in pairs if own.lower() == name]


def _is_known(tag: str, fields: list[bytes]) -> bool:
    """Whether the client already has the tag; a weak tag counts as the same content."""
    named = b",".join(_values(fields, b"if-none-match")).split(b",")
    tags = {tag.strip(b" \t").removeprefix(b"W/") for tag in named}
    return b"*" in tags or f'"{tag}"'.encode() in tags


def program(head: bytes) -> bytes:
    """Return the client's User-Agent."""
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
