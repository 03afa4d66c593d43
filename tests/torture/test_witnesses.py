"""What ``push`` and ``pull`` never reach: a proxy, ``.netrc``, a responder, another server.

Each has a witness on loopback, and the process itself is overseen: it speaks to the one server that
was named, looks no other name up, and opens nobody's credentials.
"""

import base64
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests import remotes, witnesses

pytestmark = [pytest.mark.slow, pytest.mark.torture]

NAMES = ("localhost", "calendar.example")
OVERSEEN = (sys.executable, str(Path(__file__).with_name("overseen.py")))
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
UNSET = ("no_proxy", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
OURS = base64.b64encode(f"{remotes.USER}:{remotes.PASSWORD}".encode()).decode()
COMMANDS = (("push",), ("push", "--dry-run"), ("pull",))


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    """A responder, and a server's certificate that names it as the place to ask about itself."""
    with witnesses.watching(witnesses.Stream) as (responder,):
        folder = tmp_path_factory.mktemp("certificates")
        authority, tls = witnesses.certified(folder, NAMES, responder.url)
        yield SimpleNamespace(authority=authority, tls=tls, responder=responder)


@pytest.fixture
def overseen(process, plan, environment, tmp_path, pki):
    """Push or pull to a server in a process that is overseen; ``env`` is added to its own."""

    def _overseen(command, url, *flags, env=None, password=remotes.PASSWORD, through=""):
        record = tmp_path / "record.json"
        named = ("-p", str(plan), "--url", url, "--user", remotes.USER)
        surroundings = dict.fromkeys((*PROXIES, *UNSET))
        surroundings |= {"MICROPLAN_CALDAV_PASSWORD": password} | (env or {})
        program = (*OVERSEEN, str(record), str(pki.authority))
        done = process(*command, *named, *flags, program=program, env=surroundings)
        seen = json.loads(record.read_text())
        here = urlsplit(through or url)
        assert {tuple(place) for place in seen["places"]} == {("127.0.0.1", here.port)}
        assert set(seen["names"]) <= {here.hostname}
        assert not [path for path in seen["opened"] if _is_of_somebody_else(path, environment)]
        return done

    return _overseen


def _is_of_somebody_else(path, home):
    """Whether a file may hold other programs' credentials: all in a home except our own."""
    inside = os.path.realpath(path).startswith(f"{home}{os.sep}")
    return inside and "microplan" not in path.removeprefix(str(home))


def calendar(headers=None, **answers):
    """Answer as a calendar does that wants a name and a password, each time with these headers."""
    usual = {
        "PROPFIND": (207, remotes.IS_CALENDAR),
        "REPORT": (207, remotes.MULTISTATUS.format("")),
        "PUT": (201, ""),
    } | answers

    def answer(handler, _):
        status, body = usual[handler.command]
        if handler.headers.get("Authorization") != f"Basic {OURS}":
            status, body = 401, ""
        handler.send_response(status)
        usually = {"Content-Type": remotes.XML, "Content-Length": str(len(body))}
        asks = {"WWW-Authenticate": 'Basic realm="x"'} if status == 401 else {}
        for name, value in (usually | asks | {"Connection": "close"} | (headers or {})).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body.encode())

    return dict.fromkeys(usual, answer)


def authorizations(server):
    """Return the Authorization headers that a server received."""
    return {h["Authorization"] for _, _, h in server.asked if "Authorization" in h}


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_proxies_in_the_environment_are_not_used(overseen, counted, name):
    with witnesses.watching(witnesses.Stream) as (proxy,), remotes.failing(**calendar()) as server:
        url = server.url.replace("127.0.0.1", name)
        for command in COMMANDS:
            overseen(command, url, env=dict.fromkeys(PROXIES, proxy.url))
            counted("pushes and pulls past a proxy")
        assert authorizations(server) == {f"Basic {OURS}"}
        assert proxy.heard == []


def test_proxies_in_the_environment_are_not_used_over_https(overseen, counted, pki):
    with (
        witnesses.watching(witnesses.Stream) as (proxy,),
        remotes.failing(tls=pki.tls, **calendar()) as server,
    ):
        for command in COMMANDS:
            env = dict.fromkeys(PROXIES, proxy.url)
            overseen(command, server.url.replace("127.0.0.1", "localhost"), env=env)
            counted("pushes and pulls past a proxy")
        assert authorizations(server) == {f"Basic {OURS}"}
        assert proxy.heard == []


def test_a_given_proxy_tunnels_to_the_server_and_learns_nothing(overseen, pki):
    """The proxy only tunnels; the traffic is encrypted for the server."""
    with (
        remotes.failing(tls=pki.tls, **calendar()) as server,
        witnesses.watching(lambda: witnesses.Tunnel(server.server_port)) as (proxy,),
    ):
        url = "https://calendar.example/c/"
        done = overseen(("push",), url, "--proxy", proxy.url, through=proxy.url)
        assert (done.code, authorizations(server)) == (0, {f"Basic {OURS}"})
    assert {line for line, *_ in proxy.heads} == {"CONNECT calendar.example:443 HTTP/1.1"}
    assert "authorization" not in str(proxy.heads).lower()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_no_proxy_leads_to_this_machine(overseen, environment, name):
    config = environment / "config" / "microplan" / "config.toml"
    config.parent.mkdir(parents=True)
    with witnesses.watching(witnesses.Stream) as (proxy,), remotes.failing(**calendar()) as server:
        config.write_text(f'[caldav]\nproxy = "{proxy.url}"\n')
        url = server.url.replace("127.0.0.1", name)
        assert overseen(("push",), url).code == 0
        assert overseen(("push",), url, "--proxy", proxy.url).code == 0
        assert proxy.heard == []


