"""What the console shows and hands out: figures without persons, shared reports only, safe cells, backups, settings."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from appliance import settings
from appliance.errors import ApplianceError
from appliance.store import database
from appliance.web.admin_health import lines
from appliance.web.admin_site import RULES, checked
from appliance.web.admin_tables import Table, safe, to_csv, to_xlsx
from tests.store.records import AGREED, SAID, finished
from tests.store.test_database import MIGRATION, columns
from tests.web.console import Staff, open_console

NASTY = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "=1", '=HYPERLINK("http://evil.example")']


def error(body: bytes) -> str:
    return str(json.loads(body)["error"])


async def keep(staff: Staff) -> str:
    """Six kept interviews, one of them shared, one with a claim code; the code."""
    for number in range(5):
        await staff.store.close(finished(f"s{number}", fluency=float(number)))
    await staff.store.close(replace(finished("ours"), consent=replace(AGREED, share=True)))
    _, code = await staff.store.new_claim(finished("s0"), "1234")
    return code


# --- persons ---


async def test_staff_see_groups_and_only_what_was_shared(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        code = await keep(staff)
        for path in ("cohort", "export/cohort.csv", "health", "settings", "packs", "stick"):
            status, body = await staff.ask("GET", path)
            assert status == 200, path
            persons = (SAID, code, '"s0"', '"s1"', '"ours"')
            assert not [person for person in persons if person in body.decode()], path
        _, body = await staff.ask("GET", "shared")
        assert [row["session_id"] for row in json.loads(body)["shared"]] == ["ours"]
        status, body = await staff.ask("GET", "shared/s1.pdf")
        assert (status, error(body)) == (404, "web.not_shared")
        status, body = await staff.ask("POST", "stick/report", json={"session_id": "s1"})
        assert (status, error(body)) == (404, "web.not_shared")
        _, body = await staff.ask("GET", "export/shared.csv")
        assert [row["interview"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))] == ["ours"]


async def test_a_shared_report_comes_as_a_file_and_goes_to_the_stick(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await keep(staff)
        status, body = await staff.ask("GET", "shared/ours.pdf")
        assert (status, body[:5]) == (200, b"%PDF-")
        status, body = await staff.ask("POST", "stick/report", json={"session_id": "ours"})
        assert status == 200
        assert (staff.stick / json.loads(body)["name"]).read_bytes()[:5] == b"%PDF-"


async def test_a_students_data_needs_the_students_pin(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        code = await keep(staff)
        wrong, right = {"code": code, "pin": "9999"}, {"code": code, "pin": "1234"}
        assert (await staff.ask("POST", "claim/erase", json=wrong))[0] == 403
        status, body = await staff.ask("POST", "claim/export", json=right)
        assert (status, len(json.loads(body)["interviews"])) == (200, 1)
        status, body = await staff.ask("POST", "claim/erase", json=right)
        assert (status, json.loads(body)["erased"]) == (200, True)
        with pytest.raises(ApplianceError):
            await staff.store.get("s0")


async def test_spread_and_what_was_not_measured_are_shown_of_groups_only(
    page_dir: Path, tmp_path: Path
) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        for number in range(5):
            fluency = float(number) if number else None
            if number == 4:
                assert json.loads((await staff.ask("GET", "cohort"))[1])["not_measured"] == {}
            await staff.store.close(finished(f"s{number}", fluency=fluency))
        told = json.loads((await staff.ask("GET", "cohort"))[1])
        assert told["not_measured"] == {"en": {"fluency": 0.2, "posture": 1.0}}
        assert told["spreads"] == {"ml_engineer": {"fluency": None, "posture": None}}  # four were measured
        await staff.store.close(finished("s5", fluency=5.0))
        assert json.loads((await staff.ask("GET", "cohort"))[1])["spreads"]["ml_engineer"]["fluency"] == 1.58
        _, body = await staff.ask("GET", "export/cohort.csv")
        rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
        assert {"figure": "share not measured", "group": "en", "score": "posture", "value": "1.0"} in rows


# --- tables ---


def test_no_cell_of_a_csv_is_a_formula() -> None:
    made = to_csv(Table("t", ("a",), tuple((text,) for text in NASTY)))
    cells = [row[0] for row in csv.reader(io.StringIO(made.decode("utf-8-sig")))][1:]
    assert len(cells) == len(NASTY)
    assert all(cell.startswith("'") for cell in cells)
    assert safe("plain") == "plain"
    assert safe("ब") == "ब"
    assert safe(-3.5) == -3.5


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    made = to_xlsx([Table("t", ("a",), tuple((text,) for text in (*NASTY, -3, None)))])
    sheet = openpyxl.load_workbook(io.BytesIO(made))["t"]
    cells = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells[: len(NASTY)]} == {"s"}
    assert all(str(cell.value).startswith("'") for cell in cells[: len(NASTY)])
    assert cells[len(NASTY)].value == -3


async def test_a_role_that_begins_with_a_formula_is_harmless(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await staff.store.close(replace(finished("x"), role="=cmd|' /C calc'!A0"))
        _, body = await staff.ask("GET", "export/cohort.csv")
        roles = [row["group"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))]
        assert "'=cmd|' /C calc'!A0" in roles
        assert not any(role.startswith("=") for role in roles)
        status, body = await staff.ask("POST", "stick/tables")
        assert status == 200
        assert openpyxl.load_workbook(staff.stick / json.loads(body)["name"]).sheetnames == [
            "cohort",
            "shared",
        ]


# --- backups ---


async def back_up(staff: Staff) -> str:
    status, body = await staff.ask("POST", "stick/backup")
    assert status == 200, body
    return str(json.loads(body)["name"])


async def test_a_backup_is_encrypted_and_comes_back(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        code = await keep(staff)
        name = await back_up(staff)
        assert SAID.encode() not in (staff.stick / name).read_bytes()
        await staff.store.erase("s1")
        await staff.store.erase_claim(code, "1234")
        await staff.store.close(finished("later"))
        assert (await staff.ask("POST", "stick/restore", json={"name": name}))[0] == 204
        assert (await staff.store.get("s2")).session_id == "s2"
        for gone in (
            "s0",
            "s1",
            "later",
        ):  # what was erased stays erased; what came later is not in the backup
            with pytest.raises(ApplianceError):
                await staff.store.get(gone)


async def test_a_backup_of_an_older_schema_is_brought_up_to_the_newer_one(
    page_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await keep(staff)
        name = await back_up(staff)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "0001_smiles.py").write_text(MIGRATION)
    monkeypatch.setattr(database.open_database, "__defaults__", (newer,))
    async with open_console(page_dir, tmp_path / "data", set_up=False) as staff:
        assert await staff.sign_in() == 204
        assert "smile_count" in await columns_of(staff)
        assert (await staff.ask("POST", "stick/restore", json={"name": name}))[0] == 204
        assert "smile_count" in await columns_of(staff)
        assert (await staff.store.get("s2")).session_id == "s2"


async def columns_of(staff: Staff) -> set[str]:
    return await staff.store._do(lambda db: columns(db, "interview_qa"))


@pytest.mark.parametrize("content", [b"", b"no database at all" * 500])
async def test_a_bad_backup_changes_nothing(page_dir: Path, tmp_path: Path, content: bytes) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await keep(staff)
        name = "kabil-backup-20260101-000000.db"
        (staff.stick / name).write_bytes(content)
        status, body = await staff.ask("POST", "stick/restore", json={"name": name})
        assert (status, error(body)) == (400, "store.bad_backup")
        assert (await staff.store.get("s2")).session_id == "s2"


async def test_only_backups_of_the_stick_are_restored(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        (staff.stick / "kabil-backup-20260101-000000.db").symlink_to(staff.data / "kabil.db")
        for name, code in {
            "../kabil.db": "web.bad_backup_name",
            "kabil-backup-20260101-000000.db": "web.no_backup",
            "kabil-backup-20260101-000001.db": "web.no_backup",
        }.items():
            _, body = await staff.ask("POST", "stick/restore", json={"name": name})
            assert error(body) == code


async def test_nothing_is_copied_while_somebody_is_at_an_interview(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await staff.booth.arrive()
        status, body = await staff.ask("POST", "stick/backup")
        assert (status, error(body)) == (409, "web.in_use")
        assert list(staff.stick.iterdir()) == []
        _, body = await staff.ask("GET", "health")
        assert json.loads(body)["looked"] is False


# --- settings and health ---


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("store.retention_days", 0, "web.out_of_range"),
        ("store.retention_days", 366, "web.out_of_range"),
        ("store.retention_days", 1.5, "settings.wrong_type"),
        ("store.retention", "for ever", "settings.wrong_value"),
        ("web.grievance_contact", "a\nb", "web.out_of_range"),
        ("expression.available", 1, "settings.wrong_type"),
        ("voice.rate_wpm", float("nan"), "settings.wrong_type"),
        ("interview.think_seconds", float("nan"), "web.out_of_range"),
        ("web.platform_api", "open", "web.no_setting"),
        ("places.data", "/", "web.no_setting"),
    ],
)
def test_settings_stay_in_their_safe_range(path: str, value: object, code: str) -> None:
    with pytest.raises(ApplianceError) as caught:
        checked(path, value)
    assert caught.value.code == code


def test_every_rule_is_of_a_setting_and_holds_its_default() -> None:
    for path in RULES:
        room, _, key = path.partition(".")
        value = getattr(getattr(settings.Settings(), room), key)
        assert checked(path, value) == value


async def test_a_changed_setting_holds_from_the_next_start(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        contact = 'Desk 3, "Placement" \\ कक्ष 3'
        for path, value in {
            "voice.volume": 35,
            "web.grievance_contact": contact,
            "expression.available": False,
        }.items():
            assert (await staff.ask("PUT", f"settings/{path}", json={"value": value}))[0] == 200
        _, body = await staff.ask("GET", "settings")
        row = next(row for row in json.loads(body)["settings"] if row["path"] == "voice.volume")
        assert (row["value"], row["next"]) == (80, 35)
        site = tmp_path / "site.toml"
        site.write_text(f'[places]\ndata = "{staff.data}"\n[voice]\nvolume = 50\nrate_wpm = 120\n')
        loaded = settings.load(site, {})
        assert (loaded.voice.volume, loaded.voice.rate_wpm, loaded.expression.available) == (35, 120, False)
        assert loaded.web.grievance_contact == contact
        assert settings.load(site, {"KABIL_VOICE__VOLUME": "10"}).voice.volume == 10


async def test_health_is_told_in_words_with_what_to_do(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        _, body = await staff.ask("GET", "health")
        told = json.loads(body)
        assert told["problems"] == ["No camera is attached."]
        assert {line["state"] for line in told["lines"]} <= {"good", "look", "bad"}
        found = await staff.booth.server._parts.health()
    found["devices"]["camera"]["state"] = "lost"
    found["store"] = {**found["store"], "state": "memory", "code": "store.io_error", "disk_free_bytes": 1}
    found["temperature_c"] = 85.0
    bad = {line["what"]: line for line in lines(found) if line["state"] != "good"}
    assert {"Camera", "Records", "Disk", "Heat"} <= bad.keys()
    assert all(bad[what]["to_do"] for what in ("Camera", "Records", "Disk", "Heat"))
