"""The mouth: when it moves, and whether it moves when a voice is heard (pure)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from appliance.messages import FaceObservation, Measured, VoiceActivity
from appliance.metrics.spans import Seconds, Timeline

MOVING, AROUND_SECONDS = 0.06, 0.45
"""the mouth moves where its opening changes this much (jawOpen, 0..1) within this time before or after (our choice)"""


def moving(faces: Sequence[FaceObservation], times: Seconds) -> list[bool | None]:
    """Whether the mouth moves, for every observation; None where no mouth was seen or nothing to compare it with."""
    opening = np.array([np.nan if f.mouth_open is None else f.mouth_open for f in faces])
    found: list[bool | None] = []
    for t, now in zip(times, opening, strict=True):
        near = opening[np.abs(times - t) <= AROUND_SECONDS]
        near = near[np.isfinite(near)]
        known = np.isfinite(now) and len(near) >= 2
        found.append(bool(near.max() - near.min() >= MOVING) if known else None)
    return found


def speaking(voice: Sequence[VoiceActivity], times: Seconds) -> NDArray[np.bool_]:
    """Whether a voice was heard at these times.

    Args:
        voice: starts and stops, seconds since the answer began.
        times: (N,) seconds since the answer began.
    """
    changes = sorted(voice, key=lambda change: change.t)
    last = np.searchsorted([change.t for change in changes], times, side="right") - 1
    return np.array([i >= 0 and changes[i].speaking for i in last], dtype=bool)


def measure_mouth(
    faces: Sequence[FaceObservation], time: Timeline, voice: Sequence[VoiceActivity] | None
) -> dict[str, Measured]:
    """The figures of the mouth.

    mouth_moving_ratio: share of the visible time in which it moves (the platform's fluency by mouth movement).
    mouth_speech_agreement: share of the visible time in which mouth and voice say the same, moving or not.
    other_voice_ratio: share of the voiced time with a still mouth: somebody else may be speaking.
    """
    moves = moving(faces, time.times)
    if voice is None:
        unheard = Measured(None, None, "no_microphone")
        return {
            "mouth_moving_ratio": time.share(moves),
            "mouth_speech_agreement": unheard,
            "other_voice_ratio": unheard,
        }
    heard = speaking(voice, time.times)
    same = [None if m is None else m == bool(v) for m, v in zip(moves, heard, strict=True)]
    other = [None if m is None or not v else not m for m, v in zip(moves, heard, strict=True)]
    voiced = np.array([value is not None for value in other], dtype=bool)
    known = np.array([value is not None for value in moves], dtype=bool)
    still = np.array([bool(value) for value in other], dtype=bool)
    return {
        "mouth_moving_ratio": time.share(moves),
        "mouth_speech_agreement": time.share(same),
        "other_voice_ratio": time.gated(time.ratio(still, voiced), known),
    }
