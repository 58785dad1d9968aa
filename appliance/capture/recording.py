"""A recording read with PyAV: its sound and its pictures in the order of their times."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import av.error

from appliance.capture.picture import MAX_PIXELS, Pace, refuse_huge, upright_rgb
from appliance.capture.sound import SoundPath
from appliance.errors import Invalid
from appliance.messages import AudioChunk, VideoFrame

_FILES_ONLY = {"protocol_whitelist": "file"}
"""a recording never makes the booth open an address"""


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """What a recording holds."""

    has_sound: bool
    has_picture: bool
    seconds: float | None
    """None where the file does not say"""


@dataclass(frozen=True, slots=True)
class Want:
    """What of a recording is wanted."""

    sound: bool = True
    picture: bool = True
    width_px: int = 640
    """greatest width after turning upright"""
    height_px: int = 480
    frame_rate_hz: float = 15.0
    """more pictures than this are left out"""


def probe(path: Path) -> RecordingInfo:
    """What a recording holds, from its header.

    Raises:
        Invalid: "capture.unreadable_recording".
        TooLarge: "capture.picture_too_large".
    """
    with _opened(path) as container:
        sound, picture = _stream(container, "audio"), _stream(container, "video")
        if picture is not None:
            refuse_huge(picture.width, picture.height)
        if sound is None and picture is None:
            raise Invalid("capture.unreadable_recording", f"{path.name} holds neither sound nor picture")
        seconds = container.duration / av.time_base if container.duration else None
        return RecordingInfo(sound is not None, picture is not None, seconds)


def read(path: Path, want: Want) -> Iterator[AudioChunk | VideoFrame]:
    """Everything wanted, ordered by time; 0 is the recording's beginning. Damaged packets are left out.

    Raises:
        Invalid: "capture.unreadable_recording".
        TooLarge: "capture.picture_too_large".
    """
    info = probe(path)
    ways: list[Iterator[AudioChunk | VideoFrame]] = []
    if want.sound and info.has_sound:
        ways.append(_sound(path))
    if want.picture and info.has_picture:
        ways.append(_pictures(path, want))
    return heapq.merge(*ways, key=_ready_at)


def _ready_at(item: AudioChunk | VideoFrame) -> float:
    return item.end if isinstance(item, AudioChunk) else item.t


def _sound(path: Path) -> Iterator[AudioChunk]:
    sound = SoundPath()
    for t, frame in _frames(path, "audio"):
        yield from sound.feed(frame, t)
    yield from sound.flush()


def _pictures(path: Path, want: Want) -> Iterator[VideoFrame]:
    pace = Pace(want.frame_rate_hz)
    for t, frame in _frames(path, "video"):
        if pace.wants(t):
            refuse_huge(frame.width, frame.height)
            yield VideoFrame(upright_rgb(frame, (want.width_px, want.height_px)), t)


def _frames(path: Path, kind: str) -> Iterator[tuple[float, Any]]:
    """Decoded frames of one kind with seconds since the recording's beginning."""
    with _opened(path) as container:
        stream = _stream(container, kind)
        assert stream is not None
        stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}  # a header may lie about its pictures
        began = (container.start_time or 0) / av.time_base
        t = 0.0
        for frame in _decoded(container, stream):
            t = float(frame.pts * frame.time_base) - began if frame.pts is not None else t
            yield max(0.0, t), frame
            t += _length(frame, stream)


def _decoded(container: Any, stream: Any) -> Iterator[Any]:
    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except av.error.InvalidDataError:  # one damaged packet is no reason to lose the rest
                continue
    except av.error.FFmpegError as exc:
        if not isinstance(exc, EOFError):
            raise Invalid(
                "capture.unreadable_recording", f"the recording breaks off: {exc.strerror}"
            ) from exc


def _length(frame: Any, stream: Any) -> float:
    if isinstance(frame, av.AudioFrame):
        return float(frame.samples / frame.sample_rate)
    return float(1 / (stream.average_rate or 25))


def _opened(path: Path) -> Any:
    try:
        return av.open(f"file:{path}", options=_FILES_ONLY)
    except (av.error.FFmpegError, OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or "not a recording"
        raise Invalid("capture.unreadable_recording", f"{path.name} cannot be read: {reason}") from exc


def _stream(container: Any, kind: str) -> Any:
    """The best stream of a kind; a cover picture is none."""
    cover = av.stream.Disposition.attached_pic
    usable = [
        s for s in container.streams if s.type == kind and not s.disposition & cover and s.codec_context
    ]
    best = container.streams.best(kind) if usable else None
    return best if best in usable else (usable[0] if usable else None)
