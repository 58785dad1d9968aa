"""Damage, a full disk, a failing one, a lost key: nothing acknowledged is lost and the booth goes on."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from appliance.errors import ApplianceError, Invalid
from appliance.settings import Store
from appliance.store import database, retention
from appliance.store.interview_store import InterviewStore
from appliance.store.sessions import TakenUp
from tests.store.conftest import Clock
from tests.store.records import SAID, finished, record
from tests.store.test_interview_store import raw

KEEPING = Store(retention="days")


async def opened(settings: Store, folder: Path, clock: Clock) -> InterviewStore:
    store = InterviewStore(settings, folder, clock)
    await store.start()
    return store


async def test_nothing_can_be_read_without_the_key(tmp_path: Path, clock: Clock) -> None:
    store = await opened(KEEPING, tmp_path, clock)
    await store.close(finished())
    await store.back_up()
    assert SAID.encode() not in raw(tmp_path)
    await store.stop()
    assert SAID.encode() not in raw(tmp_path)
    assert (tmp_path / "kabil.db").read_bytes()[:6] != b"SQLite"
    assert oct((tmp_path / "kabil.db").stat().st_mode)[-3:] == "600"
    assert oct((tmp_path / "kabil.key").stat().st_mode)[-3:] == "600"


async def test_another_key_moves_the_file_aside_unharmed(tmp_path: Path, clock: Clock) -> None:
    store = await opened(KEEPING, tmp_path, clock)
    await store.close(finished())
    await store.stop()
    key = (tmp_path / "kabil.key").read_bytes()
    (tmp_path / "kabil.key").write_text("another key, long enough")
    store = await opened(KEEPING, tmp_path, clock)
    aside = (await store.health())["moved_aside"]
    await store.stop()
    (tmp_path / str(aside)).rename(tmp_path / "kabil.db")
    (tmp_path / "kabil.key").write_bytes(key)
    store = await opened(KEEPING, tmp_path, clock)
    assert await store.get("s1") == finished()
    await store.stop()


@pytest.mark.parametrize("encrypt", [True, False])
async def test_a_damaged_file_is_moved_aside_and_the_booth_goes_on(
    tmp_path: Path, clock: Clock, encrypt: bool
) -> None:
    settings = Store(encrypt=encrypt, retention="days")
    store = await opened(settings, tmp_path, clock)
    await store.close(finished())
    await store.stop()
    path = tmp_path / "kabil.db"
    path.write_bytes(os.urandom(200) + path.read_bytes()[200:])
    (tmp_path / "kabil.db-wal").write_bytes(b"what was left")
    store = await opened(settings, tmp_path, clock)
    health = await store.health()
    assert str(health["moved_aside"]).startswith("kabil.corrupt-")
    assert (tmp_path / f"{health['moved_aside']}").exists()
    assert health["state"] == "ok"
    await store.save(record("next"))
    assert await store.get("next")
    await store.stop()


async def test_damage_found_while_running_is_healed_at_the_next_save(tmp_path: Path, clock: Clock) -> None:
    store = await opened(Store(encrypt=False, retention="days"), tmp_path, clock)
    for number in range(30):
        await store.save(finished(f"s{number}"))
    await store.worker.run(lambda: database.checkpoint(store._custody._database))
    path = tmp_path / "kabil.db"
    path.write_bytes(path.read_bytes()[:4096] + os.urandom(path.stat().st_size - 4096))
    await store.worker.run(lambda: store._custody._database.sql("pragma shrink_memory"))
    await store.save(record("now"))
    assert await store.get("now") == record("now")
    assert (await store.health())["moved_aside"]
    await store.stop()


async def test_what_was_moved_aside_goes_after_a_week(
    store: InterviewStore, tmp_path: Path, clock: Clock
) -> None:
    aside = tmp_path / "kabil.corrupt-20260101T000000.db"
    aside.write_bytes(b"?")
    os.utime(aside, (clock.now.timestamp(), clock.now.timestamp()))
    await store.housekeep()
    assert aside.exists()
    clock.now += retention.ASIDE + timedelta(minutes=1)
    await store.housekeep()
    assert not aside.exists()


class _FaultyFile(apsw.VFSFile):
    """A file whose writes and syncs fail on command."""

    fault: type[apsw.Error] | None = None

    def xWrite(self, data: bytes, offset: int) -> None:
        self._fail()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        self._fail()
        super().xSync(flags)

    def _fail(self) -> None:
        if _FaultyFile.fault is not None:
            raise _FaultyFile.fault


class _FaultyDisk(apsw.VFS):
    """The disk of the store while a test holds it."""

    def __init__(self) -> None:
        super().__init__("faulty", "unix", makedefault=True)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> _FaultyFile:
        return _FaultyFile("unix", name, flags)


@pytest.fixture
def disk() -> Iterator[type[_FaultyFile]]:
    usual = apsw.vfs_names()[0]
    faulty = _FaultyDisk()
    _FaultyFile.fault = None
    yield _FaultyFile
    _FaultyFile.fault = None
    faulty.unregister()
    apsw.set_default_vfs(usual)


@pytest.mark.parametrize(
    ("fault", "code"), [(apsw.FullError, "store.disk_full"), (apsw.IOError, "store.io_error")]
)
async def test_a_failing_disk_refuses_plainly_and_loses_nothing_acknowledged(
    disk: type[_FaultyFile], fault: type[apsw.Error], code: str, tmp_path: Path, clock: Clock
) -> None:
    store = await opened(Store(encrypt=False, retention="days"), tmp_path, clock)
    await store.save(record(answers=1, asked=2))
    disk.fault = fault
    with pytest.raises(ApplianceError) as caught:
        await store.save(record(answers=2))
    assert (caught.value.code, caught.value.http_status) == (code, 503)
    assert len((await store.get("s1")).answered) == 1
    disk.fault = None
    await store.save(record(answers=2))
    assert len((await store.get("s1")).answered) == 2
    await store.stop()
    store = await opened(Store(encrypt=False, retention="days"), tmp_path, clock)
    assert await store.take_up() == TakenUp(record(answers=2))
    await store.stop()


async def test_an_erasure_that_the_disk_refused_is_done_later(
    disk: type[_FaultyFile], tmp_path: Path, clock: Clock
) -> None:
    store = await opened(Store(encrypt=False, retention="days"), tmp_path, clock)
    await store.save(record())
    disk.fault = apsw.FullError
    with pytest.raises(ApplianceError):
        await store.erase("s1")
    await store.housekeep()
    assert (await store.health())["owed_count"] == 1
    assert SAID.encode() in raw(tmp_path)
    disk.fault = None
    await store.housekeep()
    assert (await store.health())["owed_count"] == 0
    assert SAID.encode() not in raw(tmp_path)
    await store.stop()


async def test_without_a_disk_the_booth_runs_in_memory_until_it_is_back(tmp_path: Path, clock: Clock) -> None:
    place = tmp_path / "data"
    place.write_text("a file where the folder should be")
    store = await opened(KEEPING, place, clock)
    health = await store.health()
    assert (health["state"], health["code"]) == ("memory", "store.io_error")
    await store.save(record())
    place.unlink()
    await store.housekeep()
    assert (await store.health())["state"] == "memory"  # an interview lives there
    await store.erase("s1")
    await store.housekeep()
    assert (await store.health())["state"] == "ok"
    await store.save(record())
    await store.stop()
    assert (place / "kabil.db").exists()


def test_a_full_disk_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, mode: int = 0, exist_ok: bool = True) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "touch", full)
    with pytest.raises(ApplianceError) as caught:
        database.make_file(tmp_path / "kabil.db")
    assert caught.value.code == "store.disk_full"


# --- backups ---


async def test_a_backup_is_restored(tmp_path: Path, clock: Clock) -> None:
    store = await opened(KEEPING, tmp_path, clock)
    await store.close(finished("before"))
    backup = await store.back_up()
    await store.close(finished("after"))
    await store.restore(backup)
    assert await store.get("before") == finished("before")
    with pytest.raises(ApplianceError):
        await store.get("after")
    assert (await store.health())["state"] == "ok"
    await store.stop()


async def test_a_bad_backup_changes_nothing(tmp_path: Path, clock: Clock) -> None:
    store = await opened(KEEPING, tmp_path, clock)
    await store.close(finished())
    bad = tmp_path / "bad.db"
    bad.write_bytes(os.urandom(8192))
    for path in (bad, tmp_path / "nothing.db"):
        with pytest.raises(Invalid) as caught:
            await store.restore(path)
        assert caught.value.code == "store.bad_backup"
    assert await store.get("s1") == finished()
    await store.stop()


async def test_backups_are_made_daily_and_forget_what_is_erased(
    store: InterviewStore, tmp_path: Path, clock: Clock
) -> None:
    await store.close(finished("one"))
    await store.close(finished("two"))
    await store.housekeep()
    backup = tmp_path / "backup" / "kabil.db"
    assert SAID.encode() in backup.read_bytes()
    await store.erase("one")
    assert SAID.encode() in backup.read_bytes()  # remade at once with what is left
    await store.erase("two")
    assert SAID.encode() not in raw(tmp_path)
    assert not backup.exists()


async def test_an_interview_in_progress_is_not_backed_up(store: InterviewStore, tmp_path: Path) -> None:
    await store.close(finished("kept"))
    await store.save(record("now"))
    await store.housekeep()
    assert not (tmp_path / "backup").exists()


# --- kill -9 ---

_WRITER = """
import asyncio, sys
from pathlib import Path
from appliance.settings import Store
from appliance.store.interview_store import InterviewStore
from appliance.store.sessions import TakenUp
from tests.store.records import record
from dataclasses import replace

async def main():
    store = InterviewStore(Store(retention="days"), Path(sys.argv[1]))
    await store.start()
    for number in range(10_000):
        await store.save(record(f"s{number}"))
        print(number, flush=True)

asyncio.run(main())
"""


async def test_after_a_kill_every_acknowledged_interview_is_there(tmp_path: Path, clock: Clock) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(25)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout]
    store = await opened(KEEPING, tmp_path, clock)
    for number in acknowledged:
        assert await store.get(f"s{number}") == record(f"s{number}")
    assert (await store.health())["moved_aside"] is None
    await store.stop()
