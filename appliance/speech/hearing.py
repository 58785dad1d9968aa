"""One answer being heard: words, voice activity, prosody and the sound itself; lives on the worker."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.messages import (
    SAMPLE_RATE_HZ,
    AudioChunk,
    HeardAnswer,
    PartialTranscript,
    Prosody,
    Transcript,
    VoiceActivity,
    Word,
)
from appliance.settings import Speech
from appliance.speech.level_meter import LevelMeter
from appliance.speech.prosody import STEP_SAMPLES, ProsodyTracker
from appliance.speech.transcriber import Transcriber, TranscriberSession, Utterance
from appliance.speech.voice_activity import STEP_SECONDS, Turn, UtteranceCutter, VoiceDetector

Event = VoiceActivity | PartialTranscript | Transcript

PIECE_SAMPLES = 1600
"""the recogniser is fed 100 ms at a time, so that a partial is never older than that; our choice"""
PERCEIVE_PIECES = 3
"""loudness, pitch and voice activity are found for 300 ms at once: that costs half as much; our choice"""
GAP_SECONDS = 0.15
"""a smaller jump of the capture clock is jitter; our choice"""
KEEP_SECONDS = 200.0
"""sound kept for playback: the longest answer (180 s) and a little; our choice"""
SPEECH_PERCENTILE = 70


class Hearing:
    """Hears one answer.

    Args:
        answer_id: goes out with every word.
        transcriber: None: no words, only voice and prosody.
        settings: endpoint and cut lengths.
        emit: takes every event, on the worker's thread.
        detector: voice activity; it knows the noise floor from before the answer.
    """

    def __init__(
        self,
        answer_id: str,
        transcriber: Transcriber | None,
        settings: Speech,
        emit: Callable[[Event], None],
        detector: VoiceDetector,
    ) -> None:
        self.answer_id = answer_id
        self._transcriber, self._emit, self._detector = transcriber, emit, detector
        self._session: TranscriberSession | None = None
        self._meter = LevelMeter(detector)
        own_end = transcriber is not None and transcriber.ends_utterances
        self._cutter = UtteranceCutter(
            None if own_end else settings.endpoint_seconds, settings.max_utterance_seconds
        )
        self._prosody = ProsodyTracker()
        self._pending = np.empty(0, dtype=np.int16)
        self._unperceived: list[NDArray[np.int16]] = []
        self._kept: list[NDArray[np.int16]] = []
        self._kept_seconds = 0.0
        self._transcripts: list[Transcript] = []
        self._voice: list[VoiceActivity] = []
        self._began: float | None = None
        self._samples = self._fed_samples = 0
        self._shifts: list[tuple[float, float]] = [(0.0, 0.0)]
        self._overrun_seconds = self._held_seconds = 0.0
        self._last_partial = ""
        detector.interrupt()

    def open(self, phrases: Sequence[str], meter: LevelMeter | None = None) -> None:
        """Open the engine's session; ``phrases`` are technical words of the question."""
        self._meter = meter or self._meter
        if self._transcriber is not None:
            self._session = self._transcriber.session(phrases)

    @property
    def _seconds(self) -> float:
        """Answer time up to the last piece."""
        return self._samples / SAMPLE_RATE_HZ

    def feed(self, chunk: AudioChunk, after_hold: bool = False) -> None:
        """Take a chunk; a jump of its time is sound that was lost, or held back while the booth spoke."""
        if self._began is None:
            self._began = chunk.t
        gap = chunk.t - self._began - self._seconds - len(self._pending) / SAMPLE_RATE_HZ
        if gap > GAP_SECONDS:
            self._leave_out(gap, after_hold)
        samples = np.concatenate([self._pending, chunk.samples]) if len(self._pending) else chunk.samples
        whole = len(samples) - len(samples) % PIECE_SAMPLES
        for start in range(0, whole, PIECE_SAMPLES):
            self._take(samples[start : start + PIECE_SAMPLES])
        self._pending = samples[whole:]

    def cut(self) -> None:
        """End the utterance now."""
        self._flush()
        self._cut()
        self._turn(self._detector.interrupt())

    def end(self) -> HeardAnswer:
        """The last words, and all that was heard."""
        self.cut()
        if self._session is not None:
            self._session.close()
            self._session = None
        return self.so_far()

    def so_far(self) -> HeardAnswer:
        """What was heard up to now, without the utterance that is being spoken."""
        self._perceive()
        prosody = self._prosody.prosody()
        known_db = self._detector.floor_db if self._detector.knows_the_room else 0.0
        floor_db, speech_db = _levels(prosody, known_db)
        samples = self._prosody.sample_count
        return HeardAnswer(
            answer_id=self.answer_id,
            transcripts=tuple(self._transcripts),
            prosody=prosody,
            voice=tuple(self._voice),
            seconds=self._seconds,
            noise_floor_db=floor_db,
            snr_db=None if floor_db is None or speech_db is None else speech_db - floor_db,
            clipped_ratio=self._prosody.clipped_count / samples if samples else None,
            overrun_seconds=self._overrun_seconds,
            engine=self._transcriber.name if self._transcriber is not None else "none",
            began=self._began,
            held_seconds=self._held_seconds,
        )

    def sound(self) -> NDArray[np.int16]:
        """The answer's sound, (N,) int16 at 16 kHz; silence where none was heard."""
        return np.concatenate(self._kept) if self._kept else np.empty(0, dtype=np.int16)

    def _take(self, samples: NDArray[np.int16]) -> None:
        """One piece, a whole number of steps."""
        self._keep(samples)
        self._samples += len(samples)
        self._unperceived.append(samples)
        if self._session is not None:
            utterance = self._session.feed(samples)
            self._fed_samples += len(samples)
            if utterance is not None:
                self._finish(utterance)
            else:
                self._offer_partial(self._session.partial())
        pieces = 1 if self._cutter.seeks_pause else PERCEIVE_PIECES
        if len(self._unperceived) >= pieces and self._perceive():
            self._cut()

    def _perceive(self) -> bool:
        """Loudness, pitch and voice activity of what came; whether the utterance should be cut now."""
        if not self._unperceived:
            return False
        samples = np.concatenate(self._unperceived)
        self._unperceived.clear()
        self._prosody.quiet_db = self._detector.floor_db + 3.0
        rms_db = self._prosody.feed(samples)
        self._turn(self._detector.feed(rms_db))
        self._meter.feed(samples, rms_db)
        return self._cutter.due(
            self._detector.speaking, self._detector.silence_seconds, len(samples) / SAMPLE_RATE_HZ
        )

    def _leave_out(self, gap_seconds: float, held: bool) -> None:
        """Nothing was heard for a while: what was being said ends there, the clock goes on."""
        self.cut()
        steps = round(gap_seconds / STEP_SECONDS)
        self._prosody.skip(steps * STEP_SECONDS)
        self._keep(np.zeros(steps * STEP_SAMPLES, dtype=np.int16))
        self._samples += steps * STEP_SAMPLES
        fed_seconds = self._fed_samples / SAMPLE_RATE_HZ
        self._shifts.append((fed_seconds, self._seconds - fed_seconds))
        if held:
            self._held_seconds += gap_seconds
        else:
            self._overrun_seconds += gap_seconds

    def _flush(self) -> None:
        whole = len(self._pending) - len(self._pending) % STEP_SAMPLES
        if whole:
            pending, self._pending = self._pending[:whole], self._pending[whole:]
            self._take(pending)
        self._perceive()

    def _cut(self) -> None:
        utterance = self._session.cut() if self._session is not None else None
        if utterance is not None:
            self._finish(utterance)
        self._cutter.begin()
        self._offer_partial("")

    def _finish(self, utterance: Utterance) -> None:
        words = tuple(self._on_answer_clock(word) for word in utterance.words)
        transcript = Transcript(
            self.answer_id,
            utterance.text,
            words,
            words[0].start,
            words[-1].end,
            utterance.confidence,
            utterance.alternatives,
        )
        self._transcripts.append(transcript)
        self._cutter.begin()
        self._last_partial = ""
        self._emit(transcript)

    def _offer_partial(self, text: str) -> None:
        if text != self._last_partial:
            self._last_partial = text
            self._emit(PartialTranscript(self.answer_id, text, self._seconds))

    def _turn(self, turn: Turn | None) -> None:
        if turn is not None:
            t = max(0.0, self._seconds - (self._detector.steps - turn.step) * STEP_SECONDS)
            self._voice.append(VoiceActivity(turn.speaking, t))
            self._emit(self._voice[-1])

    def _keep(self, samples: NDArray[np.int16]) -> None:
        if self._kept_seconds < KEEP_SECONDS:
            self._kept.append(samples)
            self._kept_seconds += len(samples) / SAMPLE_RATE_HZ

    def _on_answer_clock(self, word: Word) -> Word:
        shift = next(shift for begin, shift in reversed(self._shifts) if begin < word.end or not begin)
        return Word(word.text, word.start + shift, word.end + shift, word.confidence)


def _levels(prosody: Prosody, known_floor_db: float) -> tuple[float | None, float | None]:
    """Noise floor and speech level of a stretch of sound, dB full scale.

    The floor is the tenth percentile of loudness where that is lower than what the detector knows: an answer
    without a single gap has no quiet part of its own.
    """
    rising = np.sort(prosody.rms_db)  # NaN last
    rising = rising[: np.searchsorted(rising, np.nan)]
    if not len(rising):
        return None, None
    floor_db = min(float(rising[len(rising) // 10]), known_floor_db)
    loud = rising[np.searchsorted(rising, floor_db + 6.0) :]
    return floor_db, float(loud[len(loud) * SPEECH_PERCENTILE // 100]) if len(loud) else None
