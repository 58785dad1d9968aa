"""Answers with known words, pauses and pitch, without an engine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from appliance.messages import AudioChunk, HeardAnswer, Prosody, Transcript, VoiceActivity, Word
from appliance.settings import Speech
from appliance.speech.hearing import Hearing
from appliance.speech.transcriber import Transcriber
from appliance.speech.voice_activity import VoiceDetector

FLOOR_DB, SPEECH_DB = -60.0, -25.0


def hear(sound: NDArray[np.int16], transcriber: Transcriber | None) -> HeardAnswer:
    """A whole sound as one answer."""
    hearing = Hearing("a", transcriber, Speech(), lambda event: None, VoiceDetector())
    hearing.open(())
    hearing.feed(AudioChunk(sound, 0.0))
    return hearing.end()


def word_list(text: str, start: float = 0.0, each: float = 0.4, confidence: float = 0.95) -> tuple[Word, ...]:
    """Words one after the other; "…N" is a pause of N seconds."""
    words = []
    for item in text.split():
        if item.startswith("…"):
            start += float(item[1:])
            continue
        words.append(Word(item, start, start + each - 0.02, confidence))
        start += each
    return tuple(words)


def answer_of(words: tuple[Word, ...], engine: str = "vosk", lead: float = 0.0) -> HeardAnswer:
    """What would be heard of the words: loud and voiced where they are, quiet elsewhere; no pause within words."""
    seconds = words[-1].end + 0.5 if words else 10.0
    steps = round(seconds * 100)
    rms = np.full(steps, FLOOR_DB, dtype=np.float32)
    f0 = np.full(steps, np.nan, dtype=np.float32)
    for word in words:
        a, b = round((word.start + lead) * 100), round((word.end + 0.02 + lead) * 100)
        rms[a:b] = SPEECH_DB + 4.0 * np.sin(np.linspace(0, np.pi, b - a))
        f0[a + 5 : b - 5] = 120.0
    confidence = sum(w.confidence or 0.0 for w in words) / len(words) if words else None
    text = " ".join(w.text for w in words)
    transcript = Transcript("a", text, words, words[0].start, words[-1].end, confidence) if words else None
    return HeardAnswer(
        answer_id="a",
        transcripts=(transcript,) if transcript else (),
        prosody=Prosody(rms, f0, np.full(steps, 0.5, dtype=np.float32)),
        voice=(VoiceActivity(True, words[0].start),) if words else (),
        seconds=seconds,
        noise_floor_db=FLOOR_DB,
        snr_db=SPEECH_DB - FLOOR_DB,
        clipped_ratio=0.0,
        overrun_seconds=0.0,
        engine=engine,
        began=0.0,
    )
