"""What staff change comes into force at once, or after the interview; health in codes; audit, steps, trial, restart."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from appliance import settings
from appliance.messages import SourceState
from appliance.store.notices import SHIPPED
from appliance.web import admin_site, admin_trial
from appliance.web.admin_health import lines, others
from tests.fakes.booth import site
from tests.store.test_notices import shipped
from tests.web.console import Staff, open_console
from tests.web.test_admin_packs import GOOD


def error(body: bytes) -> str:
    return str(json.loads(body)["error"])


async def told(staff: Staff, path: str, method: str = "GET", **args: object) -> Any:
    status, body = await staff.ask(method, path, **args)
    assert status in (200, 202), body
    return json.loads(body)


async def row_of(staff: Staff, path: str) -> dict[str, Any]:
    rows = (await told(staff, "settings"))["settings"]
    return dict(next(row for row in rows if row["path"] == path))


def shown(staff: Staff) -> dict[str, Any]:
    """What the candidate's page is told of the booth."""
    return dict(staff.booth.conductor.snapshot()["booth"])


# --- settings ---


async def test_a_changed_setting_holds_for_the_next_interview(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        contact = 'Desk 3, "Placement" \\ कक्ष 3'
        for path, value in {"interview.questions": 3, "web.grievance_contact": contact}.items():
            assert (await told(staff, f"settings/{path}", "PUT", json={"value": value}))["now"] is True
        assert shown(staff)["contact"] == contact
        row = await row_of(staff, "interview.questions")
        assert (row["value"], row["next"], row["live"]) == (3, 3, True)
        await staff.booth.arrive()
        assert staff.booth.conductor.record().planned == 3


async def test_an_interview_ends_under_the_settings_it_began_with(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await staff.booth.arrive()
        before = staff.booth.conductor.settings.interview.soft_limit_seconds
        path = "settings/interview.soft_limit_seconds"
        assert (await told(staff, path, "PUT", json={"value": 90}))["now"] is False
        assert (await told(staff, "settings/store.retention", "PUT", json={"value": "ephemeral"}))[
            "now"
        ] is False
        assert staff.booth.conductor.settings.interview.soft_limit_seconds == before
        assert staff.store.settings.retention == "days"
        await staff.booth.command("erase")
        async with asyncio.timeout(10):
            while staff.booth.conductor.settings.interview.soft_limit_seconds != 90:
                await asyncio.sleep(0.01)
        assert staff.store.settings.retention == "ephemeral"
        assert shown(staff)["retention"]["profile"] == "ephemeral"


async def test_what_is_built_at_the_start_waits_for_a_restart(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await told(staff, "settings"))["restart"] is False
        assert (await told(staff, "settings/voice.volume", "PUT", json={"value": 35}))["now"] is False
        row = await row_of(staff, "voice.volume")
        assert (row["value"], row["next"]) == (80, 35)
        assert (await told(staff, "settings"))["restart"] is True
        site_file = tmp_path / "site.toml"
        site_file.write_text(f'[places]\ndata = "{staff.data}"\n[voice]\nvolume = 50\nrate_wpm = 120\n')
        loaded = settings.load(site_file, {})
        assert (loaded.voice.volume, loaded.voice.rate_wpm) == (35, 120)
        assert settings.load(site_file, {"KABIL_VOICE__VOLUME": "10"}).voice.volume == 10


async def test_the_environment_is_above_the_console(
    page_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KABIL_INTERVIEW__QUESTIONS", "5")
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await row_of(staff, "interview.questions"))["fixed"] is True
        status, body = await staff.ask("PUT", "settings/interview.questions", json={"value": 3})
        assert (status, error(body)) == (409, "web.set_elsewhere")


# --- packs and notices ---


async def test_a_pack_is_asked_from_as_soon_as_it_is_on(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        bank = staff.booth.conductor.parts.bank
        assert (await staff.ask("POST", "packs/cell.csv", data=GOOD))[0] == 200
        assert (await told(staff, "packs/cell.csv/switch", "POST", json={"on": True}))["now"] is True
        assert bank.by_id("sales.easy.chalk91").text == "How would you sell chalk91 to a school?"
        assert "sales" in {role["id"] for role in shown(staff)["roles"]}
        assert (await told(staff, "packs"))["files"][0]["asked_now"] is True
        assert (await told(staff, "packs/cell.csv/switch", "POST", json={"on": False}))["now"] is True
        assert (await told(staff, "packs"))["files"][0]["asked_now"] is False


async def test_a_sites_own_notice_is_shown_from_the_next_candidate_on(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        async with staff.booth.page.get("/api/kiosk/notice") as answer:
            assert answer.status == 404  # the page has the shipped one itself
        await staff.booth.command("begin")
        table = shipped()
        table["texts"]["en"][0]["lines"].append("The desk is in room 12, open from ten to four.")
        wrote = await told(staff, "notices", "POST", json={"texts": table["texts"]})
        assert wrote == {"version": f"{SHIPPED}.site-1", "now": False}
        assert shown(staff)["notice_version"] == SHIPPED  # somebody is reading it
        await staff.booth.command("back")
        async with asyncio.timeout(10):
            while shown(staff)["notice_version"] == SHIPPED:
                await asyncio.sleep(0.01)
        async with staff.booth.page.get("/api/kiosk/notice") as answer:
            assert (await answer.json())["texts"]["en"][0]["lines"][-1].startswith("The desk")
        async with staff.booth.http.get("/api/kiosk/notice") as answer:
            assert answer.status == 403
        listed = await told(staff, "notices")
        assert (listed["in_force"], len(listed["versions"])) == (f"{SHIPPED}.site-1", 1)
        chosen = await told(staff, "notices/choose", "POST", json={"version": SHIPPED})
        assert chosen["now"] is True
        assert shown(staff)["notice_version"] == SHIPPED


async def test_a_notice_without_a_needed_item_is_refused_with_its_place(
    page_dir: Path, tmp_path: Path
) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        texts = shipped()["texts"]
        texts["hi"][3]["lines"][2] = texts["hi"][3]["lines"][2].replace("{contact}", "")
        status, body = await staff.ask("POST", "notices", json={"texts": texts})
        assert (status, error(body)) == (400, "web.bad_notice")
        assert json.loads(body)["places"] == [{"locale": "hi", "part": 4, "line": 3, "why": "contact"}]
        assert (await told(staff, "notices"))["versions"] == []


# --- audit, steps ---


async def test_the_audit_tells_what_was_done_and_what_came_of_it(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await staff.ask("POST", "logout")
        assert await staff.sign_in("000000") == 403
        assert await staff.sign_in() == 204
        await staff.ask("PUT", "settings/voice.volume", json={"value": 40})
        entries = (await told(staff, "audit"))["entries"]
        assert [(entry["event"], entry["detail"]) for entry in entries] == [
            ("setting_changed", {"setting": "voice.volume"}),
            ("signed_in", {}),
            ("refused", {"code": "web.wrong_pin"}),
            ("signed_out", {}),
            ("set_up", {}),
        ]
        older = await told(staff, f"audit?before={entries[2]['id']}")
        assert [entry["event"] for entry in older["entries"]] == ["signed_out", "set_up"]
        for wrong in ("x", "-1", "1" * 19, "१"):
            assert (await staff.ask("GET", "audit", params={"before": wrong}))[0] == 400


async def test_the_set_up_goes_on_where_it_was_left(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await told(staff, "steps"))["step"] == "language"
        await told(staff, "steps", "PUT", json={"step": "retention"})
        assert (await staff.ask("PUT", "steps", json={"step": "lunch"}))[0] == 400
    async with open_console(page_dir, tmp_path / "data", set_up=False) as staff:
        assert await staff.sign_in() == 204
        assert (await told(staff, "steps"))["step"] == "retention"


# --- trial ---


async def test_the_devices_are_tried_and_closed_when_somebody_begins(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        devices = staff.booth.conductor.parts.devices
        assert (await staff.ask("GET", "trial"))[0] == 409
        found = await told(staff, "trial", "POST")
        assert found["running"] is True
        assert found["microphone"]["state"] == "no_signal"
        assert devices.statuses()["camera"].state is not SourceState.DISABLED
        await staff.booth.say_into_microphone()
        assert (await told(staff, "trial"))["microphone"]["level"] is not None
        await staff.booth.command("begin")
        async with asyncio.timeout(10):
            while devices.statuses()["camera"].state is not SourceState.DISABLED:
                await asyncio.sleep(0.01)
        assert (await staff.ask("GET", "trial"))[0] == 409


async def test_a_trial_that_nobody_looks_at_is_closed(
    page_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_trial, "UNWATCHED_SECONDS", 0.05)
    async with open_console(page_dir, tmp_path / "data") as staff:
        await told(staff, "trial", "POST")
        devices = staff.booth.conductor.parts.devices
        async with asyncio.timeout(10):
            while devices.statuses()["camera"].state is not SourceState.DISABLED:
                await asyncio.sleep(0.01)


# --- restart, health ---


async def test_the_booth_restarts_in_good_order(
    page_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    monkeypatch.setattr(admin_site, "FAREWELL_SECONDS", 0.0)
    async with open_console(page_dir, tmp_path / "data", restart=asked.set) as staff:
        monkeypatch.setattr(admin_site, "STARTED_AT", time.monotonic())
        status, body = await staff.ask("POST", "restart")
        assert (status, error(body)) == (409, "web.just_started")
        monkeypatch.setattr(admin_site, "STARTED_AT", -admin_site.YOUNG_SECONDS)
        assert (await staff.ask("POST", "restart"))[0] == 202
        async with asyncio.timeout(10):
            await asked.wait()
        assert (await told(staff, "audit"))["entries"][0]["event"] == "restarted"


async def test_a_booth_that_nobody_starts_again_says_so_at_once(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, body = await staff.ask("POST", "restart")
        assert (status, error(body)) == (503, "web.cannot_restart")
        assert (await told(staff, "audit"))["entries"][0]["event"] != "restarted"


async def test_health_is_told_in_codes_with_what_to_do(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        found = await told(staff, "health")
        assert found["problems"] == [{"code": "no_camera", "do": "plug_in", "values": {}}]
        assert {line["state"] for line in found["lines"]} <= {"good", "look", "bad"}
        health = await staff.booth.server._parts.health()
    health["devices"]["camera"]["state"] = "lost"
    health["store"] = {**health["store"], "state": "memory", "code": "store.io_error", "disk_free_bytes": 1}
    health["temperature_c"] = 85.0
    bad = {line["what"]: line for line in lines(health) if line["state"] != "good"}
    assert {"camera", "records", "disk", "heat"} <= bad.keys()
    assert all(bad[what]["do"] for what in ("camera", "records", "disk", "heat"))
    states = {"face": "vision.model_missing", "posture": "vision.posture_failed", "expression": "absent"}
    health["watcher"] = {**health["watcher"], "models": states}
    seeing = [(line["say"], line["do"]) for line in lines(health) if line["what"] == "seeing"]
    assert seeing == [("face_missing", "fetch"), ("posture_failed", "restart")]
    found = [{"code": "no_face_model", "values": {}}, {"code": "no_voice", "values": {}}]
    assert [one["code"] for one in others(found, lines(health))] == ["no_voice"]  # the other is told already


# --- the page's door ---


async def test_the_console_has_no_door_but_the_booths_own_origin(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        headers = {"Origin": "http://evil.example"}
        async with aiohttp.ClientSession(staff.booth.address, headers=headers) as other:
            for path in ("/admin", "/api/admin/session", "/api/kiosk/notice"):
                async with other.get(path) as answer:
                    assert answer.status == 403


def test_a_running_booths_settings_change_by_whole_rooms_only() -> None:
    now = site()
    with pytest.raises(AttributeError):
        now.web.port = 1  # type: ignore[misc]
    now.web = replace(now.web, grievance_contact="Desk 3")
    assert now.web.grievance_contact == "Desk 3"
