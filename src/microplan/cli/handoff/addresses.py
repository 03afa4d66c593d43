"""Finds this machine's addresses on the local network, without sending anything."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from msgspec import Struct

SIOCGIFADDR = {"linux": 0x8915, "darwin": 0xC0206921}
"""The ioctl that returns the address of an interface (netdevice(7); <sys/sockio.h>)."""
NAME = 16
"""Bytes of an interface's name in ``struct ifreq``; a ``sockaddr_in`` follows."""


class Address(Struct, frozen=True, kw_only=True):
    """An IPv4 address and its interface, if known."""

    text: str
    interface: str = ""


def addresses() -> tuple[Address, ...]:
    """List this machine's addresses except loopback ones.

    Only the first address of each interface is listed. On a system whose ioctl is unknown,
    the machine's host name is looked up instead.
    """
    ask = SIOCGIFADDR.get(sys.platform)
    candidates = _of_interfaces(ask) if ask and find_spec("fcntl") else _of_own_name()
    return tuple(address for address in candidates if not address.text.startswith(("127.", "0.")))


def _of_interfaces(ask: int) -> Iterator[Address]:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[: NAME - 1])
            with contextlib.suppress(OSError):  # an interface without an IPv4 address
                reply = fcntl.ioctl(any_socket.fileno(), ask, request)
                yield Address(text=socket.inet_ntoa(reply[NAME + 4 : NAME + 8]), interface=name)


def _of_own_name() -> Iterator[Address]:
    with contextlib.suppress(OSError):
        own = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET, socket.SOCK_STREAM)
        for text in dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in own):
            yield Address(text=text)
