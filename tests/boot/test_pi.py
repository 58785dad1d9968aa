"""The booth on a Raspberry Pi 5's processor, emulated: its tests pass there, its nets and an interview say the same."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.bench import visitor
from appliance.bench.visitor import Visitor, visiting
from appliance.capture import demo_recording
from appliance.capture.webrtc_peer import use_addresses
from tests.boot.conftest import Measured
from tests.boot.machine import ROOT
from tests.boot.pi import Pi, lacking
from tests.capture.webrtc_page import Page, Picture, Tone
from tests.e2e.conftest import _free_port

pytestmark = [pytest.mark.boot, pytest.mark.timeout(3600)]
PATIENCE_SECONDS = 1800.0
"""no limit: an emulated processor is tens of times slower"""
ROOMS = ("capture", "coach", "metrics", "report", "speech", "store", "voice")
"""without vision, whose tests draw faces by the thousand"""
WITHOUT_CLOCKS = (
    "-p", "no:cacheprovider", "--timeout", "900", "-m", "not alone and not boot",
    "--deselect", "tests/coach/test_coach.py::test_a_review_costs_less_than_the_target",
)  # fmt: skip
"""an emulated processor's speed says nothing"""
TINY = {"KABIL_SPEECH__ENGINE": "vosk", "KABIL_SPEECH__MODEL": "vosk-tiny"}
"""the model that is in any clone"""
WORDS = "hello my name is sam and i am a student\n\ni have three years of experience in python and java"
SAME = {"word_count", "face_coverage", "eye_contact_ratio", "loudness_over_noise_db"}
"""measured alike; posture and mouth are told by a net whose sums ARM does in half precision"""


@pytest.fixture(scope="module")
def pi() -> Pi:
    reason = lacking()
    if reason is not None:
        pytest.skip(reason)
    made = Pi()
    made.make()
    return made


def told_by(python: str | Path, environ: dict[str, str], *args: str) -> str:
    """What a program of one processor's Python writes."""
    said = subprocess.run(
        [str(python), *args], cwd=ROOT, env=environ, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert said.returncode == 0, said.stdout[-4000:] + said.stderr[-2000:]
    return said.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_own_tests_pass_there(pi: Pi, room: str, measured: Measured) -> None:
    begun = time.monotonic()
    told_by(pi.python, pi.environ(), "-m", "pytest", *WITHOUT_CLOCKS, f"tests/{room}")
    measured("seconds", time.monotonic() - begun)


def test_the_nets_say_the_same(pi: Pi) -> None:
    program = ("-m", "tests.boot.engines")
    here = json.loads(told_by(sys.executable, dict(os.environ), *program))
    there = json.loads(told_by(pi.python, pi.environ(), *program))
    assert there["cosines"] == pytest.approx(here["cosines"], abs=0.02)
    flat = [[value for row in one["expressions"] for value in row] for one in (here, there)]
    assert flat[1] == pytest.approx(flat[0], abs=0.001)


def test_a_recorded_interview_is_measured_the_same(pi: Pi, tmp_path: Path) -> None:
    """From a file to the report; the question is drawn by lot, so no content is compared."""
    portrait, answer, page = demo_recording.find_portrait(), tmp_path / "answer.mkv", tmp_path / "report.pdf"
    assert portrait is not None
    demo_recording.make(answer, portrait, WORDS, demo_recording.Voice("en-us", 150))
    program = ("-m", "appliance", "interview", "--answer", str(answer), "--pdf", str(page))
    here = json.loads(told_by(sys.executable, {**os.environ, **TINY}, *program))["answers"][0]
    page.unlink()
    there = json.loads(told_by(pi.python, pi.environ(**TINY), *program))["answers"][0]
    assert page.read_bytes().startswith(b"%PDF")
    assert there["text"] == here["text"]
    assert "three years of experience in python" in there["text"]
    values = [{name: one["numbers"][name]["value"] for name in SAME} for one in (here, there)]
    assert values[1] == pytest.approx(values[0], rel=0.02)


@pytest.fixture
def address(pi: Pi, tmp_path: Path) -> Iterator[str]:
    """A booth that serves there."""
    port, site = _free_port(), tmp_path / "site.toml"
    site.write_text(f'[web]\nport = {port}\n[places]\ndata = "{tmp_path / "data"}"\n')
    command = [str(pi.python), "-m", "appliance", "--site", str(site), "serve"]
    with (
        (tmp_path / "booth.log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=pi.environ(**TINY), stdout=subprocess.PIPE, stderr=log, text=True
        ) as booth,
    ):
        try:
            assert booth.stdout is not None
            ready = re.search(r"http://\S+", booth.stdout.readline())
            assert ready is not None
            yield ready[0]
        finally:
            booth.terminate()


async def test_a_candidate_is_seen_heard_and_judged(
    address: str, monkeypatch: pytest.MonkeyPatch, measured: Measured
) -> None:
    """Over WebRTC: its keys, its codecs and the nets are all that processor's."""
    monkeypatch.setattr(visitor, "PATIENCE_SECONDS", 300.0)
    use_addresses(loopback_only=True)
    async with visiting(address) as one:
        await one.check(questions=2)
        page, session = Page(), one.state["interview"]["session_id"]
        await page.take(await one.offer(f"/whip/{session}", await page.offer(Tone(), Picture())))
        await told(one, lambda health: {each["state"] for each in health["devices"].values()} == {"live"})
        await one.command("check_step", step="done")
        await one.at("think")
        await one.command("start_answer")
        await one.at("answer")
        health = await told(one, lambda health: health["watcher"]["frames_analysed_count"] > 0)
        measured("picture_ms", health["watcher"]["face_ms"])
        await one.command("done", text=visitor.ANSWER)
        await one.at("review")
        await one.command("finish")
        await one.at("results")
        assert (await one.get("/api/kiosk/report.pdf")).startswith(b"%PDF")
        await page.close()


async def told(one: Visitor, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What the booth says of itself once it fits."""
    async with asyncio.timeout(120):
        while not fits(health := await one.health()):
            await asyncio.sleep(0.5)
    return health
