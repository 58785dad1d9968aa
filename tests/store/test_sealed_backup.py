"""Backups under a passphrase: they open on another booth, on a newer one, with that passphrase alone."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from appliance.errors import ApplianceError
from appliance.settings import Store
from appliance.store import audit, database, sealed_backup
from appliance.store.interview_store import InterviewStore
from tests.store.conftest import Clock
from tests.store.records import SAID, finished
from tests.store.test_database import MIGRATION, columns

PASSPHRASE = "वर्षा ऋतु 2026 guava"
KEEPING = Store(retention="days")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id at its least: the way is the same."""
    monkeypatch.setattr(sealed_backup, "COST", {"time_cost": 1, "memory_kib": 64, "lanes": 1})


@asynccontextmanager
async def booth(folder: Path, clock: Clock, settings: Store = KEEPING) -> AsyncIterator[InterviewStore]:
    store = InterviewStore(settings, folder, clock)
    await store.start()
    yield store
    await store.stop()


async def sealed(tmp_path: Path, clock: Clock, settings: Store = KEEPING) -> Path:
    """A backup with "one" and "two", as a stick has it."""
    async with booth(tmp_path / "first", clock, settings) as store:
        await store.close(finished("one"))
        await store.close(finished("two"))
        made = await store.back_up_under(PASSPHRASE)
        target = tmp_path / made.name
        made.rename(target)
    return target


def code_of(caught: pytest.ExceptionInfo[ApplianceError]) -> str:
    return caught.value.code


@pytest.mark.parametrize("encrypt", [True, False])
async def test_it_opens_on_another_booth(tmp_path: Path, clock: Clock, encrypt: bool) -> None:
    backup = await sealed(tmp_path, clock, Store(retention="days", encrypt=encrypt))
    assert SAID.encode() not in backup.read_bytes()
    assert b"SQLite" not in backup.read_bytes()
    async with booth(tmp_path / "second", clock) as store:
        await store.close(finished("three"))
        await store.restore_under(backup, f" {PASSPHRASE} ")
        assert await store.get("one") == finished("one")
        with pytest.raises(ApplianceError):
            await store.get("three")
        assert (await store.health())["state"] == "ok"
    folder = tmp_path / "second"
    assert (
        (folder / "kabil.key").read_bytes() != (tmp_path / "first" / "kabil.key").read_bytes()
        if encrypt
        else True
    )
    assert list(folder.glob("kabil.replaced-*.db"))  # what was there is kept aside for a week
    assert not list((folder / "backup").glob("unsealed*"))
    async with booth(folder, clock) as store:
        assert await store.get("two") == finished("two")
    assert SAID.encode() not in (folder / "kabil.db").read_bytes()


async def test_what_was_erased_here_stays_erased(tmp_path: Path, clock: Clock) -> None:
    backup = await sealed(tmp_path, clock)
    async with booth(tmp_path / "first", clock) as store:
        await store.erase("one")
        await store.restore_under(backup, PASSPHRASE)
        assert await store.get("two") == finished("two")
        with pytest.raises(ApplianceError):
            await store.get("one")


async def test_a_restore_leaves_the_log_of_what_was_done_here(tmp_path: Path, clock: Clock) -> None:
    backup = await sealed(tmp_path, clock)
    async with booth(tmp_path / "first", clock) as store:
        for _ in range(2):
            await store.note("console_refused", {"code": "web.wrong_pin"})
        before = await store._do(audit.whole)
        for _ in range(2):  # a second time nothing is doubled
            await store.restore_under(backup, PASSPHRASE)
            assert await store._do(audit.whole) == before


async def test_a_wrong_passphrase_is_told_and_changes_nothing(tmp_path: Path, clock: Clock) -> None:
    backup = await sealed(tmp_path, clock)
    async with booth(tmp_path / "second", clock) as store:
        await store.close(finished("three"))
        with pytest.raises(ApplianceError) as caught:
            await store.restore_under(backup, PASSPHRASE + "!")
        assert (code_of(caught), caught.value.http_status) == ("store.wrong_passphrase", 403)
        assert await store.get("three") == finished("three")
    assert not list((tmp_path / "second").glob("kabil.replaced-*"))