ELSEWHERE = [
    pytest.param("PROPFIND", {"Location": "{other}"}, (301, ""), id="moved"),
    pytest.param("PROPFIND", {"Location": "{other}"}, (307, ""), id="moved for now"),
    pytest.param("REPORT", {"Location": "{other}"}, (308, ""), id="a listing that moved"),
    pytest.param("PUT", {"Location": "{other}"}, (302, ""), id="an event that moved"),
    pytest.param(
        "PROPFIND",
        {},
        (
            207,
            remotes.principal(
                "<D:current-user-principal><D:href>{other}</D:href></D:current-user-principal>"
            ),
        ),
        id="a person who lives there",
    ),
    pytest.param(
        "PROPFIND",
        {},
        (
            207,
            remotes.principal(
                "<C:calendar-home-set><D:href>{other}</D:href></C:calendar-home-set>"
            ),
        ),
        id="calendars that are there",
    ),
]


@pytest.mark.parametrize(("method", "headers", "answer"), ELSEWHERE)
def test_a_server_that_points_to_another_is_not_followed(
    overseen, counted, method, headers, answer
):
    status, body = answer
    with witnesses.watching(witnesses.Stream) as (other,):
        headers = {name: value.format(other=other.url) for name, value in headers.items()}
        answers = calendar(headers, **{method: (status, body.format(other=other.url))})
        with remotes.failing(**answers) as server:
            for command in (("push",), ("pull",)):
                overseen(command, server.url)
                counted("pushes and pulls to a server that points to another")
        assert authorizations(server) == {f"Basic {OURS}"}
        assert other.heard == []


WRONG = "not-it"
NETRC = "machine 127.0.0.1 login eve password of-eve\ndefault login eve password of-eve\n"


@pytest.mark.parametrize("password", [remotes.PASSWORD, WRONG])
@pytest.mark.parametrize("name", [".netrc", "_netrc", "elsewhere"])
def test_credentials_from_a_netrc_are_never_sent(overseen, counted, environment, name, password):
    (environment / name).write_text(NETRC)
    (environment / name).chmod(0o600)
    env = {"NETRC": str(environment / name)} if name == "elsewhere" else {}
    with remotes.failing(**calendar()) as server:
        for command in COMMANDS:
            done = overseen(command, server.url, env=env, password=password)
            counted("pushes and pulls beside a .netrc")
            assert (done.code == 8) == (password is WRONG)
    given = base64.b64encode(f"{remotes.USER}:{password}".encode()).decode()
    assert authorizations(server) == {f"Basic {given}"}


def test_no_ocsp_responder_is_contacted(overseen, counted, pki):
    with remotes.failing(tls=pki.tls, **calendar()) as server:
        for command in COMMANDS:
            overseen(command, server.url.replace("127.0.0.1", "localhost"))
            counted("pushes and pulls with a certificate that names a responder")
        strict = {"NIQUESTS_STRICT_OCSP": "1"}
        overseen(("push",), server.url.replace("127.0.0.1", "localhost"), env=strict)
        assert authorizations(server) == {f"Basic {OURS}"}
    assert pki.responder.heard == []


def test_another_way_that_a_server_offers_is_not_taken(overseen, counted, pki):
    with witnesses.watching(witnesses.Datagrams, witnesses.Stream) as (datagrams, stream):
        offer = f'h3=":{datagrams.port}"; ma=9, h2="127.0.0.1:{stream.port}"; ma=9'
        answers = calendar({"Alt-Svc": offer})
        with remotes.failing(tls=pki.tls, **answers) as server:
            for command in COMMANDS:
                overseen(command, server.url.replace("127.0.0.1", "localhost"))
                counted("pushes and pulls that were offered HTTP/3")
        assert (datagrams.heard, stream.heard) == ([], [])


def test_no_name_is_looked_up_but_as_the_system_does(overseen):
    with (
        witnesses.watching(witnesses.Stream) as (resolver,),
        remotes.failing(**calendar()) as server,
    ):
        env = {"NIQUESTS_DNS_URL": f"dot://127.0.0.1:{resolver.port}"}
        done = overseen(("push",), server.url.replace("127.0.0.1", "localhost"), env=env)
    assert (done.code, resolver.heard) == (0, [])


SURROUNDINGS = {
    "PYTHON_CALDAV_COMMDUMP": "1",  # a record of all that is said
    "PYTHON_CALDAV_DEBUGMODE": "DEBUG_PDB",
    "CALDAV_URL": "http://127.0.0.1:9/",
    "CALDAV_USERNAME": "eve",
}


def test_library_variables_in_the_environment_change_nothing(overseen, tmp_path):
    aside = tmp_path / "aside"
    aside.mkdir()
    with remotes.failing(**calendar()) as server:
        done = overseen(("push",), server.url, env=SURROUNDINGS | {"TMPDIR": str(aside)})
    assert (done.code, list(aside.iterdir())) == (0, [])
    assert authorizations(server) == {f"Basic {OURS}"}
