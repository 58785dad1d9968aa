"""The original platform's calls answer as its clients know them, with and without an Origin."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
from PIL import Image

from appliance.errors import Unavailable
from appliance.web.api import wav
from tests.fakes.booth import ROLE, Booth, open_booth
from tests.speech.sounds import DATA, read_sound
from tests.web.test_security import code

LETTERS = "an answer " * 10_000
SOUND = wav(read_sound(DATA / "spoken" / "engineer.flac"))


def jpeg(size: tuple[int, int] = (320, 240), shade: int = 128) -> bytes:
    whole = io.BytesIO()
    Image.new("RGB", size, (shade, shade, shade)).save(whole, "JPEG")
    return whole.getvalue()


@pytest.fixture(params=["a program", "the page"])
def client(request: pytest.FixtureRequest, booth: Booth) -> aiohttp.ClientSession:
    """Without and with an Origin."""
    return booth.http if request.param == "a program" else booth.page


async def posted(client: aiohttp.ClientSession, path: str, body: Any) -> dict[str, Any]:
    async with client.post(path, json=body) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found: dict[str, Any] = await answer.json()
        return found


@pytest.mark.parametrize("path", ["/api/session/start", "/start"])
async def test_a_session_runs_from_start_to_report(client: aiohttp.ClientSession, path: str) -> None:
    started = await posted(client, path, {"role": ROLE, "level": "easy", "questions": 2})
    session_id, question = started["session_id"], started["question"]
    assert {"id", "text", "level", "expected_keywords"} <= question.keys()
    assert question["expected_keywords"] == ["gradient", "loss"]
    seen = []
    while question is not None:
        seen.append(question["id"])
        given = {
            "session_id": session_id,
            "question_id": question["id"],
            "answer": "The gradient of the loss. " * 8,
        }
        judged = await posted(client, "/qa", given)
        assert {"overall", "breakdown", "comments"} <= judged["score"].keys()
        assert judged["score"]["breakdown"]["keywords"] == 100.0
        question = judged["question"]
    assert len(set(seen)) == 2
    report = await posted(client, "/finalize", {"session_id": session_id})
    assert set(report["scores"]) >= {
        "confidence",
        "communication",
        "fluency",
        "eye_contact",
        "posture",
        "engagement",
    }
    assert isinstance(report["feedback"], str)
    assert isinstance(report["improvement_plan"], list)
    assert len(report["answers"]) == 2
    assert await posted(client, "/finalize", {"session_id": session_id}) == report


async def test_the_role_is_enough_to_start(booth: Booth) -> None:
    assert (await posted(booth.http, "/api/session/start", {"role": ROLE}))["question"]["level"] == "easy"


async def test_the_platforms_own_example_is_scored(client: aiohttp.ClientSession) -> None:
    example = {
        "question": "What is Python?",
        "answer": "Python is a programming language.",
        "expected_keywords": ["programming", "language"],
    }
    score = await posted(client, "/score", example)
    assert score["breakdown"] == {"relevance": None, "keywords": 100.0, "length": 25.0}  # no embedder here
    assert isinstance(score["comments"], list)


async def test_questions_are_generated(booth: Booth) -> None:
    made = (await posted(booth.http, "/api/questions/generate", {"role": ROLE, "level": "hard", "count": 3}))[
        "questions"
    ]
    assert len({question["text"] for question in made}) == 3
    assert {question["level"] for question in made} == {"hard"}


@pytest.mark.parametrize("as_form", [False, True])
async def test_a_sound_is_heard(client: aiohttp.ClientSession, as_form: bool) -> None:
    data: Any = io.BytesIO(SOUND)
    if as_form:
        data = aiohttp.FormData()
        data.add_field("note", "not this one")
        data.add_field("file", io.BytesIO(SOUND), filename="answer.wav", content_type="audio/wav")
    async with client.post("/stt", data=data) as answer:
        assert answer.status == 200, await answer.text()
        heard = await answer.json()
    assert heard["text"].startswith("word0 word1")
    assert heard["words"][0].keys() == {"word", "start", "end", "conf"}
    assert heard["engine"] == "scripted"
    assert heard["confidence"] == pytest.approx(0.9)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
async def test_sounds_of_any_rate_are_heard(booth: Booth, rate: int, channels: int) -> None:
    import wave

    sound = read_sound(DATA / "spoken" / "engineer.flac")
    resampled = np.interp(
        np.arange(len(sound) * rate // 16_000) * 16_000 / rate, np.arange(len(sound)), sound
    )
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.repeat(resampled.astype("<i2"), channels).tobytes())
    async with booth.http.post("/stt", data=io.BytesIO(whole.getvalue())) as answer:
        assert answer.status == 200, await answer.text()
        assert len((await answer.json())["words"]) in (3, 4)


@pytest.mark.parametrize("as_form", [False, True])
async def test_a_picture_is_seen(client: aiohttp.ClientSession, as_form: bool) -> None:
    data: Any = jpeg()
    if as_form:
        data = aiohttp.FormData()
        data.add_field("file", jpeg(), filename="frame.jpg", content_type="image/jpeg")
    async with client.post("/expression", data=data) as answer:
        assert answer.status == 200, await answer.text()
        record = await answer.json()
    assert record.keys() == {
        "t", "face_coverage", "eye_contact", "head_pose", "posture", "engagement", "mouth_activity", "expression",
    }  # fmt: skip
    assert record["head_pose"] == {"yaw": 1.0, "pitch": 2.0, "roll": 3.0}
    assert record["expression"]["happy"] == pytest.approx(0.75)


async def test_no_face_is_not_measured(booth: Booth) -> None:
    async with booth.http.post("/expression", data=jpeg(shade=0)) as answer:
        record = await answer.json()
    assert record["face_coverage"] == 0.0
    assert record["eye_contact"] is None
    assert record["head_pose"] is None
    assert record["expression"] is None


# --- bad input ---


async def qa(booth: Booth, **changes: Any) -> tuple[int, str]:
    """One wrong /qa of a fresh session."""
    started = await posted(booth.http, "/start", {"role": ROLE, "questions": 1})
    given = {"session_id": started["session_id"], "question_id": started["question"]["id"], "answer": "x"}
    async with booth.http.post("/qa", json={**given, **changes}) as answer:
        return await code(answer)


async def test_wrong_answers_have_stable_codes(booth: Booth) -> None:
    assert await qa(booth, session_id="nobody") == (404, "interview.unknown_session")
    assert await qa(booth, question_id="what") == (404, "interview.unknown_question")
    assert await qa(booth, answer=LETTERS) == (413, "interview.answer_too_long")
    assert await qa(booth, answer=None) == (409, "interview.nothing_heard")
    assert await qa(booth, answer=7) == (400, "web.bad_arguments")


async def test_an_empty_answer_is_judged_as_nothing(booth: Booth) -> None:
    started = await posted(booth.http, "/start", {"role": ROLE, "questions": 1})
    given = {"session_id": started["session_id"], "question_id": started["question"]["id"], "answer": ""}
    judged = await posted(booth.http, "/qa", given)
    assert judged["question"] is None
    assert judged["score"]["overall"] in (None, 0.0)


async def test_a_question_is_answered_once(booth: Booth) -> None:
    started = await posted(booth.http, "/start", {"role": ROLE, "questions": 2})
    first = {"session_id": started["session_id"], "question_id": started["question"]["id"], "answer": "x"}
    second = {**first, "question_id": (await posted(booth.http, "/qa", first))["question"]["id"]}
    async with booth.http.post("/qa", json=first) as answer:
        assert await code(answer) == (409, "interview.already_answered")
    assert (await posted(booth.http, "/qa", second))["question"] is None
    async with booth.http.post("/qa", json=second) as answer:
        assert await code(answer) == (409, "interview.no_question")


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/start", {"role": "astronaut"}, (404, "interview.unknown_role")),
        ("/start", {"role": ROLE, "level": "brutal"}, (400, "interview.unknown_level")),
        ("/start", {"role": ROLE, "questions": 0}, (400, "interview.bad_arguments")),
        ("/start", {"role": ROLE, "questions": 10**30}, (400, "interview.bad_arguments")),
        ("/start", {"role": ROLE, "questions": "5"}, (400, "web.bad_arguments")),
        ("/start", {}, (400, "web.bad_arguments")),
        ("/start", [], (400, "web.bad_arguments")),
        ("/finalize", {"session_id": "nobody"}, (404, "interview.unknown_session")),
        ("/score", {"question": "q"}, (400, "web.bad_arguments")),
        ("/score", {"question": "q", "answer": LETTERS}, (413, "interview.answer_too_long")),
        ("/score", {"question": "q", "answer": "a", "expected_keywords": ["k"] * 51},
         (413, "interview.too_many_keywords")),
        ("/api/questions/generate", {"role": ROLE, "count": 0}, (400, "interview.bad_arguments")),
        ("/api/questions/generate", {"role": ROLE, "count": 1000}, (400, "interview.bad_arguments")),
        ("/api/questions/generate", {"role": ROLE, "level": "brutal"}, (400, "interview.unknown_level")),
        ("/api/questions/generate", {"role": "astronaut"}, (404, "interview.unknown_role")),
    ],
    ids=lambda value: json.dumps(value)[:40],
)  # fmt: skip
async def test_bad_input_has_a_stable_code(
    booth: Booth, path: str, body: Any, expected: tuple[int, str]
) -> None:
    async with booth.http.post(path, json=body) as answer:
        assert await code(answer) == expected
        assert len((await answer.json())["message"]) > 5


def _png() -> bytes:
    whole = io.BytesIO()
    Image.new("RGB", (8, 8)).save(whole, "PNG")
    return whole.getvalue()


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/stt", lambda: b"", (400, "capture.bad_sound")),
        ("/stt", lambda: b"RIFF\x00\x00\x00\x00WAVEnonsense", (400, "capture.bad_sound")),
        ("/stt", lambda: b"\x00" * 100_000, (400, "capture.bad_sound")),
        ("/stt", lambda: SOUND[:44], (400, "capture.bad_sound")),
        ("/stt", jpeg, (400, "capture.bad_sound")),
        ("/stt", lambda: b"x" * 8_100_000, (413, "web.too_large")),
        ("/expression", lambda: b"", (400, "capture.bad_picture")),
        ("/expression", lambda: jpeg()[:400], (400, "capture.bad_picture")),
        ("/expression", _png, (400, "capture.bad_picture")),
        ("/expression", lambda: jpeg((12_000, 9_000)), (413, "capture.picture_too_large")),
    ],
)  # fmt: skip
async def test_bad_media_have_a_stable_code(
    booth: Booth, path: str, body: Callable[[], bytes], expected: tuple[int, str]
) -> None:
    async with booth.http.post(path, data=io.BytesIO(body())) as answer:
        assert await code(answer) == expected


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n", "web.bad_body"),
        ("multipart/form-data", b"--x--", "web.bad_body"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n",
         "web.no_file"),
    ],
)  # fmt: skip
async def test_bad_forms_have_a_stable_code(booth: Booth, kind: str, body: bytes, expected: str) -> None:
    async with booth.http.post("/stt", data=body, headers={"Content-Type": kind}) as answer:
        assert await code(answer) == (400, expected)


async def test_a_missing_model_is_told(booth: Booth) -> None:
    booth.watcher.fault = Unavailable("vision.no_face_model", "the face model is not installed")
    async with booth.http.post("/expression", data=jpeg()) as answer:
        assert await code(answer) == (503, "vision.no_face_model")
        assert answer.headers["Retry-After"]
    booth.listener.transcriber = None
    async with booth.http.post("/stt", data=io.BytesIO(SOUND)) as answer:
        assert await code(answer) == (503, "speech.no_engine")
    booth.listener.ready = False
    async with booth.http.post("/stt", data=io.BytesIO(SOUND)) as answer:
        assert await code(answer) == (503, "speech.loading")


# --- the candidate comes first ---


async def test_while_a_candidate_is_there_nothing_else_begins(booth: Booth) -> None:
    await booth.command("begin")
    async with booth.http.post("/api/session/start", json={"role": ROLE}) as answer:
        assert await code(answer) == (409, "interview.busy")
    async with booth.http.post("/stt", data=io.BytesIO(SOUND)) as answer:
        assert await code(answer) == (409, "interview.busy")
    async with booth.http.post("/expression", data=jpeg()) as answer:
        assert await code(answer) == (409, "interview.busy")


async def test_a_program_never_reaches_the_candidates_interview(booth: Booth) -> None:
    await booth.arrive()
    mine = {"session_id": booth.conductor.session_id, "question_id": "ml_engineer.easy.0", "answer": "x"}
    async with booth.http.post("/qa", json=mine) as answer:
        assert await code(answer) == (404, "interview.unknown_session")
    async with booth.http.post("/finalize", json=mine) as answer:
        assert await code(answer) == (404, "interview.unknown_session")


async def test_nothing_of_a_programs_session_is_stored(page_dir: Path) -> None:
    async with open_booth(page_dir) as booth:
        started = await posted(booth.http, "/start", {"role": ROLE, "questions": 1})
        given = {"session_id": started["session_id"], "question_id": started["question"]["id"], "answer": "x"}
        await posted(booth.http, "/qa", given)
        await posted(booth.http, "/finalize", {"session_id": started["session_id"]})
        assert await booth.conductor.parts.store.take_up() is None
        assert (await booth.conductor.parts.store.health())["kept_count"] == 0


async def test_sessions_are_bounded(booth: Booth) -> None:
    for _ in range(16):
        await posted(booth.http, "/start", {"role": ROLE})
    async with booth.http.post("/start", json={"role": ROLE}) as answer:
        assert await code(answer) == (429, "interview.too_many_sessions")
