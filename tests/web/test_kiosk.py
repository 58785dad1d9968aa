"""The page's calls: events, commands, sounds, the report."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from typing import Any

import pytest
from aiohttp import WSMsgType
from pypdf import PdfReader

from tests.fakes.booth import Booth


async def told(socket: Any) -> dict[str, Any]:
    message = await socket.receive(timeout=5)
    assert message.type is WSMsgType.TEXT, message
    found: dict[str, Any] = json.loads(message.data)
    return found


def vanish(socket: Any) -> None:
    """Break the connection without a word."""
    socket._response.connection.transport.abort()


def read_wav(data: bytes) -> tuple[int, float]:
    """Sample rate and seconds."""
    with wave.open(io.BytesIO(data)) as file:
        return file.getframerate(), file.getnframes() / file.getframerate()


async def told_until(socket: Any, key: str, value: object) -> dict[str, Any]:
    """The state merged as the page does it, until a key has a value."""
    state: dict[str, Any] = {}
    while state.get(key) != value:
        state = {**state, **await told(socket)}
    return state


async def test_a_page_is_told_everything_at_first_then_what_changed(booth: Booth) -> None:
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        state = await told(socket)
        assert state["reset"] is True
        assert state["phase"] == "attract"
        assert {"booth", "consent", "interview", "question", "clock", "caption", "review", "trouble"} <= set(
            state
        )
        await booth.command("begin")
        await told_until(socket, "phase", "language")
        await booth.command("choose_language", locale="hi")
        change = await told(socket)
        assert change["phase"] == "consent"
        assert change["locale"] == "hi"
        assert not {"booth", "reset", "results"} & set(change)


async def test_two_pages_are_told_the_same(booth: Booth) -> None:
    async with (
        booth.page.ws_connect("/api/kiosk/events") as one,
        booth.page.ws_connect("/api/kiosk/events") as two,
    ):
        await booth.command("begin")
        for socket in (one, two):
            assert (await told_until(socket, "phase", "language"))["reset"] is True


async def test_a_page_that_reads_too_slowly_starts_anew(booth: Booth) -> None:
    before = set(booth.conductor._events._subscriptions)
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        await told(socket)
        (subscription,) = booth.conductor._events._subscriptions - before
        for number in range(40):
            subscription.offer({"n": number})
        assert subscription.lagged
        again = await told(socket)
        while "reset" not in again:
            again = await told(socket)
        assert again["phase"] == "attract"


async def test_a_page_that_vanishes_leaves_nothing_behind(booth: Booth) -> None:
    before = len(booth.conductor._events._subscriptions)
    socket = await booth.page.ws_connect("/api/kiosk/events")
    await told(socket)
    assert len(booth.conductor._events._subscriptions) == before + 1
    vanish(socket)
    for _ in range(100):
        await booth.command("presence")
        if len(booth.conductor._events._subscriptions) == before:
            break
        await asyncio.sleep(0.01)
    assert len(booth.conductor._events._subscriptions) == before


async def test_a_whole_interview_by_the_wire(booth: Booth) -> None:
    await booth.arrive(questions=2)
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        await told_until(socket, "phase", "think")
        for _ in range(2):
            await booth.speak()
            state = await told_until(socket, "phase", "review")
            assert state["review"]["text"].startswith("word0 word1")
            await booth.command("next")
        results = (await told_until(socket, "phase", "results"))["results"]
        assert len(results["answers"]) == 2
        assert set(results["scores"]) >= {"fluency", "eye_contact", "confidence"}
    async with booth.page.get("/api/kiosk/report.pdf") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/pdf"
        page = PdfReader(io.BytesIO(await answer.read())).pages[0]
        assert "ML engineer" in page.extract_text()  # not the id
    await booth.command("end")


async def refused(booth: Booth, body: Any, *, status: int, code: str) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with booth.page.post("/api/kiosk/command", data=data) as answer:
        found = await answer.json()
        assert (answer.status, found["error"]) == (status, code)
        assert found["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"command": "done"}, 409, "interview.wrong_phase"),
        ({"command": "sing"}, 400, "interview.unknown_command"),
        ({"command": 7}, 400, "web.bad_arguments"),
        ({}, 400, "web.bad_arguments"),
        ([], 400, "web.bad_arguments"),
        (b"", 400, "web.bad_json"),
        (b"{", 400, "web.bad_json"),
        (b'{"command":"\xff"}', 400, "web.bad_json"),
        (b'{"command":"begin","x":"\\ud800"}', 400, "web.bad_json"),
        (b'{"command":"begin","x":NaN}', 400, "web.bad_json"),
        (b'{"command":"begin","x":' + b"[" * 100_000, 400, "web.bad_json"),
        (b'{"x":"' + b"y" * 300_000 + b'"}', 413, "web.too_large"),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_a_bad_command_has_a_stable_code(booth: Booth, body: Any, status: int, code: str) -> None:
    await refused(booth, body, status=status, code=code)
    await booth.command("begin")  # the booth still serves the next student


async def test_an_unknown_role_is_refused_and_the_interview_goes_on(booth: Booth) -> None:
    await booth.command("begin")
    await booth.command("choose_language", locale="hi")
    await booth.command("consent", microphone=False, camera=False, adult=False)
    unknown = {"command": "choose_interview", "role": "astronaut"}
    await refused(booth, unknown, status=404, code="interview.unknown_role")
    assert booth.conductor.state.phase == "role"


async def test_claim_codes_cannot_be_tried_quickly(booth: Booth) -> None:
    codes = []
    for _ in range(12):
        wrong = {"command": "claim", "code": "AAAAAAAA", "pin": "1234"}
        async with booth.page.post("/api/kiosk/command", json=wrong) as answer:
            codes.append((await answer.json())["error"])
    assert codes[:10] == ["store.unknown_code"] * 10
    assert codes[10:] == ["web.too_often"] * 2


async def test_what_the_booth_says_can_be_fetched_until_it_was_said(booth: Booth) -> None:
    await booth.arrive()
    spoken = booth.conductor.snapshot()["speaking"]
    async with booth.page.get(spoken["url"]) as answer:
        assert answer.content_type == "audio/wav"
        assert read_wav(await answer.read()) == (16_000, 0.1)
    await booth.command("spoken", id=spoken["id"])
    async with booth.page.get(spoken["url"]) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "voice.not_here")


async def test_the_candidate_hears_their_own_answer_until_the_end(booth: Booth) -> None:
    await booth.arrive()
    await booth.speak()
    url = booth.conductor.snapshot()["review"]["sound_url"]
    async with booth.page.get(url) as answer:
        whole = await answer.read()
        assert answer.headers["Cache-Control"] == "no-store"
        assert 2.5 < read_wav(whole)[1] < 4.5
    async with booth.page.get(url, headers={"Range": "bytes=100-199"}) as answer:
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
        assert await answer.read() == whole[100:200]
    async with booth.page.get(url, headers={"Range": "bytes=-10"}) as answer:
        assert await answer.read() == whole[-10:]
    async with booth.page.get(url, headers={"Range": f"bytes={len(whole)}-"}) as answer:
        assert answer.status == 416
    await booth.command("erase")
    async with booth.page.get(url) as answer:
        assert (answer.status, (await answer.json())["error"]) == (404, "web.no_sound")


async def test_there_is_no_report_before_the_end(booth: Booth) -> None:
    for code in ("interview.none", "interview.not_finished"):
        async with booth.page.get("/api/kiosk/report.pdf") as answer:
            assert (answer.status, (await answer.json())["error"]) == (409, code)
        if code == "interview.none":
            await booth.arrive()


async def test_a_client_that_vanishes_mid_answer_loses_nothing(booth: Booth) -> None:
    await booth.arrive(questions=2)
    socket = await booth.page.ws_connect("/api/kiosk/events")
    await booth.command("start_answer")
    vanish(socket)
    async with booth.page.ws_connect("/api/kiosk/events") as again:
        state = await told(again)
        assert state["phase"] == "answer"
        assert state["question"]["id"].startswith("ml_engineer")


async def test_health_counts_and_names_no_candidate(booth: Booth) -> None:
    await booth.arrive()
    await booth.speak()
    async with booth.http.get("/health") as answer:
        assert answer.status == 200
        text = await answer.text()
        assert json.loads(text)["store"]["state"] == "ok"
        assert "word0" not in text
        assert str(booth.conductor.session_id) not in text
