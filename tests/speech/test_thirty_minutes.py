"""Thirty minutes of sound without a break: no chunk is lost, and memory does not grow with it."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from appliance.messages import AudioChunk
from appliance.settings import Speech
from appliance.speech.hearing import KEEP_SECONDS
from appliance.speech.listener import Listener
from tests.speech.fakes import ScriptedTranscriber

MINUTES = 30


def resident_mb() -> float:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096 / 1e6


async def test_thirty_minutes(engineer: NDArray[np.int16]) -> None:
    transcriber = ScriptedTranscriber()
    words = 0

    def count(_: object) -> None:
        nonlocal words
        words += 1

    listener = Listener(transcriber, Speech(), count)
    await listener.start()
    minute = np.tile(engineer, 20)[: 60 * 16_000]
    await listener.begin_answer("long")
    sizes = []
    for number in range(MINUTES):
        for start in range(0, len(minute), 1600):
            while listener.backlog_seconds > 1.0:
                await asyncio.sleep(0)
            listener.feed(AudioChunk(minute[start : start + 1600], number * 60.0 + start / 16_000))
        sizes.append(resident_mb())
    heard = await listener.end_answer()
    assert listener.health()["dropped_count"] == 0
    assert heard.overrun_seconds == 0.0
    assert heard.seconds == MINUTES * 60
    assert transcriber.fed_samples == MINUTES * len(minute)
    assert len(heard.prosody.rms_db) == MINUTES * 6_000
    assert not np.isnan(heard.prosody.rms_db).any()
    kept = listener.answer_sound("long")
    assert kept is not None
    assert len(kept) / 16_000 < KEEP_SECONDS + 1
    assert sizes[-1] - sizes[5] < 12.0  # loudness and pitch of 24 minutes are 2 MB
    await listener.stop()
