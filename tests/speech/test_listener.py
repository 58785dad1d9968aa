"""The listener: order, gaps, the booth's own voice, faults; with a scripted engine and with real libvosk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.errors import ApplianceError, Broken
from appliance.messages import AudioChunk, PartialTranscript, Transcript
from appliance.settings import Speech
from appliance.speech.hearing import Event
from appliance.speech.listener import Listener
from appliance.speech.transcriber import Transcriber
from appliance.speech.vosk_transcriber import VoskTranscriber
from tests.speech.fakes import ScriptedTranscriber
from tests.speech.sounds import ENGINEER, TUPLE, noise, silence


@asynccontextmanager
async def listening(
    transcriber: Transcriber | None, loader: Callable[[], Transcriber | None] | None = None
) -> AsyncIterator[tuple[Listener, list[Event]]]:
    events: list[Event] = []
    listener = Listener(transcriber, Speech(), events.append, loader)
    await listener.start()
    try:
        yield listener, events
    finally:
        await listener.stop()


async def play(listener: Listener, sound: NDArray[np.int16], t: float = 0.0, size: int = 1600) -> float:
    """Feed it as fast as it is heard; the time after it."""
    for start in range(0, len(sound), 16_000):
        while listener.ready and listener.backlog_seconds > 0.5:
            await asyncio.sleep(0)
        flood(listener, sound[start : start + 16_000], t + start / 16_000, size)
    return t + len(sound) / 16_000


def flood(listener: Listener, sound: NDArray[np.int16], t: float = 0.0, size: int = 1600) -> float:
    """Feed all of it at once; the time after it."""
    for start in range(0, len(sound), size):
        piece = sound[start : start + size]
        listener.feed(AudioChunk(piece, t + start / 16_000))
    return t + len(sound) / 16_000


def word_ids(events: list[Event]) -> set[str]:
    return {e.answer_id for e in events if isinstance(e, PartialTranscript | Transcript)}


async def test_hears_an_answer(vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16]) -> None:
    async with listening(vosk_tiny) as (listener, events):
        await listener.begin_answer("a")
        await play(listener, engineer[:24_000], 50.0, 320)
        await play(listener, engineer[24_000:], 51.5, 1111)
        heard = await listener.end_answer()
    assert heard.text == ENGINEER
    assert heard.engine == "vosk"
    assert heard.began == 50.0
    assert heard.seconds == pytest.approx(len(engineer) / 16_000, abs=0.01)
    assert heard.overrun_seconds == 0.0
    partials = [e.text for e in events if isinstance(e, PartialTranscript)]
    assert partials[0] == "my name"
    assert ENGINEER in partials
    assert heard.voice[0].speaking
    assert heard.words[0].end <= heard.words[-1].start < heard.seconds


async def test_sound_before_the_model_is_ready_is_heard(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16]
) -> None:
    loaded = threading.Event()

    def load() -> Transcriber:
        assert loaded.wait(20)
        return vosk_tiny

    async with listening(None, load) as (listener, _):
        begun = asyncio.create_task(listener.begin_answer("a"))
        await asyncio.sleep(0)
        end = await play(listener, silence(3.0))
        await play(listener, engineer, end)
        assert not listener.ready
        assert listener.backlog_seconds > 6
        loaded.set()
        await begun
        heard = await listener.end_answer()
        assert listener.ready
    assert heard.text == ENGINEER
    assert heard.overrun_seconds == 0.0
    assert heard.words[0].start == pytest.approx(3.0, abs=0.3)


async def test_nothing_of_an_answer_reaches_the_next() -> None:
    gate = threading.Event()
    transcriber = ScriptedTranscriber(gate)
    async with listening(transcriber) as (listener, events):
        await listener.begin_answer("first")
        flood(listener, silence(1.9))
        assert await asyncio.to_thread(transcriber.entered.wait, 20)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0):
                await listener.end_answer()
        second = asyncio.create_task(listener.begin_answer("second"))
        await asyncio.sleep(0)
        gate.set()
        await second
        await play(listener, silence(1.9), 100.0)
        heard = await listener.end_answer()
    assert word_ids(events) == {"second"}
    assert {t.answer_id for t in heard.transcripts} == {"second"}
    assert heard.seconds == pytest.approx(1.9)
    assert heard.began == 100.0


async def test_no_event_after_the_end() -> None:
    async with listening(ScriptedTranscriber()) as (listener, events):
        await listener.begin_answer("a")
        await play(listener, silence(1.0))
        await listener.end_answer()
        count = len(events)
        await play(listener, silence(1.0), 1.0)
        await listener.begin_answer("b")
        await listener.end_answer()
    assert len([e for e in events[count:] if getattr(e, "answer_id", "b") == "a"]) == 0


async def test_too_much_sound_drops_the_oldest_and_counts_it() -> None:
    gate = threading.Event()
    transcriber = ScriptedTranscriber(gate)
    async with listening(transcriber) as (listener, _):
        await listener.begin_answer("a")
        flood(listener, silence(0.1))
        assert await asyncio.to_thread(transcriber.entered.wait, 20)
        flood(listener, silence(5.0), 0.1)
        assert listener.backlog_seconds == pytest.approx(1.95, abs=0.06)
        assert listener.health()["dropped_seconds"] == pytest.approx(3.05, abs=0.06)
        gate.set()
        heard = await listener.end_answer()
    assert heard.overrun_seconds == listener.health()["dropped_seconds"]
    assert heard.seconds == pytest.approx(5.1)
    assert np.isnan(heard.prosody.rms_db).sum() == round(heard.overrun_seconds * 100)
    assert transcriber.fed_samples == round((5.1 - heard.overrun_seconds) * 16_000)


async def test_words_after_a_gap_keep_the_answers_clock(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], tuple_sentence: NDArray[np.int16]
) -> None:
    async with listening(vosk_tiny) as (listener, _):
        await listener.begin_answer("a")
        end = await play(listener, engineer)
        await play(listener, tuple_sentence, end + 7.0)
        heard = await listener.end_answer()
    assert heard.text == f"{ENGINEER} {TUPLE}"
    assert heard.words[9].end < 3.5
    assert heard.words[10].start == pytest.approx(end + 7.0, abs=0.3)
    assert heard.overrun_seconds == pytest.approx(7.0, abs=0.02)


async def test_the_booths_own_voice_is_not_heard(
    vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16], tuple_sentence: NDArray[np.int16]
) -> None:
    """The booth speaks into its own microphone, with 0.3 s of echo after it; the candidate answers then."""
    async with listening(vosk_tiny) as (listener, events):
        await listener.begin_answer("a")
        end = await play(listener, noise(1.0, 30.0))
        listener.hold(True)
        end = await play(listener, engineer, end)
        listener.hold(False)
        end = await play(listener, engineer[-4800:], end)
        end = await play(listener, noise(0.3, 30.0), end)
        await play(listener, tuple_sentence, end)
        heard = await listener.end_answer()
        assert listener.level().booth_db is not None
    assert heard.text == TUPLE
    assert not any("engineer" in e.text for e in events if isinstance(e, PartialTranscript))
    assert heard.held_seconds == pytest.approx(len(engineer) / 16_000 + 0.4, abs=0.12)
    assert heard.overrun_seconds == 0.0
    spoken = heard.prosody.rms_db[110 : 100 + len(engineer) // 160]
    assert np.isnan(spoken).all()
    assert [v.speaking for v in heard.voice] == [True, False]


async def test_without_an_engine_voice_and_prosody_remain(engineer: NDArray[np.int16]) -> None:
    async with listening(None) as (listener, events):
        await listener.begin_answer("a")
        await play(listener, engineer)
        heard = await listener.end_answer()
    assert heard.engine == "none"
    assert heard.text == ""
    assert len(events) == 2
    assert np.isfinite(heard.prosody.f0_hz).sum() > 100


async def test_an_engine_that_breaks_ends_the_service(engineer: NDArray[np.int16]) -> None:
    async with listening(ScriptedTranscriber(fails_after=3)) as (listener, _):
        running = asyncio.create_task(listener.run())
        await listener.begin_answer("a")
        await play(listener, engineer)
        with pytest.raises(Broken, match="scripted"):
            await running
        with pytest.raises(Broken, match="failed"):
            await listener.end_answer()
        assert listener.health()["failed"] is True


async def test_a_model_that_cannot_be_used_leaves_a_booth_where_answers_are_typed() -> None:
    def load() -> Transcriber:
        raise Broken("speech.model_unreadable", "scripted")

    async with listening(None, load) as (listener, _):
        await listener.begin_answer("a")
        assert (await listener.end_answer()).engine == "none"
        found = listener.health()
    told = [found[name] for name in ("engine", "problem", "failed", "ready")]
    assert told == ["none", "speech.model_unreadable", False, True]


async def test_a_loader_that_dies_ends_the_service() -> None:
    def load() -> Transcriber:
        raise RuntimeError("scripted")

    async with listening(None, load) as (listener, _):
        with pytest.raises(RuntimeError, match="scripted"):
            await listener.run()


async def test_one_answer_at_a_time() -> None:
    async with listening(ScriptedTranscriber()) as (listener, _):
        await listener.begin_answer("a")
        for call in (listener.begin_answer("b"),):
            with pytest.raises(ApplianceError, match="already") as caught:
                await call
            assert caught.value.code == "speech.answer_running"
        await listener.end_answer()
        with pytest.raises(ApplianceError) as caught:
            await listener.end_answer()
        assert caught.value.code == "speech.no_answer"


async def test_the_sound_is_kept_until_told_to_forget(engineer: NDArray[np.int16]) -> None:
    async with listening(ScriptedTranscriber()) as (listener, _):
        await listener.begin_answer("a")
        await play(listener, engineer)
        await listener.end_answer()
        kept = listener.answer_sound("a")
        assert kept is not None
        assert np.array_equal(kept, engineer[: len(kept)])
        assert len(engineer) - len(kept) < 160
        listener.forget()
        assert listener.answer_sound("a") is None


async def test_so_far_shows_a_running_answer(vosk_tiny: VoskTranscriber, engineer: NDArray[np.int16]) -> None:
    async with listening(vosk_tiny) as (listener, _):
        await listener.begin_answer("a")
        end = await play(listener, engineer)
        await play(listener, silence(1.5), end)
        heard = await listener.so_far()
        assert heard.text == ENGINEER
        assert heard.prosody.seconds == pytest.approx(heard.seconds)
        await listener.end_answer()


async def test_all_engine_work_is_on_one_thread_and_sessions_are_closed() -> None:
    transcriber = ScriptedTranscriber()
    async with listening(transcriber) as (listener, _):
        for answer in ("a", "b"):
            await listener.begin_answer(answer, ("tuple",))
            await play(listener, silence(1.0))
            await listener.end_answer()
    assert len(transcriber.threads) == 1
    assert threading.get_ident() not in transcriber.threads
    assert transcriber.closed_count == 2
    assert transcriber.phrases == [("tuple",), ("tuple",)]


async def test_the_level_between_answers(engineer: NDArray[np.int16]) -> None:
    async with listening(None) as (listener, _):
        assert listener.level().age_seconds is None
        await play(listener, engineer)
        await listener.begin_answer("a")
        await listener.end_answer()
        level = listener.level()
    assert level.speech_db is not None
    assert -40 < level.speech_db < -5
    assert level.age_seconds is not None
    assert level.age_seconds < 5
