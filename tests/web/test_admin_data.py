"""What the console shows and hands out: figures without persons, shared reports only, safe cells, backups, settings."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from appliance import settings
from appliance.errors import ApplianceError
from appliance.messages import report_number
from appliance.store import database
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
        assert [row["report"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))] == [
            report_number("ours")
        ]


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
        for number in range(5, 10):
            before = json.loads((await staff.ask("GET", "cohort"))[1])
            assert {**before["means"]["ml_engineer"], "count": 0} == {
                **told["means"]["ml_engineer"],
                "count": 0,
            }
            assert before["spreads"] == told["spreads"]  # else the newest one's scores could be worked out
            later = replace(
                finished(f"s{number}", fluency=5.0), started_at=f"2026-11-22T10:0{number}:00+00:00"
            )
            await staff.store.close(later)
        assert json.loads((await staff.ask("GET", "cohort"))[1])["spreads"]["ml_engineer"]["fluency"] == 1.54
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
        status, body = await staff.ask("POST", "stick/tables", json={"kind": "csv"})
        assert status == 200
        names = json.loads(body)["name"].split(", ")
        assert [name.partition("-2")[0] for name in names] == ["kabil-cohort", "kabil-shared"]
        assert b"\"'=cmd|" in (staff.stick / names[0]).read_bytes()
        status, body = await staff.ask("POST", "stick/tables", json={"kind": "xlsx"})
        assert status == 200
        assert openpyxl.load_workbook(staff.stick / json.loads(body)["name"]).sheetnames == [
            "cohort",
            "shared",
        ]


# --- backups ---

PASSPHRASE = "monsoon guava 27"


async def back_up(staff: Staff) -> str:
    status, body = await staff.ask("POST", "stick/backup", json={"passphrase": PASSPHRASE})
    assert status == 200, body
    return str(json.loads(body)["name"])


def sealed(name: str, passphrase: str = PASSPHRASE) -> dict[str, dict[str, str]]:
    return {"json": {"name": name, "passphrase": passphrase}}


async def test_a_backup_is_encrypted_and_comes_back(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        code = await keep(staff)
        name = await back_up(staff)
        assert SAID.encode() not in (staff.stick / name).read_bytes()
        assert [path.name for path in (staff.data / "backup").glob("*.kabil")] == []
        assert json.loads((await staff.ask("GET", "stick"))[1])["backups"][0]["name"] == name
        await staff.store.erase("s1")
        await staff.store.erase_claim(code, "1234")
        await staff.store.close(finished("later"))
        status, body = await staff.ask("POST", "stick/restore", **sealed(name, "another passphrase"))
        assert (status, error(body)) == (403, "store.wrong_passphrase")
        assert (await staff.store.get("later")).session_id == "later"
        assert (await staff.ask("POST", "stick/restore", **sealed(name)))[0] == 204
        assert (await staff.store.get("s2")).session_id == "s2"
        for gone in (
            "s0",
            "s1",
            "later",
        ):  # what was erased stays erased; what came later is not in the backup
            with pytest.raises(ApplianceError):
                await staff.store.get(gone)


async def test_a_backup_goes_to_another_booth_of_a_newer_schema(
    page_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await keep(staff)
        name = await back_up(staff)
        content = (staff.stick / name).read_bytes()
    newer = tmp_path / "newer"
    shutil.copytree(database.MIGRATIONS, newer)
    (newer / "9999_smiles.py").write_text(MIGRATION)
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    async with open_console(page_dir, tmp_path / "another") as staff:
        (staff.stick / name).write_bytes(content)
        assert (await staff.ask("POST", "stick/restore", **sealed(name)))[0] == 204
        assert "smile_count" in await columns_of(staff)
        assert (await staff.store.get("s2")).session_id == "s2"


async def columns_of(staff: Staff) -> set[str]:
    return await staff.store._do(lambda db: columns(db, "interview_qa"))


async def test_only_backups_of_the_stick_are_restored(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        (staff.stick / "kabil-backup-20260101-000000.kabil").symlink_to(staff.data / "kabil.db")
        os.mkfifo(staff.stick / "kabil-backup-20260101-000002.kabil")
        (staff.stick / "kabil-backup-20260101-000003.kabil").write_bytes(b"no backup at all" * 500)
        listed = json.loads((await staff.ask("GET", "stick"))[1])["backups"]
        assert [row["name"] for row in listed] == ["kabil-backup-20260101-000003.kabil"]
        for name, code in {
            "../kabil.db": "web.no_file",
            "kabil-backup-20260101-000000.kabil": "web.no_file",
            "kabil-backup-20260101-000001.kabil": "web.no_file",
            "kabil-backup-20260101-000002.kabil": "web.no_file",
            "kabil-backup-20260101-000003.kabil": "store.bad_backup",
        }.items():
            _, body = await staff.ask("POST", "stick/restore", **sealed(name))
            assert error(body) == code, name


async def test_nothing_is_copied_while_somebody_is_at_an_interview(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        await staff.booth.arrive()
        for path, args in {
            "stick/backup": {"json": {"passphrase": PASSPHRASE}},
            "stick/restore": sealed("kabil-backup-20260101-000000.kabil"),
            "trial": {},
            "restart": {},
        }.items():
            status, body = await staff.ask("POST", path, **args)
            assert (status, error(body)) == (409, "web.in_use"), path
        assert list(staff.stick.iterdir()) == []
        _, body = await staff.ask("GET", "health")
        assert json.loads(body)["looked"] is False


async def test_a_students_copy_goes_to_the_stick(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        code = await keep(staff)
        status, body = await staff.ask("POST", "stick/claim", json={"code": code, "pin": "9999"})
        assert (status, error(body), list(staff.stick.iterdir())) == (403, "store.wrong_pin", [])
        status, body = await staff.ask("POST", "stick/claim", json={"code": code, "pin": "1234"})
        assert status == 200
        assert len(json.loads((staff.stick / json.loads(body)["name"]).read_bytes())["interviews"]) == 1


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
