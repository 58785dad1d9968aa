"""The optional language model, against a real server that misbehaves in every way: our text stands."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from appliance.coach.local_llm import LocalLlm, kept
from appliance.errors import Invalid
from appliance.messages import FeedbackPoint
from appliance.settings import Llm

POINT = FeedbackPoint(
    "try", "long_pause", 'You paused for 3.1 seconds after "the slot".', "Gaps.", "the slot", 4.0
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
        said = {
            "good": ['After "the slot" there was a pause of 3.1 seconds.'],
            "invents": ['After "the slot" there was a pause of 7 seconds.'],
            "loses the quote": ["There was a pause of 3.1 seconds."],
            "judges": ['You seemed nervous: 3.1 seconds after "the slot".'],
            "talks on": ['After "the slot" a pause of 3.1 seconds. ' + "And so on. " * 40],
            "too many": ["one", "two"],
        }.get(self.mode, [""])
        content = "no list here" if self.mode == "chatter" else f"Sure! {json.dumps(said)}"
        answer = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        answer = {"not json": b"<html>", "wrong json": b'{"choices": []}', "list": b"[]"}.get(
            self.mode, answer
        )
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
