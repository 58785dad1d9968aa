"""Camera and microphone in, the self-view out: for whom, when, and never longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from appliance.interview.state import Phase
from tests.capture.webrtc_page import Page, Picture, Tone
from tests.fakes.booth import ROLE, Booth
from tests.web.test_platform import posted
from tests.web.test_security import code

SDP = {"Content-Type": "application/sdp"}


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    page = Page()
    try:
        yield page
    finally:
        await page.close()


async def offered(client: aiohttp.ClientSession, path: str, page: Page, *sent: Any) -> tuple[int, str]:
    """The connection made; status and Location, or the error."""
    async with client.post(path, data=await page.offer(*sent, watch=not sent), headers=SDP) as answer:
        if answer.status != 201:
            return await code(answer)
        assert answer.content_type == "application/sdp"
        await page.take(await answer.text())
        return 201, answer.headers["Location"]


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():
            await asyncio.sleep(0.02)


async def checked(booth: Booth) -> None:
    """A candidate stands at the check."""
    for name, args in (
        ("begin", {}),
        ("choose_language", {"locale": "en"}),
        ("consent", {"microphone": True, "camera": True, "adult": True}),
        ("choose_interview", {"role": ROLE, "shape": "technical", "level": "easy"}),
    ):
        await booth.command(name, **args)


async def test_the_pages_camera_and_microphone_reach_the_booth_and_end_with_the_interview(
    booth: Booth,
) -> None:
    await checked(booth)
    async with browser() as page:
        status, location = await offered(
            booth.page, f"/whip/{booth.conductor.session_id}", page, Tone(), Picture()
        )
        assert status == 201, location
        assert location.startswith(f"/whip/{booth.conductor.session_id}/")
        statuses = booth.conductor.parts.devices.statuses
        await until(lambda: all(str(status.state) == "live" for status in statuses().values()))
        await booth.command("erase")
        await until(lambda: not booth.peers._peers)


async def test_the_self_view_is_for_the_check_only(booth: Booth) -> None:
    await checked(booth)
    async with browser() as page:
        status, location = await offered(booth.page, "/whep", page)
        assert status == 201, location
        assert len(booth.peers._peers) == 1
        await booth.command("check_step", step="done")
        assert booth.conductor.state.phase is Phase.THINK
        await until(lambda: not booth.peers._peers)
    async with browser() as page:
        assert await offered(booth.page, "/whep", page) == (409, "interview.wrong_phase")


async def test_no_program_sees_or_replaces_a_candidate(booth: Booth) -> None:
    async with browser() as before:
        assert (await offered(booth.http, "/whep", before))[0] == 201  # nobody is there yet
        await checked(booth)
        await until(lambda: not booth.peers._peers)
    async with browser() as page:
        assert await offered(booth.http, "/whep", page) == (409, "interview.busy")
    async with browser() as page:
        path = f"/whip/{booth.conductor.session_id}"
        assert await offered(booth.http, path, page, Tone()) == (409, "interview.busy")
    async with browser() as page:
        assert await offered(booth.page, "/whip/another", page, Tone()) == (404, "interview.unknown_session")


async def test_a_session_of_the_platform_can_send(booth: Booth) -> None:
    started = await posted(booth.http, "/start", {"role": ROLE})
    async with browser() as page:
        status, location = await offered(booth.http, f"/whip/{started['session_id']}", page, Tone())
        assert status == 201
        async with booth.http.delete(location) as answer:
            assert answer.status == 200
        async with booth.http.delete(location) as answer:
            assert await code(answer) == (404, "capture.no_such_peer")
    async with browser() as page:
        assert await offered(booth.http, "/whip/nobody", page, Tone()) == (404, "interview.unknown_session")


async def test_what_a_session_sends_is_its_answer(booth: Booth) -> None:
    started = await posted(booth.http, "/start", {"role": ROLE, "questions": 2})
    session_id, question_id = started["session_id"], started["question"]["id"]
    async with browser() as page:
        status, location = await offered(booth.http, f"/whip/{session_id}", page, Tone(), Picture())
        assert status == 201, location
        transcriber: Any = booth.listener.transcriber
        await until(lambda: transcriber.fed_samples > 24_000 and booth.watcher.looked_count >= 1)
        answer = {"session_id": session_id, "question_id": question_id}
        assert (await posted(booth.http, "/qa", answer))["question"] is not None
        before = transcriber.fed_samples
        await until(lambda: transcriber.fed_samples > before + 16_000)  # the next question is heard too
        await booth.command("begin")
        await until(lambda: not booth.peers._peers)
    report = await posted(booth.http, "/finalize", {"session_id": session_id})
    assert report["answers"][0]["answer"].startswith("word0")
    assert report["scores"].keys() >= {"eye_contact"}


async def test_a_candidate_takes_the_camera_over_from_a_program(booth: Booth) -> None:
    started = await posted(booth.http, "/start", {"role": ROLE})
    async with browser() as program, browser() as page:
        await offered(booth.http, f"/whip/{started['session_id']}", program, Tone(), Picture())
        await checked(booth)
        await until(lambda: not booth.peers._peers)
        path = f"/whip/{booth.conductor.session_id}"
        assert (await offered(booth.page, path, page, Tone(), Picture()))[0] == 201
        statuses = booth.conductor.parts.devices.statuses
        await until(lambda: all(str(status.state) == "live" for status in statuses().values()))


async def test_one_cannot_hang_up_anothers_connection(booth: Booth) -> None:
    await checked(booth)
    async with browser() as page:
        _, location = await offered(booth.page, "/whep", page)
        async with booth.http.delete(location) as answer:
            assert await code(answer) == (404, "capture.no_such_peer")
        async with booth.page.delete(location) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/plain", b"v=0", (400, "web.not_sdp")),
        ("application/sdp", b"\xff\xfe", (400, "web.not_sdp")),
        ("application/sdp", b"", (400, "capture.bad_offer")),
        ("application/sdp", b"v=0\r\nm=video nonsense\r\n", (400, "capture.bad_offer")),
        ("application/sdp", b"x" * 70_000, (413, "web.too_large")),
    ],
)
async def test_bad_offers_have_a_stable_code(
    booth: Booth, kind: str, body: bytes, expected: tuple[int, str]
) -> None:
    async with booth.http.post("/whep", data=body, headers={"Content-Type": kind}) as answer:
        assert await code(answer) == expected
