"""Run inside a network namespace that has only ``lo``: one spoken answer through WebRTC; prints its captions."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e import media
from tests.e2e.conftest import CHROMIUM, QUIET, Booth, context_of
from tests.e2e.test_interview import answer
from tests.e2e.touch import arrive, check, choose


def main(folder: Path) -> None:
    """The shortest interview."""
    camera, microphone = media.make(folder)
    devices = [
        f"--use-file-for-fake-video-capture={camera}",
        f"--use-file-for-fake-audio-capture={microphone}",
    ]
    booth = Booth(folder)
    booth.start()
    try:
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *devices])
            with context_of(browser) as context:
                page = context.new_page()
                page.goto(booth.url)
                arrive(page)
                choose(page)
                check(page)
                sys.stdout.write(answer(page))
            browser.close()
    finally:
        booth.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
