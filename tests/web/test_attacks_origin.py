"""Another site's page against a served booth: DNS rebinding, forged requests, stolen websockets; on every route."""

from __future__ import annotations

import re

import pytest

from tests.web.served import Served

HOSTS = (
    "evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil:{port}", "127.0.0.1.evil.example:{port}",
    "127.0.0.1.:{port}", "localhost.:{port}", "localhost.evil:{port}", "evil.localhost:{port}", "127.0.0.1:1",
    "127.0.0.1:{port}.evil", "127.0.0.1:{port}:80", "127.0.0.1:0{port}", "127.0.0.1:+{port}", "127.1:{port}",
    "127.0.0.2:{port}", "127.0.1:{port}", "0x7f.0.0.1:{port}", "2130706433:{port}", "0.0.0.0:{port}", "0:{port}",
    "[::]:{port}", "[::ffff:127.0.0.1]:{port}", "[::1%lo]:{port}", "[0:0:0:0:0:0:0:1]:{port}", "::1:{port}",
    "user@127.0.0.1:{port}", "127.0.0.1:{port}@evil.example", "127.0.0.1:{port}, evil.example", "127.0.0.1:{port}/",
    "127.0.0.1:{port} evil.example", "127.0.0.1:{port}#evil", "127.0.0.1%00:{port}", "１２７.0.0.1:{port}", ":{port}",
    "", "http://127.0.0.1:{port}",
)  # fmt: skip
OWN_HOSTS = ("127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}")
ORIGINS = (
    "null", "http://evil.example", "http://127.0.0.1", "https://127.0.0.1:{port}", "http://localhost:{port}",
    "http://127.0.0.1:{port}.evil.example", "http://127.0.0.1:{port}/", "http://127.0.0.1:{port} http://evil.example",
    "http://evil@127.0.0.1:{port}", "file://", "chrome-extension://abc", "http://127.0.0.1:1", "",
)  # fmt: skip
SOCKETS = ("/api/kiosk/events", "/ws/stt", "/ws/stt/x", "/ws/video/x")
READ_ONLY = ("GET", "HEAD")


def routes(served: Served) -> list[tuple[str, str]]:
    """Everything served, with something in the places of patterns."""
    return [(method, re.sub(r"\{[^}]*\}", "x1", pattern)) for method, pattern in served.routes]


def test_the_routes_are_those_of_the_whole_booth(served: Served) -> None:
    found = routes(served)
    assert {"/", "/api/kiosk/command", "/score", "/whep", "/api/admin/login", "/ws/stt/x1"} <= {
        p for _, p in found
    }
    assert len(found) > 40


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_the_booths_own_names_are_answered(served: Served, host: str) -> None:
    assert served.ask("GET", "/health", {"Host": host.format(port=served.port)}).status == 200


@pytest.mark.parametrize("host", HOSTS)
def test_a_name_that_was_bound_anew_is_refused(served: Served, host: str) -> None:
    named = host.format(port=served.port).encode().decode("latin-1")
    for method, path in (
        ("GET", "/"),
        ("GET", "/health"),
        ("POST", "/score"),
        ("POST", "/api/kiosk/command"),
    ):
        answer = served.ask(method, path, {**served.page(), "Host": named})
        assert (answer.status, answer.error) in (
            (403, "web.wrong_host"),
            (400, "web.bad_request"),
            (400, None),
        ), path
        assert "set-cookie" not in answer.headers


def test_a_name_that_was_bound_anew_is_refused_on_every_route(served: Served) -> None:
    for method, path in routes(served):
        answer = served.ask(method, path, {"Host": f"evil.example:{served.port}", "Cookie": served.cookie})
        assert answer.status == 403, (method, path)


def test_two_hosts_none_and_another_in_the_target_are_refused(served: Served) -> None:
    own = f"Host: {served.host}\r\nConnection: close\r\n"
    heads = (
        f"GET /health HTTP/1.1\r\n{own}Host: evil.example\r\n\r\n",
        f"GET /health HTTP/1.1\r\nHost: evil.example\r\n{own}\r\n",
        f"GET /health HTTP/1.1\r\n{own}{own}\r\n",
        "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /health HTTP/1.0\r\n\r\n",
        f"GET http://evil.example/health HTTP/1.1\r\n{own}\r\n",
        f"GET http://evil.example:{served.port}/health HTTP/1.1\r\n{own}\r\n",
        f"GET //evil.example/health HTTP/1.1\r\n{own}\r\n",
        "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n",
    )
    for head in heads:
        found = served.raw(head.encode())
        assert found.split(b" ")[1] in (b"400", b"403", b"404"), head
        assert found.count(b"HTTP/1.") == 1


