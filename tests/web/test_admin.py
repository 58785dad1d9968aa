"""The console's door: set-up, wrong PINs, locks, stolen cookies, other origins; nothing answers the unsigned."""

from __future__ import annotations

import json
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from appliance.errors import ApplianceError
from appliance.web import admin
from appliance.web.admin_pin import FILE_NAME, FIRST_LOCK_SECONDS, LONGEST_LOCK_SECONDS, ConsolePin
from appliance.web.admin_session import COOKIE, IDLE_SECONDS, MOST_SESSIONS, WHOLE_SECONDS, Sessions
from tests.web.console import PIN, open_console


def error(body: bytes) -> str:
    return str(json.loads(body)["error"])


def refused(pin: ConsolePin, tried: str) -> str:
    with pytest.raises(ApplianceError) as caught:
        pin.check(tried)
    return caught.value.code


# --- the PIN ---


def test_ten_wrong_pins_lock_and_each_further_one_locks_longer(tmp_path: Path) -> None:
    now = [1e9]
    pin = ConsolePin(tmp_path, lambda: now[0])
    pin.set_first(PIN)
    assert [refused(pin, "000000") for _ in range(10)] == ["web.wrong_pin"] * 10
    assert refused(pin, PIN) == "web.console_locked"
    assert refused(ConsolePin(tmp_path, lambda: now[0]), PIN) == "web.console_locked"  # as after a restart
    now[0] += FIRST_LOCK_SECONDS + 1
    assert refused(pin, "000000") == "web.wrong_pin"
    now[0] += FIRST_LOCK_SECONDS + 1
    assert refused(pin, PIN) == "web.console_locked"
    now[0] += FIRST_LOCK_SECONDS
    for _ in range(9):
        assert refused(pin, "000000") == "web.wrong_pin"
        assert 0 < pin.locked_seconds() <= LONGEST_LOCK_SECONDS
        now[0] += LONGEST_LOCK_SECONDS + 1
    pin.check(PIN)
    assert refused(pin, "000000") == "web.wrong_pin"
    assert pin.locked_seconds() == 0


def test_a_clock_that_is_set_back_frees_nobody(tmp_path: Path) -> None:
    now = [1e9]
    pin = ConsolePin(tmp_path, lambda: now[0])
    pin.set_first(PIN)
    for _ in range(10):
        refused(pin, "000000")
    now[0] -= 1e6
    assert refused(pin, PIN) == "web.console_locked"
    now[0] += FIRST_LOCK_SECONDS + 1
    pin.check(PIN)


def test_the_pin_is_kept_as_a_hash_for_the_owner_alone(tmp_path: Path) -> None:
    ConsolePin(tmp_path).set_first(PIN)
    path = tmp_path / FILE_NAME
    assert PIN not in path.read_text()
    assert "argon2id" in path.read_text()
    assert oct(path.stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "१२३४५६"])
def test_a_pin_has_six_digits(tmp_path: Path, pin: str) -> None:
    with pytest.raises(ApplianceError) as caught:
        ConsolePin(tmp_path).set_first(pin)
    assert caught.value.code == "web.bad_pin"


