"""``expression.available = false``: no answer, record or event of the booth has such a field; with true they have."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.settings import Expression
from tests.fakes.booth import AGREED, ROLE, Booth, open_booth, site
from tests.web.test_kiosk import told_until
from tests.web.test_platform import jpeg

FIELD = "expression"


@pytest.fixture(params=[True, False], ids=["offered", "not offered"])
async def offering(request: pytest.FixtureRequest, page_dir: Path) -> AsyncIterator[tuple[bool, Booth]]:
    """Whether the site offers it, and its booth."""
    settings = replace(site(), expression=Expression(available=request.param))
    async with open_booth(page_dir, settings) as opened:
        yield request.param, opened


def fields(value: Any) -> set[str]:
    """Names of all fields, at any depth."""
    if isinstance(value, dict):
        return set(value) | {name for item in value.values() for name in fields(item)}
    return {name for item in value for name in fields(item)} if isinstance(value, list) else set()


async def test_one_picture(offering: tuple[bool, Booth]) -> None:
    offered, booth = offering
    async with booth.http.post("/expression", data=jpeg()) as answer:
        assert answer.status == 200
        assert (FIELD in await answer.json()) is offered


async def test_a_stream_of_pictures(offering: tuple[bool, Booth]) -> None:
    offered, booth = offering
    async with booth.http.post("/start", json={"role": ROLE, "questions": 1, "expression": True}) as answer:
        session_id = (await answer.json())["session_id"]
    async with booth.http.ws_connect(f"/ws/video/{session_id}") as socket:
        for _ in range(3):
            await socket.send_bytes(jpeg())
        record = json.loads(await socket.receive_str(timeout=10))
    assert "face_coverage" in record
    assert (FIELD in record) is offered


async def test_a_whole_interview(offering: tuple[bool, Booth]) -> None:
    offered, booth = offering
    await booth.command("begin")
    await booth.command("choose_language", locale="en")
    await booth.command("consent", **{**AGREED, "expression": True})
    await booth.command("choose_interview", role=ROLE, shape="technical", level="easy", questions=1)
    await booth.command("check_step", step="done")
    await booth.speak()
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        state = await told_until(socket, "phase", "review")
        assert state["review"]["numbers"]
        assert (FIELD in fields(state)) is offered
        await booth.command("next")
        state = await told_until(socket, "phase", "results")
        assert state["results"]["answers"]
        assert (FIELD in fields(state["results"])) is offered
