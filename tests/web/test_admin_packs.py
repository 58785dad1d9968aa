"""Question packs at the console: problems with their lines, nothing broken is ever on, the next start asks from it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from appliance.interview.pack_import import _TABLE_FIELDS
from appliance.interview.questions import PACKS, QuestionBank
from tests.web.console import Staff, open_console

HEAD = "role,level,id,text,shape,competency,bloom,key_point_1,key_point_2,key_point_3,keywords,model_answer,reviewed"
ROW = (
    "sales,easy,sales.easy.{id},How would you sell {id} to a school?,technical,selling,apply,"
    "Ask what the school needs first.,Show how it helps the teachers.,Agree on a next step with a date.,"
    "need|needs; benefit; step,I would ask first what the school needs and write it down. "
    "Then I would show the benefit for the teachers step by step and agree on a date for a trial lesson.,no"
)
GOOD = "\n".join([HEAD, ROW.format(id="chalk91"), ROW.format(id="globe92")])
BROKEN = "\n".join([HEAD, ROW.format(id="chalk91"), ROW.format(id="globe92").replace("easy,", "trivial,", 1)])


async def bring(staff: Staff, name: str, content: str | bytes) -> tuple[int, dict[str, Any]]:
    status, body = await staff.ask("POST", f"packs/{name}", data=content)
    return status, json.loads(body)


async def switch(staff: Staff, name: str, on: bool) -> tuple[int, dict[str, Any]]:
    status, body = await staff.ask("POST", f"packs/{name}/switch", json={"on": on})
    return status, json.loads(body)


async def files(staff: Staff) -> list[dict[str, Any]]:
    return list(json.loads((await staff.ask("GET", "packs"))[1])["files"])


async def test_a_broken_line_is_named_and_nothing_is_kept(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, told = await bring(staff, "cell.csv", BROKEN)
        assert (status, told["error"]) == (400, "web.bad_pack")
        assert told["problems"] == [
            {
                "file": "cell.csv",
                "line": 3,
                "code": "not_one_of",
                "values": {"name": "level", "value": "trivial", "allowed": "easy, medium, hard"},
            }
        ]
        assert str(tmp_path) not in json.dumps(told)
        assert await files(staff) == []


async def test_a_pack_is_brought_looked_at_switched_on_and_asked_at_the_next_start(
    page_dir: Path, tmp_path: Path
) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        assert (await bring(staff, "cell.csv", GOOD))[0] == 200
        packs = staff.data / "packs"
        expected = {"name": "cell.csv", "on": False, "asked_now": False, "questions": 2, "problems": 0}
        assert [row | expected for row in await files(staff)] == await files(staff) != []
        shown = json.loads((await staff.ask("GET", "packs/cell.csv"))[1])["questions"]
        assert shown[0]["text"] == "How would you sell chalk91 to a school?"
        assert (await switch(staff, "cell.csv", True))[0] == 200
        assert QuestionBank.load([PACKS, packs]).by_id("sales.easy.chalk91").role == "sales"
        assert (await bring(staff, "cell.csv", GOOD))[0] == 409  # it is on
        assert (await staff.ask("DELETE", "packs/cell.csv"))[0] == 404
        status, told = await bring(staff, "twin.csv", GOOD)  # the same ids as one that is on
        assert status == 400
        assert {problem["code"] for problem in told["problems"]} == {"id_taken", "text_taken"}
        assert {problem["values"]["first"] for problem in told["problems"]} == {"cell.csv"}
        assert str(tmp_path) not in json.dumps(told)
        assert (await switch(staff, "cell.csv", False))[0] == 200
        assert list(packs.iterdir()) == []
        assert (await staff.ask("DELETE", "packs/cell.csv"))[0] == 204
        assert await files(staff) == []


async def test_two_packs_with_the_same_questions_are_never_both_on(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        for name in ("one.csv", "two.csv"):
            assert (await bring(staff, name, GOOD))[0] == 200
        assert (await switch(staff, "one.csv", True))[0] == 200
        assert (await switch(staff, "two.csv", True))[0] == 400
        QuestionBank.load([PACKS, staff.data / "packs"])


@pytest.mark.parametrize(
    "name", ["..%2fx.csv", ".x.csv", "x.exe", "X.csv", "x", "%00.csv", "a" * 70 + ".csv"]
)
async def test_a_name_leads_nowhere(page_dir: Path, tmp_path: Path, name: str) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, _ = await staff.ask("POST", f"packs/{name}", data=GOOD)
        assert status in (400, 404)


async def test_a_workbook_that_would_burst_is_refused(page_dir: Path, tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b" " * 40_000_000)
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, told = await bring(staff, "bomb.xlsx", bomb.getvalue())
        assert (status, told["error"]) == (413, "web.too_large")


async def test_the_template_is_a_pack_that_passes(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        status, content = await staff.ask("GET", "pack-template.xlsx")
        assert status == 200
        assert await bring(staff, "template.xlsx", content) == (200, {"problems": []})
        assert [row["questions"] for row in await files(staff)] == [2]
        assert (await staff.ask("POST", "stick/template"))[0] == 200
        on_stick = json.loads((await staff.ask("GET", "stick"))[1])["packs"]
        assert on_stick == ["kabil-question-template.xlsx"]
        assert (await staff.ask("POST", "stick/pack", json={"name": on_stick[0]}))[0] == 200
    help_sheet = openpyxl.load_workbook(io.BytesIO(content))["help"]
    explained = [row[0] for row in help_sheet.iter_rows(min_row=2, values_only=True)]
    assert set(_TABLE_FIELDS) <= set(explained)


async def test_a_pack_comes_from_the_stick(page_dir: Path, tmp_path: Path) -> None:
    async with open_console(page_dir, tmp_path / "data") as staff:
        (staff.stick / "Our Pack.csv").write_text(GOOD)
        (staff.stick / "link.csv").symlink_to(staff.stick / "Our Pack.csv")
        assert json.loads((await staff.ask("GET", "stick"))[1])["packs"] == ["Our Pack.csv"]
        for name in ("link.csv", "../stick/Our Pack.csv", "none.csv"):
            assert (await staff.ask("POST", "stick/pack", json={"name": name}))[0] == 404
        assert (await staff.ask("POST", "stick/pack", json={"name": "Our Pack.csv"}))[0] == 200
        assert [row["name"] for row in await files(staff)] == ["our-pack.csv"]
