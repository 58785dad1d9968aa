"""What goes on after a start, and what does not: the machine's own time decides about results, never its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.errors import NotFound
from appliance.messages import Consent, GivenAnswer
from appliance.runtime import boot_time
from appliance.runtime.boot_time import BootTime
from appliance.settings import Store
from appliance.store.database import Database, open_database
from appliance.store.interview_store import InterviewStore
from appliance.store.sessions import TakenUp
from tests.store.conftest import Clock
from tests.store.records import SAID, answered, finished, record
from tests.store.test_interview_store import raw

PATIENCE = 90.0
NOT_KEPT = Consent(microphone=True, adult=True)


class Machine:
    """A store on a machine whose time the test turns."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self.time: BootTime | None = BootTime("one", 1000.0)
        self.store = self._store()

    def _store(self) -> InterviewStore:
        settings = Store(encrypt=False, retention="days")
        return InterviewStore(settings, self.folder, self.clock, lambda: self.time)

    def passes(self, seconds: float) -> None:
        """The machine runs on."""
        assert self.time is not None
        self.time = replace(self.time, seconds=self.time.seconds + seconds)

    async def start_again(self) -> TakenUp | None:
        """The booth ends and begins; what goes on."""
        await self.store.stop()
        self.store = self._store()
        await self.store.start()
        return await self.store.take_up(PATIENCE)


@pytest.fixture
async def machine(tmp_path: Path, clock: Clock) -> AsyncIterator[Machine]:
    machine = Machine(tmp_path, clock)
    await machine.store.start()
    yield machine
    await machine.store.stop()


async def shown(machine: Machine, consent: Consent = NOT_KEPT) -> None:
    """Results stand on the page, and somebody touched it ten seconds ago."""
    await machine.store.save(record())
    await machine.store.stand("s1", "results", 10.0)
    await machine.store.save(replace(finished(), consent=consent))


async def test_results_go_on_where_they_stood(machine: Machine) -> None:
    await shown(machine)
    machine.passes(20.0)
    taken = await machine.start_again()
    assert taken == TakenUp(replace(finished(), consent=NOT_KEPT), "results", 30.0)
    await machine.store.stand("s1", "take_home", 0.0)
    again = await machine.start_again()
    assert again is not None
    assert (again.phase, again.away_seconds) == ("take_home", 0.0)


async def test_starts_do_not_lengthen_their_time(machine: Machine) -> None:
    await shown(machine)
    found = []
    for _ in range(4):
        machine.passes(25.0)
        found.append(await machine.start_again())
    assert [one.away_seconds for one in found if one] == [35.0, 60.0, 85.0]
    assert found[3] is None


@pytest.mark.parametrize("how", ["too late", "another boot", "no boot", "earlier than the sign"])
async def test_results_of_somebody_who_may_have_left_are_gone(machine: Machine, how: str) -> None:
    await shown(machine)
    if how == "too late":
        machine.passes(PATIENCE - 9.0)
    elif how == "another boot":  # dark for a second or for an hour: a booth without a clock cannot tell
        machine.time = BootTime("two", 1001.0)
    elif how == "no boot":
        machine.time = None
    else:
        machine.passes(-100.0)
    assert SAID.encode() in raw(machine.folder)
    assert await machine.start_again() is None
    assert SAID.encode() not in raw(machine.folder)


async def test_a_clock_that_is_set_changes_nothing(machine: Machine, clock: Clock) -> None:
    await shown(machine)
    machine.passes(20.0)
    clock.now += timedelta(hours=20)
    assert await machine.start_again() is not None
    clock.now -= timedelta(days=8000)
    assert await machine.start_again() is not None
    machine.passes(PATIENCE)
    assert await machine.start_again() is None


async def test_what_was_agreed_to_be_kept_is_kept_when_its_time_is_over(machine: Machine) -> None:
    await shown(machine, replace(NOT_KEPT, keep=True))
    machine.passes(PATIENCE)
    assert await machine.start_again() is None
    assert (await machine.store.get("s1")).finished_at
    assert (await machine.store.health())["kept_count"] == 1
    assert await machine.start_again() is None


async def test_a_newer_interview_ends_older_results(machine: Machine) -> None:
    await shown(machine)
    await machine.store.save(replace(record("s2"), started_at="2026-11-22T09:59:30+00:00"))
    taken = await machine.start_again()
    assert taken is not None
    assert taken.record.session_id == "s2"
    with pytest.raises(NotFound):
        await machine.store.get("s1")


async def test_without_a_machine_time_nothing_is_noted(machine: Machine) -> None:
    machine.time = None
    await shown(machine)
    machine.time = BootTime("one", 1000.0)
    assert await machine.start_again() is None


async def test_an_answer_without_review_comes_back_with_its_words(machine: Machine) -> None:
    given = answered("s1", 1)
    left = replace(record(answers=1, asked=2), unreviewed=GivenAnswer(given.answer, given.windows), attempt=1)
    await machine.store.save(left)
    taken = await machine.start_again()
    assert taken == TakenUp(left)
    await machine.store.save(replace(left, unreviewed=None))
    taken = await machine.start_again()
    assert taken == TakenUp(replace(left, unreviewed=None))
    await machine.store.erase("s1")
    assert SAID.encode() not in raw(machine.folder)


async def test_an_interview_of_an_older_booth_goes_on(machine: Machine) -> None:
    await machine.store.save(record())
    await machine.store.stop()
    old = Database(machine.folder / "kabil.db")
    old.connect()
    for column in ("attempt", "unreviewed", "stands"):
        old.sql(f"alter table interview_sessions drop column {column}")
    old.sql("delete from schema_migration")
    old.close()
    assert await machine.start_again() == TakenUp(record())
    await machine.store.stop()
    fresh = Database(machine.folder / "fresh.db")
    open_database(fresh)
    upgraded = Database(machine.folder / "kabil.db")
    upgraded.connect()
    tables = [
        {row[1] for row in one.sql("pragma table_info(interview_sessions)")} for one in (fresh, upgraded)
    ]
    assert tables[0] == tables[1]
    fresh.close()
    upgraded.close()


def test_this_machine_has_a_time_of_its_own() -> None:
    first, second = boot_time.now(), boot_time.now()
    assert first is not None
    assert second is not None
    passed = second.since(first)
    assert passed is not None
    assert 0.0 <= passed < 10.0
