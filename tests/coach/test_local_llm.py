"""The optional language model, against a real server that misbehaves in every way: our text stands."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from appliance.coach.coach import Coach
from appliance.coach.local_llm import LocalLlm, kept
from appliance.coach.proposal import Wanted, wanted_after
from appliance.errors import Invalid
from appliance.messages import (
    Answer,
    Consent,
    FeedbackPoint,
    InterviewRecord,
    KeyPointHeard,
    Measured,
    Question,
)
from appliance.settings import Llm

pytestmark = pytest.mark.alone

POINT = FeedbackPoint(
    "try", "long_pause", 'You paused for 3.1 seconds after "the slot".', "Gaps.", "the slot", 4.0
)

PROPOSAL: dict[str, object] = {
    "question": "How would you choose the size of a hash table for a college library?",
    "key_points": [
        "The table should have more slots than there are books.",
        "A table that is too full has many collisions.",
        "A table that is too large wastes memory.",
    ],
    "keywords": ["slots", "collisions", "memory"],
    "model_answer": (
        "I would first estimate how many books the library has, and take more slots than that. When the table gets "
        "too full, there are many collisions and a lookup becomes slow. When it is far too large, it wastes memory."
    ),
}
PROPOSALS: dict[str, object] = {
    "good": PROPOSAL,
    "invents": PROPOSAL | {"question": "How would you store 40000 books in a hash table?"},
    "address": PROPOSAL | {"question": "Have you read www.example.org on hash tables?"},
    "judges": PROPOSAL | {"question": "Are you nervous when you write a hash table?"},
    "no question": PROPOSAL | {"question": "Write a hash table."},
    "two points": PROPOSAL | {"key_points": ["It has slots.", "It has keys."]},
    "more fields": PROPOSAL | {"score": 100},
    "numbers for texts": PROPOSAL | {"keywords": [1, 2, 3]},
    "hindi": PROPOSAL | {"question": "हैश टेबल क्या है?"},
}
WANTED = Wanted(
    "software_developer.easy.01",
    "What is a hash table?",
    "software_developer",
    "easy",
    "data_structures",
    ("Two keys can collide.",),
)


class Llama(BaseHTTPRequestHandler):
    """Answers as it is told to."""

    mode: ClassVar[str] = "good"
    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked.append(body.decode())
        if self.mode == "dies":
            self.connection.close()
            return
        if self.mode == "slow":
            time.sleep(1.0)
        said: object = {
            "good": ['After "the slot" there was a pause of 3.1 seconds.'],
            "invents": ['After "the slot" there was a pause of 7 seconds.'],
            "loses the quote": ["There was a pause of 3.1 seconds."],
            "judges": ['You seemed nervous: 3.1 seconds after "the slot".'],
            "talks on": ['After "the slot" a pause of 3.1 seconds. ' + "And so on. " * 40],
            "too many": ["one", "two"],
        }.get(self.mode, [""])
        if '"role"' in body.decode().replace("\\", "") and '"competency"' in body.decode().replace("\\", ""):
            said = PROPOSALS.get(self.mode, PROPOSALS["good"])
        content = "no list here" if self.mode == "chatter" else f"Sure! {json.dumps(said)}"
        answer = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        answer = {
            "megabyte": answer[:-1] + b" " * 1_000_000 + answer[-1:],
            "not json": b"<html>",
            "wrong json": b'{"choices": []}',
            "list": b"[]",
        }.get(self.mode, answer)
        self.send_response(500 if self.mode == "error" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        try:
            self.wfile.write(answer)
        except OSError:
            return  # the booth did not wait

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    Llama.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Llama)
    server.daemon_threads = False  # so that closing waits for the slow one
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def test_a_good_sentence_is_taken(address: str) -> None:
    Llama.mode = "good"
    (point,) = await LocalLlm(Llm(address, 3.0)).rephrase([POINT], "en")
    assert point.text == 'After "the slot" there was a pause of 3.1 seconds.'
    assert (point.quote, point.reason) == (POINT.quote, POINT.reason)


@pytest.mark.parametrize("mode", [
    "invents", "loses the quote", "judges", "talks on", "too many", "chatter", "not json", "wrong json", "list",
    "error", "dies", "slow",
])  # fmt: skip
async def test_the_built_in_text_stands(address: str, mode: str) -> None:
    Llama.mode = mode
    assert await LocalLlm(Llm(address, 0.4)).rephrase([POINT], "en") == (POINT,)
    assert Llama.asked


async def test_no_server_at_all() -> None:
    assert await LocalLlm(Llm("http://127.0.0.1:1", 0.5)).rephrase([POINT], "hi") == (POINT,)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1:8080", "https://127.0.0.1", "http://127.0.0.1.example.org"]
)
def test_only_this_machine(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        LocalLlm(Llm(url))
    assert caught.value.code == "coach.llm_not_local"


def test_numbers_may_neither_come_nor_go() -> None:
    assert kept("You said 5 words.", "5 words were said.")
    assert not kept("You said 5 words.", "You said five words.")
    assert not kept("You said words.", "You said 2 words.")


async def test_a_good_question_is_taken(address: str) -> None:
    Llama.mode = "good"
    draft = await LocalLlm(Llm(address, 3.0)).propose(WANTED)
    assert draft is not None
    assert draft.text == PROPOSAL["question"]
    assert draft.wanted == WANTED
    assert "Two keys can collide." in Llama.asked[0]


@pytest.mark.parametrize("mode", [
    "invents", "address", "judges", "no question", "two points", "more fields", "numbers for texts", "hindi", "chatter",
    "not json", "wrong json", "list", "error", "dies", "megabyte", "slow",
])  # fmt: skip
async def test_no_question_rather_than_a_bad_or_a_late_one(address: str, mode: str) -> None:
    Llama.mode = mode
    assert await LocalLlm(Llm(address, 0.2 if mode == "slow" else 1.0)).propose(WANTED) is None
    assert Llama.asked


async def test_a_slow_proposal_delays_no_review(address: str) -> None:
    """The coach reviews at once, and asks ahead meanwhile; what comes too late is not there."""
    Llama.mode = "slow"
    llm = LocalLlm(Llm(address, 0.2))
    asking = asyncio.ensure_future(llm.propose(WANTED))
    begun = time.perf_counter()
    await llm.rephrase([], "en")
    assert time.perf_counter() - begun < 0.15
    assert await asking is None


def test_what_is_wanted_never_holds_the_answer() -> None:
    question = Question("q", "software_developer", "easy", "technical", "data_structures", "What is a heap?")
    answer = Answer("a", question, 0, "my own words", (), 9.0, True, "en", None, None, "typed", Measured(1.0))
    left = (KeyPointHeard("k1", "It is a tree.", False, 0.1), KeyPointHeard("k2", "It is full.", True, 0.9))
    follow, new = wanted_after(answer, left)
    assert follow.left_out == ("It is a tree.",)
    assert new.left_out == ()
    assert "my own words" not in follow.message() + new.message()
    assert wanted_after(replace(answer, locale="hi"), left) == ()
    assert wanted_after(replace(answer, question=replace(question, shape="behavioural")), left) == ()


async def test_the_coach_asks_ahead_while_the_review_is_read(address: str) -> None:
    Llama.mode = "good"
    question = Question("q", "software_developer", "easy", "technical", "data_structures", "What is a heap?")
    answer = Answer(
        "a", question, 0, "A heap is a tree.", (), 9.0, True, "en", None, None, "typed", Measured(1.0)
    )
    record = InterviewRecord(
        "s", "2026-01-01", "software_developer", "technical", "easy", "en", 3, 1, Consent(), "typed"
    )
    coach = Coach(lambda: None, Llm(address, 3.0))
    await coach.start()
    running = asyncio.ensure_future(coach.run())
    try:
        await coach.review(answer, record)
        async with asyncio.timeout(5):
            while (draft := coach.proposed("q", follows=False)) is None:
                await asyncio.sleep(0.01)
        assert draft.text == PROPOSAL["question"]
        assert coach.proposed("another", follows=False) is None
        await coach.review(replace(answer, question=replace(question, shape="talk")), record)
        assert coach.proposed("q", follows=False) is None  # of an earlier review
        assert await coach.embed(["a text"]) is None  # no encoder here
    finally:
        running.cancel()
        await coach.stop()
