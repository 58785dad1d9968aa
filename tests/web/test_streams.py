"""The platform's websockets: a vosk-server client gets its words, pictures give records, and neither can harm."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from appliance.speech.vosk_transcriber import load_vosk
from tests.fakes.booth import ROLE, Booth, open_booth
from tests.speech.fakes import ScriptedTranscriber
from tests.speech.sounds import DATA, TUPLE, read_sound, silence
from tests.web.test_platform import jpeg, posted
from tests.web.test_security import code

SECOND = read_sound(DATA / "spoken" / "engineer.flac")[:16_000].tobytes()


async def heard(socket: ClientWebSocketResponse) -> dict[str, Any]:
    message = await socket.receive(timeout=10)
    assert message.type is WSMsgType.TEXT, message
    found: dict[str, Any] = json.loads(message.data)
    return found


async def vosk_client(
    socket: ClientWebSocketResponse, pcm: bytes, rate: int, piece: int = 8_000
) -> list[dict[str, Any]]:
    """A client written from the protocol's description alone."""
    await socket.send_str(json.dumps({"config": {"sample_rate": rate}}))
    replies = []
    for start in range(0, len(pcm), piece):
        await socket.send_bytes(pcm[start : start + piece])
        replies.append(await heard(socket))
    await socket.send_str('{"eof" : 1}')
    replies.append(await heard(socket))
    return replies


async def begun(booth: Booth, questions: int = 2) -> tuple[str, str]:
    started = await posted(booth.http, "/start", {"role": ROLE, "questions": questions})
    return started["session_id"], started["question"]["id"]


@pytest.fixture
async def real_booth(page_dir: Path, tiny_vosk: Path) -> AsyncIterator[Booth]:
    async with open_booth(page_dir, transcriber=load_vosk(tiny_vosk)) as opened:
        yield opened


@pytest.mark.parametrize("rate", [16_000, 8_000])
async def test_a_vosk_client_gets_partials_and_its_words(real_booth: Booth, rate: int) -> None:
    import numpy as np

    sound = np.concatenate([read_sound(DATA / "spoken" / "tuple.flac"), silence(1.5)])
    sound = sound[:: 16_000 // rate] if rate != 16_000 else sound
    session_id, _ = await begun(real_booth)
    async with real_booth.http.ws_connect(f"/ws/stt/{session_id}") as socket:
        replies = await vosk_client(socket, sound.tobytes(), rate)
        assert (await socket.receive(timeout=5)).type is WSMsgType.CLOSE
    assert all(set(reply) in ({"partial"}, {"text"}, {"result", "text"}) for reply in replies)
    assert any(reply.get("partial") for reply in replies)
    if rate == 16_000:
        assert " ".join(r["text"] for r in replies if r.get("text")) == TUPLE
        word = next(r["result"] for r in replies if "result" in r)[0]
        assert word.keys() == {"word", "start", "end", "conf"}


async def test_a_program_without_a_session_gets_words_too(real_booth: Booth) -> None:
    sound = read_sound(DATA / "spoken" / "tuple.flac").tobytes()
    async with real_booth.http.ws_connect("/ws/stt") as socket:
        replies = await vosk_client(socket, sound, 16_000)
    assert " ".join(r["text"] for r in replies if r.get("text")) == TUPLE


async def test_what_was_heard_is_the_answer(real_booth: Booth) -> None:
    session_id, question_id = await begun(real_booth)
    sound = read_sound(DATA / "spoken" / "tuple.flac").tobytes()
    async with real_booth.http.ws_connect(f"/ws/stt/{session_id}") as socket:
        await vosk_client(socket, sound, 16_000)
    judged = await posted(real_booth.http, "/qa", {"session_id": session_id, "question_id": question_id})
    assert judged["score"]["breakdown"].keys() >= {"relevance", "keywords", "length"}
    report = await posted(real_booth.http, "/finalize", {"session_id": session_id})
    assert TUPLE in json.dumps(report["answers"])


async def test_an_answer_over_two_connections_is_one(booth: Booth) -> None:
    session_id, question_id = await begun(booth)
    for _ in range(2):
        async with booth.http.ws_connect(f"/ws/stt/{session_id}") as socket:
            await vosk_client(socket, SECOND, 16_000)
    await posted(booth.http, "/qa", {"session_id": session_id, "question_id": question_id})
    report = await posted(booth.http, "/finalize", {"session_id": session_id})
    assert "word0 word0" in json.dumps(report["answers"])


async def test_a_late_word_never_leaks_into_the_next_answer(booth: Booth) -> None:
    session_id, first = await begun(booth)
    async with booth.http.ws_connect(f"/ws/stt/{session_id}") as socket:
        await socket.send_bytes(SECOND)
        await heard(socket)
        judged = await posted(booth.http, "/qa", {"session_id": session_id, "question_id": first})
        assert judged["question"] is not None
        nothing = {"session_id": session_id, "question_id": judged["question"]["id"]}
        async with booth.http.post("/qa", json=nothing) as answer:
            assert await code(answer) == (409, "interview.nothing_heard")
        await socket.send_bytes(SECOND * 2)  # the same connection goes on for the next question
        await heard(socket)
        await posted(booth.http, "/qa", nothing)
    report = await posted(booth.http, "/finalize", {"session_id": session_id})
    assert [a["answer"] for a in report["answers"]] == ["word0", "word0 word1"]


async def test_a_client_that_vanishes_leaves_what_it_said(booth: Booth) -> None:
    session_id, question_id = await begun(booth)
    socket: Any = await booth.http.ws_connect(f"/ws/stt/{session_id}")
    await socket.send_bytes(SECOND)
    await heard(socket)
    socket._response.connection.transport.abort()
    judged = await posted(booth.http, "/qa", {"session_id": session_id, "question_id": question_id})
    assert judged["score"]


@pytest.mark.parametrize("path", ["/ws/stt/nobody", "/ws/video/nobody"])
async def test_an_unknown_session_is_refused(booth: Booth, path: str) -> None:
    with pytest.raises(WSServerHandshakeError) as caught:
        await booth.http.ws_connect(path)
    assert caught.value.status == 404


@pytest.mark.parametrize("path", ["/ws/stt", "/ws/stt/x", "/ws/video/x"])
async def test_a_candidate_comes_first(booth: Booth, path: str) -> None:
    await booth.command("begin")
    with pytest.raises(WSServerHandshakeError) as caught:
        await booth.http.ws_connect(path)
    assert caught.value.status == 409


async def test_a_stream_ends_when_a_candidate_comes(booth: Booth) -> None:
    async with booth.http.ws_connect("/ws/stt") as socket:
        await socket.send_bytes(SECOND)
        await heard(socket)
        await booth.command("begin")
        await socket.send_bytes(SECOND)
        assert (await heard(socket))["error"] == "interview.busy"
        assert (await socket.receive(timeout=5)).type is WSMsgType.CLOSE


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("{", "web.bad_json"),
        ("[]", "web.bad_arguments"),
        ('{"config": {"sample_rate": "fast"}}', "web.bad_arguments"),
        ('{"config": 7}', "web.bad_arguments"),
        ("\ud7ff" * 3, "web.bad_json"),
    ],
)
async def test_a_bad_message_ends_a_stream_with_its_code(booth: Booth, message: str, error: str) -> None:
    async with booth.http.ws_connect("/ws/stt") as socket:
        await socket.send_str(message)
        assert (await heard(socket))["error"] == error
        assert (await socket.receive(timeout=5)).type is WSMsgType.CLOSE


