"""Clips joined into one recording, for the whole-interview tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from appliance.capture.recording import Want, read
from appliance.messages import SAMPLE_RATE_HZ, AudioChunk, VideoFrame

WIDTH, HEIGHT, RATE_HZ = 360, 288, 10


def join(clips: Sequence[Path], seconds: float, out: Path) -> Path:
    """Play the clips one after the other, again and again, until ``seconds`` are full; sound and picture."""
    with av.open(str(out), "w") as container:
        pictures = container.add_stream("mpeg4", rate=RATE_HZ)
        pictures.width, pictures.height, pictures.pix_fmt, pictures.bit_rate = (
            WIDTH,
            HEIGHT,
            "yuv420p",
            1_500_000,
        )
        sound = container.add_stream("pcm_s16le", rate=SAMPLE_RATE_HZ, layout="mono")
        begun, number = 0.0, 0
        while begun < seconds:
            begun = _append(container, pictures, sound, clips[number % len(clips)], begun)
            number += 1
        for stream in (pictures, sound):
            container.mux(stream.encode(None))
    return out


def _append(container: av.container.OutputContainer, pictures: av.VideoStream, sound: av.AudioStream, clip: Path,
            begun: float) -> float:  # fmt: skip
    end, last = begun, round(begun * RATE_HZ) - 1
    for item in read(clip, Want(True, True, WIDTH, HEIGHT, float(RATE_HZ))):
        if isinstance(item, VideoFrame):
            frame = av.VideoFrame.from_ndarray(item.rgb, format="rgb24").reformat(WIDTH, HEIGHT, "yuv420p")
            last = max(last + 1, round((begun + item.t) * RATE_HZ))
            frame.pts, frame.time_base = last, Fraction(1, RATE_HZ)
            container.mux(pictures.encode(frame))
        elif isinstance(item, AudioChunk):
            piece = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(item.samples).reshape(1, -1), "s16", "mono"
            )
            piece.sample_rate, piece.time_base = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ)
            piece.pts = round((begun + item.t) * SAMPLE_RATE_HZ)
            container.mux(sound.encode(piece))
            end = begun + item.end
    return max(end, (last + 1) / RATE_HZ)
