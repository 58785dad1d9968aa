"""Clients that take their time, and clients that are many: each ends, memory is bounded, others are served."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from appliance.web import limits, server
from tests.web.serve_booth import HASTY_SECONDS
from tests.web.served import Served, frame, read_all, serve

GROWTH_MB = 60.0
MANY = 1_000
OTHERS_SECONDS = 5.0
"""another client waits no longer, on a machine that has other work (our choice)"""
GIVEN_UP_SECONDS = HASTY_SECONDS * 4
"""after its limit; the machine has other work"""


@pytest.fixture(scope="module")
def hasty_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A booth that waits three seconds where the product waits ten to twenty."""
    with serve(tmp_path_factory.mktemp("hasty"), "--hasty") as found:
        yield found


@pytest.fixture
def hasty(hasty_process: Served) -> Iterator[Served]:
    yield hasty_process
    hasty_process.assert_well()


@pytest.fixture(autouse=True)
def many_files() -> Iterator[None]:
    """This process holds a thousand sockets and more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4_096, hard)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def others_are_served(served: Served) -> None:
    """A program, the page, and what the page asks for."""
    begun = time.monotonic()
    assert served.ask("GET", "/health").status == 200
    assert served.ask("GET", "/").status == 200
    assert served.ask("POST", "/api/kiosk/command", served.page(), b'{"command":"presence"}').status == 204
    assert time.monotonic() - begun < OTHERS_SECONDS


def hung_up(connection: socket.socket, seconds: float = GIVEN_UP_SECONDS) -> bool:
    """Whether the booth ends a connection in time."""
    connection.settimeout(seconds)
    try:
        return read_all(connection) is not None
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def opened(served: Served, sent: bytes = b"") -> socket.socket:
    connection = served.connect()
    connection.sendall(sent)
    return connection


def dripped(connection: socket.socket, byte: Callable[[int], bytes]) -> float:
    """Seconds until the booth ended a connection that gets a byte now and then."""
    begun = time.monotonic()
    connection.settimeout(0.2)
    for number in range(round(GIVEN_UP_SECONDS / 0.2)):
        try:
            connection.sendall(byte(number))
            if connection.recv(65_536) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    else:
        pytest.fail("it was never given up")
    return time.monotonic() - begun


def test_a_head_that_drips_is_given_up(hasty: Served) -> None:
    with opened(hasty, f"GET /health HTTP/1.1\r\nHost: {hasty.host}\r\n".encode()) as slow:
        others_are_served(hasty)
        assert dripped(slow, lambda number: f"X-{number}: y\r\n".encode()) >= HASTY_SECONDS - 0.5


def test_a_second_head_that_drips_is_given_up(hasty: Served) -> None:
    with opened(hasty, f"GET /health HTTP/1.1\r\nHost: {hasty.host}\r\n\r\n".encode()) as slow:
        assert slow.recv(65_536).startswith(b"HTTP/1.1 200")
        dripped(slow, lambda number: f"X-{number}: y\r\n".encode() if number else b"GET /health HTTP/1.1\r\n")


@pytest.mark.parametrize("path", ["/score", "/stt", "/whep", "/api/kiosk/command", "/api/admin/login"])
def test_a_body_that_drips_is_given_up(hasty: Served, path: str) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in hasty.page().items())
    kind = "application/sdp" if path == "/whep" else "application/json"
    told = f"{lines}Content-Type: {kind}\r\nContent-Length: 50000\r\n\r\n"
    with opened(hasty, f"POST {path} HTTP/1.1\r\nHost: {hasty.host}\r\n{told}".encode()) as slow:
        others_are_served(hasty)
        dripped(slow, lambda number: b" ")


def test_a_client_that_never_reads_is_given_up(hasty: Served) -> None:
    one = f"GET /api/openapi.json HTTP/1.1\r\nHost: {hasty.host}\r\n\r\n".encode()
    before = hasty.resident_mb()
    with ExitStack() as held:
        for _ in range(20):
            deaf = held.enter_context(socket.socket())
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.connect(("127.0.0.1", hasty.port))
            deaf.settimeout(1.0)
            with suppress(TimeoutError):
                deaf.sendall(one * 20_000)
        others_are_served(hasty)
        assert hasty.resident_mb() - before < GROWTH_MB
        await_connections(hasty, 3)


def test_a_websocket_that_never_reads_is_given_up(hasty: Served) -> None:
    """``/ws/stt`` answers each message: a client that takes no answer must not hold its place for ever."""
    with ExitStack() as held:
        for _ in range(limits.PLACES["stt"]):
            status, deaf = hasty.upgrade("/ws/stt", {})
            held.enter_context(deaf)
            assert status == 101
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            deaf.settimeout(1.0)
            with suppress(TimeoutError, ConnectionError):
                for _ in range(4_000):
                    deaf.sendall(frame(2, b"") * 200)
        others_are_served(hasty)
        await_connections(hasty, 3)
    status, connection = hasty.upgrade("/ws/stt", {})
    connection.close()
    assert status == 101


def await_connections(served: Served, most: int) -> None:
    """The booth ends all but a few connections, in time."""
    deadline = time.monotonic() + GIVEN_UP_SECONDS
    while (count := open_connections(served)) > most:
        assert time.monotonic() < deadline, f"{count} connections are still held"


def open_connections(served: Served) -> int:
    """TCP connections that the booth holds. Source: proc(5), /proc/net/tcp; state 01 is ESTABLISHED."""
    local = f":{served.port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    return sum(row[1].endswith(local) and row[3] == "01" for row in rows)


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\n", b"keep"], ids=["silent", "half a head", "kept alive"]
)
def test_others_are_served_while_a_thousand_sockets_are_held(served: Served, sent: bytes) -> None:
    before, files = served.resident_mb(), served.descriptors()
    if sent == b"keep":
        sent = f"GET /nowhere HTTP/1.1\r\nHost: {served.host}\r\n\r\n".encode()
    with ExitStack() as held:
        for number in range(MANY):
            with suppress(ConnectionError):  # some are let go while we still send
                held.enter_context(opened(served, sent))
            if number % 250 == 249:
                others_are_served(served)
        assert served.descriptors() - files <= limits.CONNECTIONS + server.BACKLOG
        assert served.resident_mb() - before < GROWTH_MB
    others_are_served(served)


def test_others_are_served_while_a_thousand_bodies_drip(served: Served) -> None:
    """Each is a request in progress, which nothing may displace."""
    head = f"POST /score HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: 50000\r\n\r\n".encode()
    before = served.resident_mb()
    with ExitStack() as held:
        for number in range(MANY):
            with suppress(ConnectionError):
                held.enter_context(opened(served, head + b"{"))
            if number % 250 == 249:
                assert served.ask("GET", "/").status in (200, 429)
                answer = served.ask("POST", "/api/kiosk/command", served.page(), b'{"command":"presence"}')
                assert answer.status == 204, answer
        assert served.resident_mb() - before < GROWTH_MB
    while served.ask("GET", "/health").status == 429:  # programs wait until the bodies' connections are gone
        pass


@pytest.mark.parametrize("path", ["/ws/stt", "/api/kiosk/events"])
def test_others_are_served_while_a_thousand_websockets_knock(served: Served, path: str) -> None:
    before = served.resident_mb()
    statuses = []
    with ExitStack() as held:
        for _ in range(MANY):
            status, connection = served.upgrade(path, served.page())
            held.enter_context(connection)
            statuses.append(status)
        others_are_served(served)
        assert served.resident_mb() - before < GROWTH_MB
    places = limits.PLACES["stt" if path == "/ws/stt" else "events"]
    assert places <= statuses.count(101) < MANY / 4  # a place that does not answer pings is given on
    assert statuses.count(101) + statuses.count(429) == MANY


def test_a_message_without_end_is_bounded(served: Served) -> None:
    """On each websocket: pieces without a last one, to the message's limit and no further."""
    before = served.resident_mb()
    with ExitStack() as held:
        for _ in range(limits.PLACES["stt"]):
            _, connection = served.upgrade("/ws/stt", {})
            held.enter_context(connection)
            with suppress(ConnectionError):
                connection.sendall(frame(2, bytes(1_000_000), head=0x00))
                for _ in range(20):
                    connection.sendall(frame(0, bytes(1_000_000), head=0x00))
            assert hung_up(connection)
        assert served.resident_mb() - before < GROWTH_MB
