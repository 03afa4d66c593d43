"""Witnesses on loopback: whatever reaches one of these went where nobody had sent it."""

import contextlib
import select
import socket
import socketserver
import ssl
import subprocess
import threading


class Stream(socketserver.ThreadingTCPServer):
    """A port that keeps the first bytes of whoever comes, and hangs up: a proxy, a responder."""

    daemon_threads = True

    def __init__(self):
        self.heard = []
        super().__init__(("127.0.0.1", 0), _Hears)
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"


class _Hears(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.settimeout(5)
        with contextlib.suppress(OSError):
            self.server.heard.append(self.request.recv(4096))


class Tunnel(socketserver.ThreadingTCPServer):
    """A proxy that leads whoever asks to one port of this machine, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self, to):
        self.to, self.heads = to, []
        super().__init__(("127.0.0.1", 0), _Leads)
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/"


class _Leads(socketserver.StreamRequestHandler):
    rbufsize = 0

    def handle(self):
        head = list(iter(lambda: self.rfile.readline().decode().strip(), ""))
        self.server.heads.append(head)
        with socket.create_connection(("127.0.0.1", self.server.to)) as there:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                source = select.select([self.request, there], [], [], 30)[0][0]
                data = source.recv(65536)
                if not data:
                    return
                (there if source is self.request else self.request).sendall(data)


class Datagrams(socketserver.UDPServer):
    """The same for datagrams, as HTTP/3 sends them."""

    def __init__(self):
        self.heard = []
        super().__init__(("127.0.0.1", 0), _Keeps)
        self.port = self.server_address[1]


class _Keeps(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.heard.append(self.request[0])


@contextlib.contextmanager
def watching(*kinds):
    """Run a witness of each kind."""
    with contextlib.ExitStack() as stack:
        witnesses = [stack.enter_context(kind()) for kind in kinds]
        for witness in witnesses:
            thread = threading.Thread(
                target=witness.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True
            )
            thread.start()
            stack.callback(thread.join)
            stack.callback(witness.shutdown)
        yield witnesses


# --- certificates -----------------------------------------------------------------------------


def certified(folder, names, address):
    """Make an authority, and a certificate for some names that sends whoever checks it to an address.

    Returns the authority's file, and what a server needs to speak TLS by those names.
    """
    authority = _issued(folder, "authority", "/CN=Authority of a test", "CA:TRUE")
    leaf = _issued(
        folder,
        "leaf",
        f"/CN={names[0]}",
        "CA:FALSE",
        f"subjectAltName={','.join(f'DNS:{name}' for name in names)}",
        f"authorityInfoAccess=OCSP;URI:{address}ocsp,caIssuers;URI:{address}issuer",
        f"crlDistributionPoints=URI:{address}list",
        signer=authority,
    )
    chain = folder / "chain.pem"
    chain.write_bytes(leaf.read_bytes() + authority.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, _key(leaf))
    return authority, context


def _issued(folder, stem, subject, basic, *extensions, signer=None):
    path = folder / f"{stem}.pem"
    signed = ["-CA", signer, "-CAkey", _key(signer)] if signer else []
    added = [
        part
        for each in (f"basicConstraints=critical,{basic}", *extensions)
        for part in ("-addext", each)
    ]
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", subject, "-config", "/dev/null"),
            *("-keyout", _key(path), "-out", path),
            *signed,
            *added,
        ],
        check=True,
        capture_output=True,
    )
    return path


def _key(path):
    return path.with_suffix(".key")
