"""A whole interview by touch in a real browser, with a real recogniser, face model and report."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e import media
from tests.e2e.conftest import CHROMIUM, QUIET, Booth, context_of
from tests.e2e.touch import arrive, at, check, choose, tap

SHOTS = Path(os.environ["KABIL_SCREENSHOTS"]) if "KABIL_SCREENSHOTS" in os.environ else None


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where one is wanted."""
    if SHOTS is not None:
        page.wait_for_timeout(400)
        page.screenshot(path=SHOTS / f"{name}.png")


def answer(page: Page, seconds: float = 9.0) -> str:
    """Speak for a while; what the captions showed."""
    tap(page, "ready")
    at(page, "answer")
    expect(page.get_by_test_id("captions")).to_contain_text("python", timeout=30_000)
    page.wait_for_timeout(seconds * 1000)
    shown = str(page.get_by_test_id("captions").inner_text())
    shot(page, "answer")
    tap(page, "done")
    at(page, "review", 30.0)
    return shown


@pytest.mark.alone
def test_the_whole_way_with_voice_and_face(page: Page, booth: Booth) -> None:
    shot(page, "attract")
    arrive(page)
    choose(page)
    page.wait_for_timeout(2500)
    expect(page.get_by_test_id("microphone-hint")).to_be_visible()
    shot(page, "check")
    check(page, warmup=False)
    shot(page, "think")
    shown = answer(page)
    assert "years of experience" in shown
    shot(page, "review")
    tap(page, "retry")
    at(page, "think")
    answer(page, 2.0)
    tap(page, "next")
    at(page, "think")
    answer(page, 2.0)
    tap(page, "next")
    at(page, "results", 30.0)
    shot(page, "results")
    tap(page, "take-home")
    at(page, "take_home")
    expect(page.get_by_test_id("qr")).to_be_visible()
    shot(page, "take_home")
    health = json.loads(page.evaluate("fetch('/health').then(r => r.text())"))
    if "ready" in health["watcher"]["models"].values():  # not installed in a clone without any download
        assert health["watcher"]["frames_analysed_count"] > 20
    assert health["listener"]["engine"] == "vosk"
    tap(page, "end")
    at(page, "goodbye")


@pytest.mark.alone
def test_kill_in_the_third_answer_resumes_there(browser: Browser, tmp_path: Path) -> None:
    booth = Booth(tmp_path, {"KABIL_INTERVIEW__QUESTIONS": "3"})
    booth.start()
    try:
        with context_of(browser) as context:
            page = context.new_page()
            page.goto(booth.url)
            arrive(page)
            choose(page)
            check(page)
            for _ in range(2):
                answer(page, 2.0)
                tap(page, "next")
                at(page, "think")
            third = page.get_by_test_id("question").first.inner_text()
            tap(page, "ready")
            at(page, "answer")
            page.wait_for_timeout(2000)
            booth.stop(signal.SIGKILL)
            assert booth.start() < 15.0
            at(page, "think", 20.0)
            assert page.get_by_test_id("question").first.inner_text() == third
            answer(page, 2.0)
            shot(page, "resumed")
            tap(page, "next")
            at(page, "results", 30.0)
            page.get_by_test_id("tab-answers").first.tap()
            expect(page.get_by_test_id("answer-3")).to_be_visible()  # the first two are intact beside it
            expect(page.get_by_test_id("answer-1")).to_be_visible()
    finally:
        booth.stop()


def test_without_camera_and_microphone_answers_are_typed(page: Page) -> None:
    arrive(page, agree=())
    choose(page)
    tap(page, "check-next")
    at(page, "think")
    tap(page, "ready")
    at(page, "answer")
    page.get_by_test_id("typed-text").first.focus()
    page.keyboard.type("A hash table stores keys and values and finds them with a hash function.")
    shot(page, "typed")
    tap(page, "done")
    at(page, "review", 30.0)


def test_a_reload_lands_where_the_booth_stands(page: Page) -> None:
    arrive(page, agree=("microphone",))
    page.reload()
    at(page, "role")
    choose(page)
    page.reload()
    at(page, "check")


def test_erase_forgets_at_once(page: Page) -> None:
    arrive(page, agree=())
    choose(page)
    tap(page, "menu")
    page.get_by_test_id("tab-privacy").first.tap()
    tap(page, "menu-erase")
    tap(page, "erase-confirm")
    at(page, "goodbye")


@pytest.mark.alone
def test_an_answer_left_alone_is_wiped_and_a_thinking_student_is_not(
    browser: Browser, tmp_path: Path, face_model: Path
) -> None:
    quick = {"KABIL_INTERVIEW__UNATTENDED_SECONDS": "4", "KABIL_INTERVIEW__IDLE_GRACE_SECONDS": "4"}
    booth = Booth(tmp_path, quick)
    booth.start()
    try:
        with context_of(browser) as context:
            page = context.new_page()
            page.goto(booth.url)
            arrive(page, agree=("camera",))  # the made candidate's face is there all the time
            choose(page)
            check(page)
            tap(page, "ready")
            at(page, "answer")
            page.wait_for_timeout(9000)
            at(page, "answer", 0.5)  # thinks, says nothing, touches nothing: not wiped
            tap(page, "menu")
            page.get_by_test_id("tab-privacy").first.tap()
            tap(page, "withdraw-camera")  # now nobody can be seen
            at(page, "goodbye", 20.0)
            assert json.loads(page.evaluate("fetch('/health').then(r => r.text())"))["phase"] == "goodbye"
    finally:
        booth.stop()


def test_two_pages_show_the_same_interview(page: Page, browser: Browser, booth: Booth) -> None:
    with context_of(browser, 800, 480) as context:
        second = context.new_page()
        second.goto(booth.url)
        arrive(page, agree=())
        at(second, "role")
        choose(second)
        at(page, "check")


@pytest.mark.alone
def test_a_real_voice_shows_words_as_they_come(
    playwright: Playwright, candidate: tuple[Path, Path], shared_dir: Path, tmp_path: Path
) -> None:
    voice = media.wav_of(shared_dir / "eval" / "speech" / "ljspeech_0110.flac", tmp_path / "voice.wav")
    devices = [
        f"--use-file-for-fake-video-capture={candidate[0]}",
        f"--use-file-for-fake-audio-capture={voice}",
    ]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *devices])
    booth = Booth(tmp_path, {"KABIL_SPEECH__ENGINE": "sphinx"})
    booth.start()
    try:
        with context_of(browser) as context:
            page = context.new_page()
            page.goto(booth.url)
            arrive(page)
            choose(page)
            check(page)
            tap(page, "ready")
            at(page, "answer")
            expect(page.get_by_test_id("captions")).to_have_text(re.compile(r"\w+ \w+ \w+"), timeout=40_000)
            tap(page, "done")
            at(page, "review", 40.0)
    finally:
        browser.close()
        booth.stop()


def test_hindi(page: Page) -> None:
    arrive(page, language="hi", agree=())
    choose(page)
    shot(page, "check_hi")
    expect(page.locator("html")).to_have_attribute("lang", "hi")


@pytest.mark.alone
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("unshare") is None, reason="needs root for a namespace")
def test_with_no_network_interface_but_loopback(tmp_path: Path) -> None:
    script = Path(__file__).with_name("lonely.py")
    run = subprocess.run(
        ["unshare", "-n", "sh", "-c", f'ip link set lo up && exec "$0" -m tests.e2e.{script.stem} "$1"',
         sys.executable, str(tmp_path)], capture_output=True, text=True, timeout=180, check=False,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "years of experience" in run.stdout
