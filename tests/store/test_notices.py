"""Notices: the shipped one fits the rules; a site's versions are checked, kept, chosen, logged with each consent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.errors import ApplianceError
from appliance.store.interview_store import InterviewStore
from appliance.store.notices import SHIPPED, Notices, Texts, problems_of
from appliance.store.schema import ProcessingLog
from tests.store.conftest import Clock
from tests.store.records import finished

PAGE = Path(__file__).resolve().parents[2] / "kiosk_ui" / "src" / "locales" / "notice.json"


def shipped() -> dict[str, Any]:
    return dict(json.loads(PAGE.read_text("utf-8")))


def texts(table: dict[str, Any] | None = None) -> Texts:
    return msgspec.convert((table or shipped())["texts"], Texts)


def test_the_shipped_notice_says_all_that_is_needed() -> None:
    assert shipped()["version"] == SHIPPED
    assert problems_of(texts()) == []


@pytest.mark.parametrize(
    ("locale", "part", "line", "text", "why"),
    [
        ("en", 4, 3, "Complain to the desk, or to the Data Protection Board of India.", "contact"),
        ("en", 4, 3, "Complain to {contact} if you want to, at any time.", "board"),
        ("hi", 4, 3, "शिकायत और सवाल: {contact}। बस यही काफ़ी है।", "board"),
        ("en", 1, 2, " ", "length"),
        ("en", 1, 2, "x" * 301, "length"),
        ("hi", 2, 1, "Sound and pictures are never written to a disk.", "language"),
        ("en", 3, 1, "Only if you agree <script>alert(1)</script>", "signs"),
        ("en", 3, 1, "Only if you agree, for {days} days in all.", "signs"),
        ("en", 2, 0, "", "length"),
    ],
)
def test_what_a_notice_lacks_is_told_by_its_place(
    locale: str, part: int, line: int, text: str, why: str
) -> None:
    table = shipped()
    place = table["texts"][locale][part - 1]
    if line:
        place["lines"][line - 1] = text
    else:
        place["title"] = text
    assert problems_of(texts(table)) == [{"locale": locale, "part": part, "line": line, "why": why}]


def test_a_missing_language_part_or_line_is_told() -> None:
    table = shipped()
    del table["texts"]["hi"]
    table["texts"]["en"][0]["lines"].pop()
    assert [(row["locale"], row["why"]) for row in problems_of(texts(table))] == [
        ("en", "lines"),
        ("hi", "parts"),
    ]


def test_versions_are_kept_for_ever_and_one_is_chosen(tmp_path: Path) -> None:
    notices = Notices(tmp_path)
    assert (notices.in_force, notices.versions()) == (SHIPPED, [])
    first = notices.add(texts(), "2026-11-22T10:00:00+00:00")
    second = notices.add(texts(), "2026-11-22T11:00:00+00:00")
    assert [first, second] == [f"{SHIPPED}.site-1", f"{SHIPPED}.site-2"]
    notices.choose(first)
    assert notices.in_force == SHIPPED  # until nobody is at an interview
    assert notices.enforce()
    assert not notices.enforce()
    assert Notices(tmp_path).in_force == first
    assert [notice.version for notice in Notices(tmp_path).versions()] == [second, first]
    notices.choose(SHIPPED)
    assert Notices(tmp_path).in_force == SHIPPED
    for unknown in (f"{SHIPPED}.site-3", "../kabil", "x"):
        with pytest.raises(ApplianceError) as caught:
            notices.choose(unknown)
        assert caught.value.code == "store.no_notice"


def test_a_chosen_file_that_is_damaged_leaves_the_shipped_one(tmp_path: Path) -> None:
    notices = Notices(tmp_path)
    notices.choose(notices.add(texts(), "2026-11-22T10:00:00+00:00"))
    (tmp_path / "notices" / f"{SHIPPED}.site-1.json").write_text("{}")
    assert Notices(tmp_path).in_force == SHIPPED


async def test_the_log_says_after_which_notice_somebody_agreed(store: InterviewStore, clock: Clock) -> None:
    await store.save(finished("before"))
    store.notices.choose(store.notices.add(texts(), "2026-11-22T10:00:00+00:00"))
    store.notices.enforce()
    await store.save(replace(finished("after")))
    rows = await store._do(
        lambda db: list(ProcessingLog.select().where(ProcessingLog.event == "consent").execute(db))
    )
    assert [(row.session_id, row.detail["notice"]) for row in rows] == [
        ("before", SHIPPED),
        ("after", f"{SHIPPED}.site-1"),
    ]


async def test_the_audit_shows_staff_and_nobodys_interview(store: InterviewStore) -> None:
    await store.close(finished("one"))
    for number in range(60):
        await store.note("console_exported", {"rows": number})
    await store.erase("one")
    first = await store.audit()
    entries: Any = first["entries"]
    assert (len(entries), first["more"]) == (50, True)
    assert {entry["event"] for entry in entries} == {"exported"}
    assert entries[0]["detail"] == {"rows": 59}
    second = await store.audit(before=entries[-1]["id"])
    rest: Any = second["entries"]
    assert (len(rest), second["more"]) == (10, False)
    assert "one" not in json.dumps([first, second])