async def test_it_is_brought_up_to_a_newer_booths_tables(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = await sealed(tmp_path, clock)
    ours, newer = database.MIGRATIONS, tmp_path / "newer"
    shutil.copytree(ours, newer)
    (newer / "9999_smiles.py").write_text(MIGRATION)
    monkeypatch.setattr(database, "MIGRATIONS", newer)
    async with booth(tmp_path / "second", clock) as store:
        await store.restore_under(backup, PASSPHRASE)
        assert "smile_count" in await store._do(lambda db: columns(db, "interview_qa"))
        assert (await store.get("one")).session_id == "one"
        made = await store.back_up_under(PASSPHRASE)
        of_newer = tmp_path / "of_newer.kabil"
        made.rename(of_newer)
    monkeypatch.setattr(database, "MIGRATIONS", ours)
    async with booth(tmp_path / "first", clock) as store:
        with pytest.raises(ApplianceError) as caught:
            await store.restore_under(of_newer, PASSPHRASE)
        assert code_of(caught) == "store.newer_backup"
        assert await store.get("one") == finished("one")


async def test_a_migration_that_fails_leaves_what_is_there(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = await sealed(tmp_path, clock)
    async with booth(tmp_path / "second", clock) as store:
        await store.close(finished("three"))
        newer = tmp_path / "newer"
        shutil.copytree(database.MIGRATIONS, newer)
        (newer / "9999_smiles.py").write_text(
            MIGRATION + "\n    db.execute_sql('insert into nowhere values (1)')\n"
        )
        monkeypatch.setattr(database, "MIGRATIONS", newer)
        with pytest.raises(ApplianceError) as caught:
            await store.restore_under(backup, PASSPHRASE)
        assert code_of(caught) == "store.broken"
        assert await store.get("three") == finished("three")


def damaged(content: bytes, how: str) -> bytes:
    start = len(sealed_backup.MAGIC)
    changes = {
        "magic": b"x" + content[1:],
        "header": content[: start + 5] + b"\xff" + content[start + 6 :],
        "cost": content.replace(b'"memory_kib": 64', b'"memory_kib": 99999999'),
        "no lanes": content.replace(b'"lanes": 1', b'"lanes": 0'),
        "cut": content[:-5000],
        "page": content[:-3000] + bytes(100) + content[-2900:],
        "empty": b"",
    }
    return changes[how]


@pytest.mark.parametrize("how", ["magic", "header", "cost", "no lanes", "cut", "page", "empty"])
async def test_a_damaged_file_is_told_and_changes_nothing(tmp_path: Path, clock: Clock, how: str) -> None:
    backup = await sealed(tmp_path, clock)
    changed = damaged(backup.read_bytes(), how)
    assert changed != backup.read_bytes()
    backup.write_bytes(changed)
    async with booth(tmp_path / "second", clock) as store:
        await store.close(finished("three"))
        with pytest.raises(ApplianceError) as caught:
            await store.restore_under(backup, PASSPHRASE)
        assert code_of(caught) == "store.bad_backup"
        assert await store.get("three") == finished("three")


async def test_another_cost_in_the_header_is_not_the_proofs(tmp_path: Path, clock: Clock) -> None:
    backup = await sealed(tmp_path, clock)
    backup.write_bytes(backup.read_bytes().replace(b'"time_cost": 1', b'"time_cost": 2'))
    async with booth(tmp_path / "second", clock) as store:
        with pytest.raises(ApplianceError) as caught:
            await store.restore_under(backup, PASSPHRASE)
        assert code_of(caught) == "store.wrong_passphrase"


@pytest.mark.parametrize(
    "passphrase", ["", "short", "eleven char", " " * 20, "x" * 201, "with\nnew lines in"]
)
async def test_a_weak_passphrase_is_refused(tmp_path: Path, clock: Clock, passphrase: str) -> None:
    async with booth(tmp_path, clock) as store:
        with pytest.raises(ApplianceError) as caught:
            await store.back_up_under(passphrase)
        assert code_of(caught) == "store.weak_passphrase"
