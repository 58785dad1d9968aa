"""The page in a real browser: a readable QR, keys alone, nothing left behind, a PDF that says what JSON says."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re

import cv2
import numpy as np
import zxingcpp
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.e2e.touch import arrive, at, choose, tap

ANSWER = (
    "A hash table stores keys and values and finds them with a hash function in constant time on average."
)


def typed_interview(page: Page) -> None:
    """Two typed answers, to the results."""
    arrive(page, agree=())
    choose(page)
    tap(page, "check-next")
    for number in range(2):
        at(page, "think")
        tap(page, "ready")
        at(page, "answer")
        page.get_by_test_id("typed-text").first.focus()
        page.keyboard.type(ANSWER)
        if number == 0:
            page.wait_for_timeout(2500)  # the page sends its draft when the fingers rest
            page.reload()
            expect(page.get_by_test_id("typed-text").first).to_have_value(
                re.compile("hash function"), timeout=15_000
            )
        tap(page, "done")
        at(page, "review", 30.0)
        tap(page, "next")
    at(page, "results", 30.0)


def test_results_on_screen_on_paper_and_in_the_qr(page: Page) -> None:
    typed_interview(page)
    tap(page, "take-home")
    at(page, "take_home")
    page.wait_for_timeout(500)
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1
    assert found[0].text.startswith("Kabil ")
    assert len(found[0].text.encode()) <= 300
    script = """async () => {
      const answer = await fetch('/api/kiosk/report.pdf');
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(''));
    }"""
    paper = PdfReader(io.BytesIO(base64.b64decode(page.evaluate(script))))
    text = " ".join(leaf.extract_text() for leaf in paper.pages)
    assert "finds them with a hash function" in text
    assert "not measured" in text


def test_nothing_of_an_interview_stays_in_the_page(page: Page) -> None:
    typed_interview(page)
    tap(page, "end")
    at(page, "goodbye")
    kept = page.evaluate("""async () => JSON.stringify({
      local: {...localStorage}, session: {...sessionStorage}, cookie: document.cookie,
      caches: await caches.keys(), databases: (await indexedDB.databases()).map((d) => d.name),
      text: document.body.innerText})""")
    assert "hash" not in kept
    stores = json.loads(kept)
    assert stores["cookie"] == ""  # the booth's own is HttpOnly
    assert stores["caches"] == []
    assert stores["databases"] == []


def test_a_part_that_did_not_come_is_asked_for_again(page: Page) -> None:
    at(page, "attract")
    asked: list[str] = []

    def once_in_vain(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.fallback()

    page.route("**/assets/open-*.js", once_in_vain)
    page.reload()
    at(page, "attract")
    assert len(asked) == 2


def test_the_page_weighs_what_a_small_box_can_carry(page: Page) -> None:
    at(page, "attract")
    came: list[str] = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    parts = {one for one in came if one.endswith((".js", ".css"))}
    assert len(parts) > 4
    assert sum(len(gzip.compress(page.request.get(one).body())) for one in parts) <= 250_000
