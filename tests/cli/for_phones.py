"""The program, to which no address is of this machine alone: tests use no Wi-Fi."""

from ipaddress import IPv4Address

from microplan.__main__ import run

if __name__ == "__main__":
    IPv4Address.is_loopback = False
    run()