def test_a_damaged_file_is_not_an_open_door(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("{}")
    with pytest.raises(ApplianceError) as caught:
        ConsolePin(tmp_path).set_first(PIN)
    assert caught.value.code == "web.pin_file"


def test_sessions_end_by_idleness_by_age_and_by_number() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    idle = sessions.begin()
    now[0] += IDLE_SECONDS + 1
    assert not sessions.is_open(idle)
    busy = sessions.begin()
    for _ in range(int(WHOLE_SECONDS / 300)):
        assert sessions.is_open(busy)
        now[0] += 300
    now[0] += 1
    assert not sessions.is_open(busy)
    tokens = [sessions.begin() for _ in range(MOST_SESSIONS + 1)]
    assert [sessions.is_open(token) for token in tokens] == [False] + [True] * MOST_SESSIONS
    assert not sessions.is_open("")


# --- the door ---


def calls() -> list[tuple[str, str]]:
    found = [("POST", "/api/admin/pin")]
    for room in admin.ROOMS:
        routes = [route for route in room.routes if isinstance(route, web.RouteDef)]
        found += [(route.method, route.path) for route in routes]
    fill = {
        "{session_id}": "s1",
        "{name:cohort|shared}": "cohort",
        "{kind:csv|xlsx}": "csv",
        "{path}": "voice.volume",
        "{way:send|view}": "view",
        "{resource}": "r1",
    }
    for old, new in {**fill, "{name}": "a.csv"}.items():
        found = [(method, path.replace(old, new)) for method, path in found]
    return found


@pytest.mark.parametrize("cookie", ["", "guess", "stolen before the sign-out"])
async def test_nothing_answers_who_is_not_signed_in(page_dir: Path, tmp_path: Path, cookie: str) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        given = staff.cookie() if cookie.startswith("stolen") else cookie
        assert (await staff.ask("POST", "logout"))[0] == 204
        headers = {"Origin": staff.booth.address, "Cookie": f"{COOKIE}={given}"}
        for method, path in calls():
            async with staff.booth.http.request(method, path, headers=headers) as answer:
                assert (answer.status, error(await answer.read())) == (403, "web.signed_out"), path


async def test_a_cookie_of_another_start_opens_nothing(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await staff.ask("GET", "cohort"))[0] == 200
        stolen = staff.cookie()
    async with open_console(page_dir, tmp_path / "data", set_up=False) as staff:
        headers = {"Cookie": f"{COOKIE}={stolen}"}
        async with staff.booth.http.get("/api/admin/cohort", headers=headers) as answer:
            assert (answer.status, error(await answer.read())) == (403, "web.signed_out")
        assert await staff.sign_in() == 204  # the PIN outlived the restart


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        async with staff.http.post("/api/admin/login", json={"pin": PIN}) as answer:
            cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict", "Path=/api/admin"} <= set(cookie.split("; "))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
async def test_another_origin_changes_nothing(page_dir: Path, tmp_path: Path, origin: str | None) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        headers = {"Cookie": f"{COOKIE}={staff.cookie()}", **({"Origin": origin} if origin else {})}
        for method, path in (("POST", "stick/backup"), ("PUT", "settings/voice.volume"), ("POST", "login")):
            async with staff.booth.http.request(
                method, f"/api/admin/{path}", json={"pin": PIN}, headers=headers
            ) as answer:
                expected = "web.wrong_origin" if origin else "web.no_origin"
                assert (answer.status, error(await answer.read())) == (403, expected)
        cross = {"Cookie": f"{COOKIE}={staff.cookie()}", "Sec-Fetch-Site": "cross-site"}
        async with staff.booth.http.get("/api/admin/cohort", headers=cross) as answer:
            assert answer.status == 403


async def test_ten_wrong_pins_lock_the_door_even_when_tried_at_once(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await staff.ask("POST", "logout"))[0] == 204
        assert [await staff.sign_in("000000") for _ in range(10)] == [403] * 10
        assert await staff.sign_in() == 429
        _, body = await staff.ask("GET", "session")
        assert 0 < json.loads(body)["locked_seconds"] <= FIRST_LOCK_SECONDS


async def test_the_pin_is_set_once_and_changed_by_who_knows_it(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, body = await staff.ask("POST", "setup", json={"pin": "111111"})
        assert (status, error(body)) == (409, "web.pin_is_set")
        before = staff.cookie()
        assert (await staff.ask("POST", "pin", json={"old": "111111", "new": "222222"}))[0] == 403
        assert (await staff.ask("POST", "pin", json={"old": PIN, "new": "222222"}))[0] == 204
        async with aiohttp.ClientSession(staff.booth.address) as other:
            headers = {"Cookie": f"{COOKIE}={before}"}
            async with other.get("/api/admin/cohort", headers=headers) as answer:
                assert answer.status == 403  # whoever was signed in with the old PIN is out
        assert (await staff.ask("GET", "cohort"))[0] == 200


async def test_the_page_is_served_and_holds_no_data(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff, staff.booth.http.get("/admin") as answer:
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
