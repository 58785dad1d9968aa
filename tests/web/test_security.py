"""Wrong hosts, origins, cookies and tokens are refused everywhere; what is too much is refused plainly."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from appliance.errors import TooMany
from appliance.web import limits, security, server, wire
from appliance.web.limits import Bucket
from tests.fakes.booth import Booth, open_booth, site

READS = ["/", "/health", "/api/openapi.json", "/api/kiosk/report.pdf", "/assets/index-abc123.js"]
WRITES = ["/api/kiosk/command", "/api/session/start", "/start", "/qa", "/finalize", "/score", "/stt", "/expression",
          "/api/questions/generate", "/whip/x", "/whep"]  # fmt: skip
SOCKETS = ["/api/kiosk/events", "/ws/stt", "/ws/stt/x", "/ws/video/x"]


async def code(answer: aiohttp.ClientResponse) -> tuple[int, str]:
    return answer.status, (await answer.json())["error"]


async def refused_everywhere(booth: Booth, headers: dict[str, str], error: str) -> None:
    for path in (*READS, *WRITES, "/nowhere"):
        method = "POST" if path in WRITES else "GET"
        async with booth.page.request(method, path, headers=headers) as answer:
            assert await code(answer) == (403, error), path
    for path in SOCKETS:
        with pytest.raises(WSServerHandshakeError) as caught:
            await booth.page.ws_connect(path, headers=headers)
        assert caught.value.status == 403


async def test_a_wrong_host_is_refused_everywhere(booth: Booth) -> None:
    names = ("evil.example", f"evil.example:{booth.server.port}", "127.0.0.1", "127.0.0.1.evil.example", "")
    for host in names:
        await refused_everywhere(booth, {"Host": host}, "web.wrong_host")


async def test_a_wrong_origin_is_refused_everywhere(booth: Booth) -> None:
    port = booth.server.port
    origins = ("http://evil.example", "null", "http://127.0.0.1", f"https://127.0.0.1:{port}")
    for origin in (*origins, f"http://localhost:{port}"):
        await refused_everywhere(booth, {"Origin": origin}, "web.wrong_origin")


@pytest.mark.parametrize("site_is", ["cross-site", "same-site", "nonsense"])
async def test_another_sites_page_is_refused_everywhere(booth: Booth, site_is: str) -> None:
    await refused_everywhere(booth, {"Sec-Fetch-Site": site_is}, "web.wrong_origin")


async def test_the_pages_calls_need_its_cookie_and_its_origin(booth: Booth) -> None:
    begin = {"command": "begin"}
    async with booth.http.post("/api/kiosk/command", json=begin, headers={"Origin": booth.address}) as answer:
        assert await code(answer) == (403, "web.no_cookie")
    async with booth.http.post("/api/kiosk/command", json=begin) as answer:
        assert await code(answer) == (403, "web.no_origin")
    async with booth.http.get("/api/kiosk/report.pdf") as answer:
        assert await code(answer) == (403, "web.no_cookie")
    for headers in ({}, {"Origin": booth.address}, {"Origin": booth.address, "Cookie": "kabil=guess"}):
        with pytest.raises(WSServerHandshakeError) as caught:
            await booth.http.ws_connect("/api/kiosk/events", headers=headers)
        assert caught.value.status == 403
    assert booth.conductor.state.phase == "attract"


async def test_the_cookie_is_of_this_boot_and_out_of_reach_of_scripts(booth: Booth, page_dir: Path) -> None:
    async with booth.http.get("/") as answer:
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    async with open_booth(page_dir) as other:
        headers = {"Cookie": cookie.partition(";")[0], "Origin": other.address}
        async with other.http.post(
            "/api/kiosk/command", json={"command": "begin"}, headers=headers
        ) as answer:
            assert await code(answer) == (403, "web.no_cookie")


@pytest.mark.parametrize("path", [*READS, "/nowhere", "/api/kiosk/speech/1.wav"])
async def test_every_answer_carries_the_headers(booth: Booth, path: str) -> None:
    async with booth.page.get(path) as answer:
        for name, value in security.HEADERS.items():
            if not (name == "Cache-Control" and path.startswith("/assets/")):
                assert answer.headers[name] == value
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


async def test_index_is_never_cached_and_hashed_assets_for_ever(booth: Booth) -> None:
    async with booth.http.get("/") as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Kabil" in await answer.text()
    async with booth.http.get("/assets/index-abc123.js") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content_type == "text/javascript"


@pytest.mark.parametrize(
    "path",
    ["/assets/../../secret.js", "/assets/..%2f..%2fsecret.js", "/assets/%2e%2e/%2e%2e/secret.js", "/assets//etc/passwd",
     "/assets/link.js", "/assets/..", "/assets/.", "/assets/%00.js", "/assets/none.js", "/secret.js", "/index.html"],
)  # fmt: skip
async def test_no_path_leads_out_of_the_page(booth: Booth, page_dir: Path, path: str) -> None:
    (page_dir / "assets" / "link.js").symlink_to(page_dir.parent / "secret.js")
    raw = await ask(
        booth, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{booth.server.port}\r\nConnection: close\r\n\r\n"
    )
    assert raw.split(b" ")[1] in (b"404", b"400")
    assert b"outside" not in raw


async def ask(booth: Booth, head: str, body: bytes = b"") -> bytes:
    """Raw bytes in, raw bytes out."""
    reader, writer = await asyncio.open_connection("127.0.0.1", booth.server.port)
    writer.write(head.encode() + body)
    async with asyncio.timeout(5):
        found = await reader.read(100_000)
    writer.close()
    return found


def posted(booth: Booth, *lines: str) -> str:
    host = f"Host: 127.0.0.1:{booth.server.port}"
    return "\r\n".join(["POST /score HTTP/1.1", host, "Connection: close", *lines, "", ""])


async def test_smuggled_requests_are_refused(booth: Booth, caplog: pytest.LogCaptureFixture) -> None:
    both = posted(booth, "Content-Length: 5", "Transfer-Encoding: chunked")
    two = posted(booth, "Content-Length: 5", "Content-Length: 6")
    hosts = posted(booth, "Host: evil.example", "Content-Length: 2")
    for head in (both, two, hosts):
        found = await ask(booth, head, b"0\r\n\r\nGET /zwetschge HTTP/1.1\r\n\r\n")
        assert found.split(b" ")[1] == b"400"
        assert found.count(b"HTTP/1.") == 1
    assert "BadHttpMessage" in caplog.text
    assert "chunked" not in caplog.text  # what could not be read is not quoted
    absolute = f"GET http://evil.example/health HTTP/1.1\r\nHost: evil.example:{booth.server.port}\r\n\r\n"
    assert b" 403 " in (await ask(booth, absolute.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")))


async def test_bombs_are_refused_before_they_open(booth: Booth) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    for path in ("/score", "/stt", "/expression"):
        async with booth.http.post(path, data=bomb, headers={"Content-Encoding": "gzip"}) as answer:
            assert await code(answer) == (400, "web.encoded_body")


@pytest.mark.parametrize("path", ["/score", "/qa", "/start", "/finalize", "/api/questions/generate"])
async def test_large_bodies_are_refused(booth: Booth, path: str) -> None:
    async with booth.http.post(path, data=io.BytesIO(b"x" * 1_100_000)) as answer:
        assert await code(answer) == (413, "web.too_large")

    async def dripped() -> AsyncIterator[bytes]:
        for _ in range(110):
            yield b"x" * 10_000

    async with booth.http.post(path, data=dripped()) as answer:  # its length is not announced
        assert await code(answer) == (413, "web.too_large")


async def test_the_c_parser_is_there() -> None:
    server.require_c_parser()


# --- rates and counts ---


def test_a_bucket_refills_with_time() -> None:
    now = [0.0]
    bucket = Bucket(2.0, 3, lambda: now[0])
    for _ in range(3):
        bucket.take()
    with pytest.raises(TooMany):
        bucket.take()
    now[0] += 0.5
    bucket.take()
    with pytest.raises(TooMany):
        bucket.take()
    now[0] += 1000
    for _ in range(3):
        bucket.take()
    with pytest.raises(TooMany):
        bucket.take()


async def test_a_flood_is_slowed_and_others_are_served(booth: Booth) -> None:
    async def one() -> int:
        async with booth.http.get("/health") as answer:
            return answer.status

    statuses = await asyncio.gather(*(one() for _ in range(120)))
    assert statuses.count(429) > 20
    await booth.command("begin")


async def test_nobody_else_uses_up_the_pages_rate(booth: Booth) -> None:
    for _ in range(150):
        async with booth.http.get("/api/kiosk/report.pdf") as answer:
            assert answer.status == 403
    await booth.command("begin")


async def test_websockets_are_counted(booth: Booth) -> None:
    held = [await booth.page.ws_connect("/api/kiosk/events") for _ in range(limits.PLACES["events"])]
    with pytest.raises(WSServerHandshakeError) as caught:
        await booth.page.ws_connect("/api/kiosk/events")
    assert caught.value.status == 429
    await held[0].close()
    again = await booth.page.ws_connect("/api/kiosk/events")
    for socket in (*held, again):
        await socket.close()


async def test_a_body_that_drips_is_given_up(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.2)
    found = await ask(booth, posted(booth, "Content-Length: 500"), b"{")
    assert found.split(b" ")[1] == b"400"
    assert b"web.too_slow" in found


async def test_uploads_are_counted(booth: Booth) -> None:
    held = []
    for _ in range(limits.PLACES["upload"]):
        _, writer = await asyncio.open_connection("127.0.0.1", booth.server.port)
        writer.write(posted(booth, "Content-Length: 500").replace("/score", "/stt").encode() + b"R")
        held.append(writer)
    statuses: list[int] = []
    async with asyncio.timeout(5):
        while 429 not in statuses:
            async with booth.http.post("/stt", data=b"RIFF") as answer:
                statuses.append(answer.status)
    for writer in held:
        writer.close()
    async with asyncio.timeout(5):
        while statuses[-1] != 400:
            async with booth.http.post("/stt", data=b"RIFF") as answer:
                statuses.append(answer.status)


async def test_a_thousand_sockets_are_bounded_and_let_go(
    page_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits.Connections.__init__, "__defaults__", (limits.CONNECTIONS, 0.5))
    async with open_booth(page_dir) as booth:
        health = booth.server._app[limits.CONNECTIONS_KEY].health
        with ExitStack() as held:
            most = 0
            for _ in range(1000):
                one = held.enter_context(sockets.socket())
                one.setblocking(False)
                await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", booth.server.port))
                most = max(most, health()["open_count"])
            assert 100 < most <= limits.CONNECTIONS
            async with asyncio.timeout(10):
                while health()["open_count"] > 5:
                    await asyncio.sleep(0.05)
        ended = health()
        assert ended["refused_count"] + ended["displaced_count"] + ended["expired_count"] >= 1000
        await booth.command("begin")
        async with booth.http.get("/health") as answer:
            assert (await answer.json())["web"]["connections"]["expired_count"] > 100


# --- tokens and switches ---


@asynccontextmanager
async def opened(page_dir: Path, **web: Any) -> AsyncIterator[Booth]:
    async with open_booth(page_dir, site(**web)) as booth:
        yield booth


async def test_the_platforms_calls_can_be_switched_off(page_dir: Path) -> None:
    async with opened(page_dir, platform_api="off") as booth:
        for path in ("/score", "/start", "/stt"):
            async with booth.http.post(path, json={}) as answer:
                assert await code(answer) == (404, "web.not_found")
        with pytest.raises(WSServerHandshakeError) as caught:
            await booth.http.ws_connect("/ws/stt")
        assert caught.value.status == 404
        await booth.command("begin")


async def test_the_platforms_calls_can_need_a_token(page_dir: Path) -> None:
    asked = {"question": "What?", "answer": "That."}
    async with opened(page_dir, platform_api="token", platform_token="s3cret") as booth:
        for given in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "s3cret"}):
            async with booth.http.post("/score", json=asked, headers=given) as answer:
                assert await code(answer) == (403, "web.no_token")
        async with booth.http.post(
            "/score", json=asked, headers={"Authorization": "Bearer s3cret"}
        ) as answer:
            assert answer.status == 200


async def test_a_token_that_was_never_set_opens_nothing(page_dir: Path) -> None:
    async with opened(page_dir, platform_api="token") as booth:
        for given in ({"Authorization": "Bearer "}, {"Authorization": ""}):
            async with booth.http.post("/score", json={}, headers=given) as answer:
                assert await code(answer) == (403, "web.no_token")


# --- mistakes of ours ---


async def test_a_defect_says_nothing_of_what_was_said(
    booth: Booth, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: Any) -> None:
        raise RuntimeError("the candidate said zwetschge")

    monkeypatch.setattr(booth.conductor, "command", broken)
    async with booth.page.post("/api/kiosk/command", json={"command": "done", "text": "zwetschge"}) as answer:
        assert await code(answer) == (500, "web.broken")
        assert "zwetschge" not in await answer.text()
    assert "RuntimeError in /api/kiosk/command" in caplog.text
    assert "zwetschge" not in caplog.text


async def test_logs_name_no_person_no_path_and_no_query(
    booth: Booth, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "aiohttp.access")
    async with booth.http.get("/api/kiosk/sound/zwetschge.wav?name=zwetschge") as answer:
        assert answer.status == 403
    async with booth.http.get("/health") as answer:
        assert answer.status == 200
    assert "/api/kiosk/sound/{answer_id}.wav 403" in caplog.text
    assert "zwetschge" not in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/nowhere", 404, "web.not_found"),
        ("GET", "/score", 405, "web.wrong_method"),
        ("PATCH", "/whep", 405, "web.wrong_method"),
        ("GET", "/ws/stt", 400, "web.bad_request"),
    ],
)
async def test_wrong_calls_are_answered_in_json(
    booth: Booth, method: str, path: str, status: int, error: str
) -> None:
    async with booth.http.request(method, path) as answer:
        assert await code(answer) == (status, error)
        assert json.loads(await answer.text())["message"]


def test_zones_cover_what_they_should() -> None:
    assert security.zone_of("/") == "page"
    assert security.zone_of("/api/kiosk/command") == "kiosk"
    assert security.zone_of("/api/admin/login") == "admin"
    assert security.zone_of("/health") == "open"
    for path in ("/score", "/ws/stt/x", "/whip/x", "/api/session/start", "/api/kioskette"):
        assert security.zone_of(path) == "platform"