def test_what_a_proxy_would_say_is_not_believed(served: Served) -> None:
    forwarded = {
        "X-Forwarded-Host": served.host,
        "Forwarded": f"host={served.host}",
        "X-Forwarded-For": "127.0.0.1",
    }
    assert served.ask("GET", "/", {**forwarded, "Host": "evil.example"}).status == 403
    more = {**forwarded, "X-HTTP-Method-Override": "DELETE", "X-Original-URL": "/api/kiosk/report.pdf"}
    assert served.ask("GET", "/health", more).status == 200


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_wrong_origin_is_refused_on_every_route(served: Served, origin: str) -> None:
    wrong = served.page(Origin=origin.format(port=served.port))
    for method, path in routes(served):
        answer = served.ask(method, path, wrong)
        assert answer.status == 403, (method, path, answer)
        assert method == "HEAD" or answer.error == "web.wrong_origin"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "", "same-origin, cross-site"])
def test_a_request_that_another_site_started_is_refused_on_every_route(served: Served, site: str) -> None:
    for method, path in routes(served):
        answer = served.ask(method, path, served.page(**{"Sec-Fetch-Site": site}))
        assert answer.status == 403, (method, path)


def test_of_two_origins_or_sites_both_count(served: Served) -> None:
    own = f"Host: {served.host}\r\nCookie: {served.cookie}\r\nContent-Length: 2\r\nConnection: close\r\n"
    for name, right, wrong in (
        ("Origin", served.origin, "null"),
        ("Sec-Fetch-Site", "same-origin", "cross-site"),
    ):
        for values in ((right, wrong), (wrong, right)):
            told = "".join(f"{name}: {value}\r\n" for value in values)
            assert (
                served.raw(f"POST /score HTTP/1.1\r\n{own}{told}\r\n{{}}".encode()).split(b" ")[1] == b"403"
            )


def test_without_an_origin_only_the_platforms_calls_write(served: Served) -> None:
    platform = ("/start", "/qa", "/finalize", "/score", "/stt", "/expression", "/wh", "/ws/", "/api/session/",
                "/api/questions/")  # fmt: skip
    for method, path in routes(served):
        answer = served.ask(method, path, {"Cookie": served.cookie})
        if not path.startswith(platform) and method not in READ_ONLY:
            assert (answer.status, answer.error) == (403, "web.no_origin"), (method, path)
        else:
            assert answer.error not in ("web.no_origin", "web.wrong_origin"), (method, path)


def test_a_simple_form_of_another_site_changes_nothing(served: Served) -> None:
    """What HTML can send without asking first: forms, in three types, with the victim's cookie at best."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        for headers in ({"Origin": "null"}, {"Origin": "http://evil.example"}, {}):
            told = {"Cookie": served.cookie, "Content-Type": kind, **headers}
            answer = served.ask("POST", "/api/kiosk/command", told, b'{"command":"begin"}')
            assert answer.status == 403
    assert b'"phase":"attract"' in served.ask("GET", "/health").body.replace(b" ", b"")


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("origin", [*ORIGINS, None])
def test_a_websocket_cannot_be_taken_over(served: Served, path: str, origin: str | None) -> None:
    headers = {"Cookie": served.cookie}
    if origin is not None:
        headers["Origin"] = origin.format(port=served.port)
    if origin is None and path != SOCKETS[0]:
        headers["Sec-Fetch-Site"] = "cross-site"  # programs of this machine may come without an Origin
    status, connection = served.upgrade(path, headers)
    connection.close()
    assert status == 403


def test_a_websocket_of_a_name_that_was_bound_anew_is_refused(served: Served) -> None:
    for path in SOCKETS:
        host = f"evil.example:{served.port}"
        status, connection = served.upgrade(path, served.page(Host=host, Origin=f"http://{host}"))
        connection.close()
        assert status == 403


def test_the_pages_websocket_needs_the_cookie_of_this_boot(served: Served) -> None:
    for cookie in ("", "kabil=", "kabil=guess", "kabil=\xff", served.cookie + "x", served.cookie[:-1]):
        status, connection = served.upgrade(SOCKETS[0], {"Origin": served.origin, "Cookie": cookie})
        connection.close()
        assert status == 403
    status, connection = served.upgrade(SOCKETS[0], served.page())
    connection.close()
    assert status == 101