@pytest.mark.parametrize("rate", [0, -1, 7.5, 1e300, 3_999, 200_000])
async def test_a_rate_that_no_microphone_has_is_refused(booth: Booth, rate: float) -> None:
    async with booth.http.ws_connect("/ws/stt") as socket:
        await socket.send_str(json.dumps({"config": {"sample_rate": rate}}))
        await socket.send_bytes(SECOND)
        assert (await heard(socket))["error"] == "speech.sample_rate"


async def test_settings_of_other_servers_are_not_minded(booth: Booth) -> None:
    config = {"config": {"sample_rate": 16000.0, "words": 1, "phrase_list": ["a"], "max_alternatives": 3}}
    async with booth.http.ws_connect("/ws/stt") as socket:
        await socket.send_str(json.dumps(config))
        for piece in (b"", b"\x01", SECOND[:333], SECOND):
            await socket.send_bytes(piece)
            assert "partial" in await heard(socket)


@pytest.mark.parametrize("path", ["/ws/stt", "/ws/video/{session_id}"])
async def test_a_huge_message_is_refused_and_the_booth_goes_on(booth: Booth, path: str) -> None:
    session_id, _ = await begun(booth)
    async with booth.http.ws_connect(path.format(session_id=session_id)) as socket:
        with suppress(ConnectionError):  # it may end before all of it was sent
            await socket.send_bytes(b"\x00" * 5_000_000)
        closed = await socket.receive(timeout=5)
        assert closed.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)
    await booth.command("begin")


async def test_a_client_that_sends_faster_than_it_is_heard_is_held_back(page_dir: Path) -> None:
    gate, sent = threading.Event(), []

    async def send_for_ever(socket: ClientWebSocketResponse) -> None:
        while True:
            await socket.send_bytes(b"\x00" * 1_000_000)
            sent.append(1)

    async with (
        open_booth(page_dir, transcriber=ScriptedTranscriber(gate)) as booth,
        booth.http.ws_connect("/ws/stt") as socket,
    ):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(send_for_ever(socket), 1.0)
        assert 1 <= len(sent) < 60
        await booth.command("presence")  # the loop is free meanwhile
        gate.set()


async def test_pictures_give_a_record_every_two_seconds(booth: Booth) -> None:
    session_id, _ = await begun(booth)
    async with booth.http.ws_connect(f"/ws/video/{session_id}") as socket:
        for shade in (100, 120, 140):
            await socket.send_bytes(jpeg(shade=shade))
        record = await heard(socket)
    assert record["t"] == pytest.approx(2.0, abs=0.5)
    assert record["face_coverage"] == 1.0
    assert record["head_pose"] == {"yaw": 1.0, "pitch": 2.0, "roll": 3.0}
    assert record["expression"] is None  # not asked for at the start


async def test_bad_pictures_end_the_stream_with_a_code(booth: Booth) -> None:
    session_id, _ = await begun(booth)
    for wrong, error in ((jpeg()[:300], "capture.bad_picture"), ("text", "web.bad_message")):
        async with booth.http.ws_connect(f"/ws/video/{session_id}") as socket:
            await (socket.send_str(wrong) if isinstance(wrong, str) else socket.send_bytes(wrong))
            assert (await heard(socket))["error"] == error


async def test_pictures_that_come_too_fast_are_skipped(booth: Booth) -> None:
    session_id, _ = await begun(booth)
    async with booth.http.ws_connect(f"/ws/video/{session_id}") as socket:
        for _ in range(100):
            await socket.send_bytes(jpeg())
        await heard(socket)
    assert 1 <= booth.watcher.looked_count <= 12
