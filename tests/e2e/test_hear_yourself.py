"""Hear yourself: the candidate's own answer plays in a real browser, from the booth's memory only, and goes with it."""

from __future__ import annotations

import base64
import io
import json
import signal
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.messages import SAMPLE_RATE_HZ
from tests.e2e.conftest import Booth, context_of
from tests.e2e.test_every_phase import told
from tests.e2e.touch import arrive, at, check, choose, tap

pytestmark = pytest.mark.alone

LISTEN = """() => {
  const sound = document.querySelector('audio');
  const context = new AudioContext();
  const meter = context.createAnalyser();
  context.createMediaElementSource(sound).connect(meter).connect(context.destination);
  const samples = new Float32Array(meter.fftSize);
  window.loudest = 0;
  setInterval(() => {
    meter.getFloatTimeDomainData(samples);
    window.loudest = Math.max(window.loudest, ...samples.map(Math.abs));
  }, 20);
}"""
"""what comes out of the page's player, on its way to the headphones"""
HEARD = "() => ({loudest: window.loudest, seconds: document.querySelector('audio')?.currentTime ?? null})"
KEPT = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie, caches: await caches.keys(),
  databases: (await indexedDB.databases()).map((d) => d.name)})"""
FETCH = """async (url) => {
  const answer = await fetch(url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {status: answer.status, cache: answer.headers.get('cache-control'), body: btoa(text)};
}"""
CACHED = """async (url) => {
  try { return (await fetch(url, {cache: 'only-if-cached', mode: 'same-origin'})).status; }
  catch { return null; }
}"""
"""a status, if the browser has kept the sound"""
QUIET = 0.01
"""of full scale: below this nothing is played"""


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Booth]:
    """A booth whose files can be searched."""
    booth = Booth(tmp_path, {"KABIL_STORE__ENCRYPT": "false"})
    booth.start()
    yield booth
    booth.stop()


def spoken(page: Page) -> str:
    """One spoken answer; where it can be heard."""
    tap(page, "ready")
    at(page, "answer")
    expect(page.get_by_test_id("captions")).to_contain_text("python", timeout=30_000)
    page.wait_for_timeout(2000)
    tap(page, "done")
    at(page, "review", 30.0)
    return str(told(page)["review"]["sound_url"])


def fetched(page: Page, url: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(FETCH, url)
    return {**found, "body": base64.b64decode(found["body"])}


def play(page: Page) -> None:
    """Tap, and wait until a voice came out of the player, and a second of the answer with it."""
    expect(page.get_by_test_id("hear").first).to_be_visible()
    page.evaluate(LISTEN)
    tap(page, "hear")
    for _ in range(300):
        heard = page.evaluate(HEARD)
        if heard["loudest"] > QUIET and heard["seconds"] is not None and heard["seconds"] > 1.0:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not heard: {heard}")


def samples_of(body: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
    with wave.open(io.BytesIO(body)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, SAMPLE_RATE_HZ)
        return np.frombuffer(sound.readframes(sound.getnframes()), np.int16)


def test_an_answer_is_heard_and_is_nowhere_but_in_memory(browser: Browser, plain: Booth) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(plain.url)
        arrive(page, agree=("microphone",))
        choose(page)
        check(page)
        first = spoken(page)
        assert page.evaluate("document.querySelector('audio').paused")  # it plays when it is asked to
        play(page)
        sound = fetched(page, first)
        assert (sound["status"], sound["cache"]) == (200, "no-store")
        samples = samples_of(sound["body"])
        assert len(samples) > 2 * SAMPLE_RATE_HZ
        assert np.abs(samples.astype(np.int32)).max() > QUIET * 32_768
        tap(page, "hear")  # Stop
        expect(page.locator("audio")).to_have_js_property("paused", True)

        tap(page, "next")
        at(page, "think")
        assert page.locator("audio").count() == 0  # a new question: nothing of the last answer sounds
        assert page.evaluate(CACHED, first) is None
        stores = json.loads(page.evaluate(KEPT))
        assert (stores["cookie"], stores["caches"], stores["databases"]) == ("", [], [])
        assert len(json.dumps(stores)) < 1000
        assert in_files(plain, b"python")  # the words are: the search sees what is there
        assert not in_files(plain, loudest(samples))

        spoken(page)
        tap(page, "next")
        at(page, "results", 30.0)
        page.get_by_test_id("tab-answers").first.tap()
        page.get_by_test_id("answer-1").first.tap()
        play(page)  # both answers are there until the interview ends
        tap(page, "answer-sheet-close")
        tap(page, "take-home")
        at(page, "take_home")
        tap(page, "end")
        at(page, "goodbye")
        assert json.loads(fetched(page, first)["body"])["error"] == "web.no_sound"
        assert page.evaluate(CACHED, first) is None
        assert not in_files(plain, loudest(samples))


def loudest(samples: np.ndarray[Any, np.dtype[np.int16]]) -> bytes:
    """A piece of sound that nothing else has."""
    first = int(np.abs(samples.astype(np.int32)).argmax())
    return samples[first : first + 100].tobytes()


def in_files(booth: Booth, piece: bytes) -> bool:
    """Whether any file of the booth has it."""
    return any(piece in path.read_bytes() for path in booth.data.rglob("*") if path.is_file())


def test_after_a_kill_the_words_are_there_and_the_sound_is_gone(browser: Browser, plain: Booth) -> None:
    with context_of(browser) as context:
        page = context.new_page()
        page.goto(plain.url)
        arrive(page, agree=("microphone",))
        choose(page)
        check(page)
        url = spoken(page)
        text = told(page)["review"]["text"]
        expect(page.get_by_test_id("hear")).to_be_visible()
        plain.stop(signal.SIGKILL)
        at(page, "trouble")
        plain.start()
        at(page, "review")
        assert (told(page)["review"]["text"], told(page)["review"]["sound_url"]) == (text, None)
        expect(page.get_by_test_id("hear")).to_have_count(0)
        assert fetched(page, url)["status"] == 404
        tap(page, "menu")
        page.get_by_test_id("tab-privacy").first.tap()
        tap(page, "menu-erase")
        tap(page, "erase-confirm")
        at(page, "goodbye")
