"""What is kept of a student, by claim code and PIN at the attract page: seen, taken along, erased; by nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.settings import Store
from appliance.store.interview_store import InterviewStore
from tests.fakes.booth import AGREED, ROLE, Booth, open_booth, site

PIN = "2468"


@pytest.fixture
async def keeping(tmp_path: Path) -> AsyncIterator[Booth]:
    """A booth that keeps for thirty days, with its stick in ``tmp_path``."""
    (tmp_path / "index.html").write_text("<p>page</p>", "utf-8")
    rules = Store(encrypt=False, retention="days")
    store = InterviewStore(rules, None)
    async with open_booth(
        tmp_path, replace(site(), store=rules), store=store, stick=lambda: tmp_path
    ) as booth:
        yield booth


async def kept(booth: Booth) -> str:
    """One typed interview, kept; its code."""
    await booth.command("begin")
    await booth.command("choose_language", locale="en")
    await booth.command("consent", **{**AGREED, "microphone": False, "camera": False, "keep": True})
    await booth.command("choose_interview", role=ROLE, shape="technical", level="easy", questions=1)
    await booth.command("check_step", step="done")
    await booth.command("start_answer")
    await booth.command("done", text="The gradient of the loss.")
    await booth.command("next")
    await booth.command("take_home")
    await booth.command("keep", pin=PIN)
    code = str((booth.conductor.facts.take_home or {})["claim_code"])
    await booth.command("end")
    return code


async def ask(booth: Booth, what: str, code: str, pin: str = PIN) -> tuple[int, dict[str, Any]]:
    """Status and answer."""
    async with booth.page.post(f"/api/kiosk/own/{what}", json={"code": code, "pin": pin}) as answer:
        found: dict[str, Any] = await answer.json()
        return answer.status, found


async def test_everything_is_given_out_then_erased_for_good(keeping: Booth) -> None:
    code = await kept(keeping)
    status, found = await ask(keeping, "export", code)
    assert status == 200
    assert "gradient of the loss" in json.dumps(found["interviews"])
    status, receipt = await ask(keeping, "erase", code)
    assert status == 200
    assert receipt["erased"] is True
    assert receipt["number"]
    status, again = await ask(keeping, "export", code)
    assert (status, again.get("interviews", [])) in [(404, []), (200, [])]


async def test_it_goes_onto_the_stick_as_a_file(keeping: Booth, tmp_path: Path) -> None:
    code = await kept(keeping)
    status, found = await ask(keeping, "stick", code)
    assert status == 200
    assert "gradient of the loss" in (tmp_path / found["name"]).read_text("utf-8")


@pytest.mark.parametrize("what", ["export", "stick", "erase"])
async def test_nobody_else_gets_it(keeping: Booth, what: str) -> None:
    code = await kept(keeping)
    assert (await ask(keeping, what, code, "1111"))[1]["error"] == "store.wrong_pin"
    assert (await ask(keeping, what, "22222222"))[1]["error"] == "store.unknown_code"
    async with keeping.http.post(f"/api/kiosk/own/{what}", json={"code": code, "pin": PIN}) as answer:
        assert answer.status == 403  # without the page's cookie
    await keeping.command("begin")
    assert await ask(keeping, what, code) == (
        409,
        {"error": "interview.busy", "message": "a candidate is in the booth"},
    )
    await keeping.command("back")
    assert "gradient" in json.dumps((await ask(keeping, "export", code))[1])
