"""A booth that is started again, with its real store: what its next page is told, and what its disk still has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from appliance.interview.state import Phase
from appliance.messages import GivenAnswer, InterviewRecord
from appliance.runtime.boot_time import BootTime
from appliance.settings import Settings, Store
from appliance.store.interview_store import InterviewStore
from tests.fakes.booth import AGREED, ROLE, Booth, open_booth, site

SAID = "A zwetschgenmarmelade falls along the gradient of the loss."
IDLE, GRACE = 60.0, 30.0


class NotingStore(InterviewStore):
    """The real one; remembers what it has saved, and where the interview stood then."""

    def __init__(self, settings: Store, folder: Path, boot_now: Callable[[], BootTime | None]) -> None:
        super().__init__(settings, folder, boot_now=boot_now)
        self.saved: list[tuple[InterviewRecord, str]] = []
        self.phase: Callable[[], str] = str

    async def save(self, record: InterviewRecord) -> None:
        await super().save(record)
        self.saved.append((record, self.phase()))


class Machine:
    """A data folder and the machine's own time, over starts of the booth."""

    def __init__(self, folder: Path, page_dir: Path) -> None:
        self.folder, self.page_dir, self.retention = folder, page_dir, "ephemeral"
        self.seconds = 1000.0
        self.stores: list[NotingStore] = []

    def settings(self) -> Settings:
        settings = site()
        limits = replace(settings.interview, questions=1, idle_seconds=IDLE, idle_grace_seconds=GRACE)
        kept = Store(encrypt=False, retention=self.retention)
        return replace(settings, interview=limits, store=kept)

    def store(self) -> NotingStore:
        return NotingStore(self.settings().store, self.folder, lambda: BootTime("boot", self.seconds))

    @asynccontextmanager
    async def booth(self) -> AsyncIterator[Booth]:
        """From a start to an end that tells the interview nothing."""
        settings = self.settings()
        store = self.store()
        self.stores.append(store)
        async with open_booth(self.page_dir, settings, store=store) as booth:
            store.phase = lambda: str(booth.conductor.state.phase)
            yield booth

    def disk(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    page_dir = tmp_path / "dist"
    page_dir.mkdir()
    (page_dir / "index.html").write_text("<!doctype html><title>Kabil</title>")
    return Machine(tmp_path / "data", page_dir)


async def told(booth: Booth) -> dict[str, Any]:
    """The state as a page is told it."""
    async with booth.page.ws_connect("/api/kiosk/events") as socket:
        state: dict[str, Any] = await socket.receive_json()
    return state


async def answered(booth: Booth, keep: bool = False) -> None:
    """A typed answer and its review."""
    await booth.command("begin")
    await booth.command("choose_language", locale="en")
    await booth.command("consent", **{**AGREED, "microphone": False, "keep": keep})
    await booth.command("choose_interview", role=ROLE, shape="technical", level="easy")
    await booth.command("check_step", step="done")
    await booth.command("start_answer")
    await booth.command("done", text=SAID)


async def finished(booth: Booth, keep: bool = False) -> None:
    await answered(booth, keep)
    await booth.command("next")
    assert booth.conductor.state.phase is Phase.RESULTS


async def test_results_are_shown_again_as_they_were(machine: Machine) -> None:
    async with machine.booth() as booth:
        await finished(booth)
        before = await told(booth)
    async with machine.booth() as booth:
        after = await told(booth)
        assert after["phase"] == "results"
        assert after["results"] == before["results"]
        assert after["results"]["answers"][0]["text"] == SAID
        assert after["interview"] == {**before["interview"], "resumed": True}
        async with booth.page.get("/api/kiosk/report.pdf") as paper:
            assert (await paper.read())[:4] == b"%PDF"
        await booth.command("take_home")
        offered = (await told(booth))["take_home"]
    async with machine.booth() as booth:
        after = await told(booth)
        assert (after["phase"], after["take_home"]) == ("take_home", offered)
        await booth.command("back")
    async with machine.booth() as booth:
        assert (await told(booth))["phase"] == "results"
        await booth.command("end")
        assert (await told(booth))["phase"] == "goodbye"
    assert SAID.encode() not in machine.disk()
    async with machine.booth() as booth:
        assert (await told(booth))["phase"] == "attract"


async def test_the_code_to_come_back_with_is_shown_again(machine: Machine) -> None:
    machine.retention = "days"
    async with machine.booth() as booth:
        await finished(booth, keep=True)
        await booth.command("take_home")
        await booth.command("keep", pin="4711")
        before = await told(booth)
        assert before["take_home"]["claim_code"]
    async with machine.booth() as booth:
        after = await told(booth)
        assert after["take_home"] == before["take_home"]
        assert after["results"]["history"] == before["results"]["history"] == []


async def test_the_idle_time_goes_on_over_starts_and_the_next_candidate_sees_nothing(
    machine: Machine,
) -> None:
    async with machine.booth() as booth:
        await finished(booth)
    machine.seconds += IDLE + 10.0
    async with machine.booth() as booth:
        shown = await told(booth)
        assert (shown["phase"], shown["idle"]["kind"]) == ("results", "page")
        assert shown["idle"]["seconds_left"] <= GRACE - 10.0
    machine.seconds += GRACE - 10.0 + 1.0
    assert SAID.encode() in machine.disk()
    async with machine.booth() as booth:
        shown = await told(booth)
        assert (shown["phase"], shown["results"], shown["interview"]) == ("attract", None, None)
        assert SAID.encode() not in machine.disk()


async def test_a_touch_counts_over_a_start(machine: Machine) -> None:
    async with machine.booth() as booth:
        await finished(booth)
    machine.seconds += IDLE + 10.0
    async with machine.booth() as booth:
        await booth.command("presence")
        booth.conductor.tick()
        await booth.conductor.settle()
    machine.seconds += IDLE - 10.0
    async with machine.booth() as booth:
        shown = await told(booth)
        assert (shown["phase"], shown["idle"]) == ("results", None)


async def test_an_answer_that_was_taken_is_on_the_disk_and_judged_alike_after_a_start(
    machine: Machine,
) -> None:
    async with machine.booth() as booth:
        await booth.command("begin")
        await booth.command("choose_language", locale="en")
        await booth.command("consent", **{**AGREED, "microphone": False})
        await booth.command("choose_interview", role=ROLE, shape="technical", level="easy")
        await booth.command("check_step", step="done")
        await booth.command("start_answer")
        await booth.conductor.command("done", {"text": SAID})  # what follows from it is not waited for
        taken, _ = machine.stores[-1].saved[-1]
        assert taken.unreviewed is not None
        assert taken.unreviewed.answer.text == SAID
        await booth.conductor.settle()
        before = await told(booth)
        judged = booth.conductor.record()
        assert judged.unreviewed is None
    left = replace(judged, answered=(), unreviewed=GivenAnswer(judged.answered[0].answer))
    store = machine.store()
    await store.start()
    await store.erase(judged.session_id)
    await store.save(left)  # as it was when the booth ended while it judged
    await store.stop()
    async with machine.booth() as booth:
        await booth.conductor.settle()
        after = await told(booth)
    assert after["phase"] == before["phase"] == "review"
    assert after["review"] == before["review"]
    assert after["question"] == before["question"]


async def test_a_further_try_goes_on(machine: Machine) -> None:
    async with machine.booth() as booth:
        await answered(booth)
        await booth.command("retry")
        before = await told(booth)
    async with machine.booth() as booth:
        after = await told(booth)
        assert (after["phase"], after["question"]) == ("think", before["question"])
        assert after["interview"]["attempt"] == 1
        await booth.command("start_answer")
        await booth.command("done", text=SAID)
        assert len(booth.conductor.record().answered) == 2


async def test_a_question_is_on_the_disk_before_it_is_shown(machine: Machine) -> None:
    async with machine.booth() as booth:
        await booth.arrive()
        asked = [phase for record, phase in machine.stores[-1].saved if record.asked]
        assert asked == ["check"]
        assert booth.conductor.state.phase is Phase.THINK
