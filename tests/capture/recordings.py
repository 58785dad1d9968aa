"""Small recordings made for the tests: a tone, a picture whose colours and brightness are known."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray


def tone(seconds: float, rate_hz: int, tone_hz: float = 440.0, amplitude: int = 8000) -> NDArray[np.int16]:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (amplitude * np.sin(2 * np.pi * tone_hz * t)).astype(np.int16)


def picture(width: int = 320, height: int = 240) -> NDArray[np.uint8]:
    """Red above, blue below, so that upright can be told."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[: height // 2, :, 0] = 200
    rgb[height // 2 :, :, 2] = 200
    return rgb


def is_upright(rgb: NDArray[np.uint8]) -> bool:
    top, bottom = rgb[: len(rgb) // 4].mean((0, 1)), rgb[-len(rgb) // 4 :].mean((0, 1))
    return bool(top[0] > 120 > top[2] and bottom[2] > 120 > bottom[0])


def make(
    path: Path,
    seconds: float = 1.0,
    *,
    rate_hz: int = 48_000,
    channels: int = 1,
    sound: str = "",
    video: str = "",
    size: tuple[int, int] = (320, 240),
    fps: int = 25,
    shown: NDArray[np.uint8] | None = None,
) -> Path:
    """A recording; ``sound`` and ``video`` name codecs, empty means none."""
    shown = picture(*size) if shown is None else shown
    with av.open(str(path), "w") as out:
        picture_stream: Any = out.add_stream(video, rate=fps) if video else None
        sound_stream: Any = out.add_stream(sound, rate=rate_hz) if sound else None
        if picture_stream is not None:
            picture_stream.width, picture_stream.height = size
            picture_stream.options = {"deadline": "realtime", "cpu-used": "8"} if video == "libvpx" else {}
            picture_stream.pix_fmt = "yuvj420p" if video == "mjpeg" else "yuv420p"
        if sound_stream is not None:
            sound_stream.layout = "mono" if channels == 1 else "stereo"
            _mux(out, sound_stream, _sound_frames(seconds, rate_hz, channels))
        if picture_stream is not None:
            _mux(out, picture_stream, _pictures(seconds, fps, shown))
    return path


def say_turned(path: Path, quarter_turns: int) -> None:
    """Write into an MP4's track header that its pictures are to be turned clockwise by so many quarters."""
    one = 0x10000
    a, b, c, d = {1: (0, one, -one, 0), 2: (-one, 0, 0, -one), 3: (0, -one, one, 0)}[quarter_turns]
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd") + 44  # ISO/IEC 14496-12, 8.3.2: the matrix of a version 0 header
    struct.pack_into(">9i", content, place, a, b, 0, c, d, 0, 0, 0, 0x40000000)
    path.write_bytes(content)


def _mux(out: Any, stream: Any, frames: list[Any]) -> None:
    for frame in [*frames, None]:
        for packet in stream.encode(frame):
            out.mux(packet)


def _sound_frames(seconds: float, rate_hz: int, channels: int) -> list[Any]:
    samples = np.repeat(tone(seconds, rate_hz), channels).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono" if channels == 1 else "stereo")
    frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
    return [frame]


def _pictures(seconds: float, fps: int, shown: NDArray[np.uint8]) -> list[Any]:
    frames = []
    for index in range(round(seconds * fps)):
        frame = av.VideoFrame.from_ndarray(shown, format="rgb24")
        frame.pts, frame.time_base = index, Fraction(1, fps)
        frames.append(frame)
    return frames
