"""A second screen: TLS, one code, and nothing without it."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from appliance.errors import Forbidden
from appliance.web import pairing, tls
from appliance.web.pairing import Pairing
from tests.fakes.booth import Booth, open_booth, site
from tests.web.test_security import code


@dataclass(slots=True)
class Screen:
    """A second screen and the booth it stands before."""

    booth: Booth
    http: aiohttp.ClientSession
    code: str


@pytest.fixture
async def screen(page_dir: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Screen]:
    caplog.set_level(logging.WARNING)
    settings = site(lan=True, lan_host="127.0.0.1")
    settings = replace(settings, places=replace(settings.places, data=str(tmp_path / "data")))
    async with open_booth(page_dir, settings) as booth:
        trusted = ssl.create_default_context(cafile=str(tmp_path / "data" / "tls" / tls.CERTIFICATE))
        address = f"https://127.0.0.1:{booth.server.lan_port}"
        told = re.search(r"pair with (\d{8})", caplog.text)
        assert told is not None
        async with aiohttp.ClientSession(
            address,
            connector=aiohttp.TCPConnector(ssl=trusted),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": address},
        ) as http:
            yield Screen(booth, http, told[1])


async def paired(screen: Screen) -> None:
    async with screen.http.post("/pair", data={"code": screen.code}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert "Secure" in answer.headers["Set-Cookie"]
        assert "HttpOnly" in answer.headers["Set-Cookie"]


async def test_nothing_answers_a_screen_that_is_not_paired(screen: Screen) -> None:
    async with screen.http.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/pair")
        assert "Set-Cookie" not in answer.headers
    for path in ("/health", "/api/openapi.json", "/assets/index-abc123.js", "/api/kiosk/report.pdf"):
        async with screen.http.get(path) as answer:
            assert await code(answer) == (403, "web.no_cookie")
    async with screen.http.post("/score", json={"question": "q", "answer": "a"}) as answer:
        assert await code(answer) == (403, "web.no_token")
    for path in ("/api/kiosk/events", "/ws/stt"):
        with pytest.raises(WSServerHandshakeError) as caught:
            await screen.http.ws_connect(path)
        assert caught.value.status == 403


async def test_a_paired_screen_shows_the_page(screen: Screen) -> None:
    async with screen.http.get("/pair") as answer:
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
        assert "<form" in await answer.text()
    await paired(screen)
    async with screen.http.get("/") as answer:
        assert answer.status == 200
    async with screen.http.ws_connect("/api/kiosk/events") as socket:
        assert (await socket.receive_json(timeout=5))["phase"] == "attract"
    async with screen.http.post("/score", json={"question": "q", "answer": "a"}) as answer:
        assert await code(answer) == (403, "web.no_token")  # the platform's calls stay closed to the network


async def test_a_code_lets_one_screen_in(screen: Screen) -> None:
    await paired(screen)
    async with screen.http.post("/pair", data={"code": screen.code}) as answer:
        assert await code(answer) == (403, "web.wrong_pairing_code")


async def test_a_wrong_code_typed_in_a_browser_is_asked_for_again(screen: Screen) -> None:
    async with screen.http.post("/pair", data={"code": "x"}, headers={"Accept": "text/html"}) as answer:
        assert (answer.status, answer.content_type) == (403, "text/html")
        again = await answer.text()
    assert "This is not the code" in again
    assert "यह कोड सही नहीं है" in again
    assert "<form" in again
    await paired(screen)


async def test_the_page_of_another_site_cannot_pair(screen: Screen) -> None:
    evil = {"Origin": "https://evil.example"}
    async with screen.http.post("/pair", data={"code": screen.code}, headers=evil) as answer:
        assert await code(answer) == (403, "web.wrong_origin")


async def test_on_the_box_itself_there_is_no_pairing(screen: Screen) -> None:
    async with screen.booth.page.post("/pair", data={"code": screen.code}) as answer:
        assert await code(answer) == (404, "web.not_found")


def test_a_code_is_void_after_wrong_tries_and_with_time() -> None:
    now = [0.0]
    one = Pairing(lambda: now[0])
    right = one.begin()
    for _ in range(pairing.WRONG_TRIES):
        with pytest.raises(Forbidden):
            one.redeem("x")
    with pytest.raises(Forbidden):
        one.redeem(right)
    right = one.begin()
    now[0] += pairing.CODE_SECONDS + 1
    with pytest.raises(Forbidden):
        one.redeem(right)
    one.redeem(one.begin())


def test_without_a_code_nobody_pairs() -> None:
    with pytest.raises(Forbidden):
        Pairing().redeem("")


def test_the_certificate_is_kept_until_its_last_month(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    tls.server_context(tmp_path, "192.168.1.5", now)
    first = tls.fingerprint(tmp_path)
    tls.server_context(tmp_path, "192.168.1.5", now + timedelta(days=700))
    assert tls.fingerprint(tmp_path) == first
    assert oct((tmp_path / tls.KEY).stat().st_mode)[-3:] == "600"
    tls.server_context(tmp_path, "192.168.1.5", now + timedelta(days=800))
    assert tls.fingerprint(tmp_path) != first


def test_another_address_gets_another_certificate(tmp_path: Path) -> None:
    tls.server_context(tmp_path, "192.168.1.5")
    first = tls.fingerprint(tmp_path)
    tls.server_context(tmp_path, "booth.campus.example")
    assert tls.fingerprint(tmp_path) != first


async def test_a_target_that_names_a_scheme_is_not_taken_for_the_booths_own(screen: Screen) -> None:
    """HTTP lets a request line name a whole address; what it names must not open the network's door."""
    port = screen.booth.server.lan_port
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for scheme in ("http", "https"):
        for path in ("/", "/health", "/assets/index-abc123.js"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
            target, host = f"{scheme}://127.0.0.1:{port}{path}", f"Host: 127.0.0.1:{port}"
            writer.write(f"GET {target} HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n".encode())
            found = await asyncio.wait_for(reader.read(), 5)
            writer.close()
            assert found.split(b" ")[1] == b"403", (scheme, path, found)
            assert b"Set-Cookie" not in found


async def test_the_network_has_one_door_and_it_is_locked(page_dir: Path, tmp_path: Path) -> None:
    """Two addresses of this machine stand for the box and the network: 127.0.0.1 and 127.0.0.2."""
    settings = site(lan=True, lan_host="127.0.0.2")
    settings = replace(settings, places=replace(settings.places, data=str(tmp_path / "data")))
    async with open_booth(page_dir, settings) as booth:
        plain, locked = booth.server.port, booth.server.lan_port
        assert locked is not None
        with pytest.raises(OSError):  # the plain door is not there for the network,
            await asyncio.open_connection("127.0.0.2", plain)
        with pytest.raises(OSError):  # nor the network's for the box
            await asyncio.open_connection("127.0.0.1", locked)
        reader, writer = await asyncio.open_connection("127.0.0.2", locked)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.2\r\n\r\n")  # without TLS there is no answer
        with suppress(ConnectionError):
            assert b"HTTP/1." not in await asyncio.wait_for(reader.read(), 10)
        writer.close()
        old = ssl.create_default_context(cafile=str(tmp_path / "data" / "tls" / tls.CERTIFICATE))
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=old)) as http:
            async with http.get(f"https://127.0.0.2:{locked}/health") as answer:
                assert await code(answer) == (403, "web.no_cookie")
            wrong = {"Host": f"127.0.0.1:{plain}"}
            async with http.get(f"https://127.0.0.2:{locked}/health", headers=wrong) as answer:
                assert await code(answer) == (403, "web.wrong_host")


async def test_without_the_setting_no_door_is_open_to_the_network(page_dir: Path) -> None:
    async with open_booth(page_dir) as booth:
        assert booth.server.lan_port is None
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.2", booth.server.port)


async def test_old_tls_is_not_spoken(screen: Screen) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection("127.0.0.1", screen.booth.server.lan_port, ssl=context)
