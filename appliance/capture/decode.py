"""Pictures and sounds that clients send whole: a JPEG or a WAV, with limits before anything is decoded."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray
from PIL import ImageOps
from PIL.JpegImagePlugin import JpegImageFile

from appliance.capture.picture import fit, refuse_huge
from appliance.capture.sound import SoundPath
from appliance.errors import Invalid, TooLarge
from appliance.messages import AudioChunk

MAX_SOUND_SECONDS = 600.0
"""our choice: five times the longest answer"""
RATES_HZ = range(4_000, 192_001)
"""sample rates taken; below, a small file would grow without bound"""
MAX_CHANNELS = 8
MAX_SCANS = 100
"""our choice: encoders write about ten; thousands in a small file keep a processor busy for minutes"""


def decode_jpeg(data: bytes, width_px: int = 640, height_px: int = 480) -> NDArray[np.uint8]:
    """A JPEG as an upright picture no larger than asked.

    Shapes:
        returns: (H, W, 3) uint8, RGB.

    Raises:
        Invalid: "capture.bad_picture": not a JPEG, or a damaged one.
        TooLarge: "capture.picture_too_large", told from the header.
    """
    if data.count(b"\xff\xda") > MAX_SCANS:
        raise Invalid("capture.bad_picture", "a JPEG with more passes than any camera makes")
    try:
        with JpegImageFile(io.BytesIO(data)) as picture:
            refuse_huge(picture.width, picture.height)
            picture.draft("RGB", (width_px, height_px))
            upright = ImageOps.exif_transpose(picture)
            box = fit(upright.width, upright.height, (width_px, height_px))
            return np.asarray(upright.convert("RGB").resize(box), dtype=np.uint8)
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        IndexError,
        KeyError,
    ) as exc:  # Pillow's, for bad bytes
        raise Invalid("capture.bad_picture", "not a JPEG picture, or a damaged one") from exc


def decode_wav(data: bytes, max_seconds: float = MAX_SOUND_SECONDS) -> list[AudioChunk]:
    """A WAV of any rate and channels as 16 kHz mono chunks; times are seconds since its beginning.

    Raises:
        Invalid: "capture.bad_sound": not a WAV, an odd one, or an empty one.
        TooLarge: "capture.sound_too_long".
    """
    sound = SoundPath()
    chunks: list[AudioChunk] = []
    seconds = 0.0
    try:
        for frame in _wav_frames(data):
            chunks += sound.feed(frame, seconds)
            seconds += frame.samples / frame.sample_rate
            if seconds > max_seconds:
                raise TooLarge("capture.sound_too_long", f"more than {max_seconds:g} s of sound")
    except (av.error.FFmpegError, ValueError) as exc:
        raise Invalid("capture.bad_sound", "not a WAV, or a damaged one") from exc
    chunks += sound.flush()
    if not chunks:
        raise Invalid("capture.bad_sound", "the WAV holds no sound")
    return chunks


def _wav_frames(data: bytes) -> Iterator[Any]:
    with av.open(io.BytesIO(data), mode="r", format="wav") as container:
        stream = next((s for s in container.streams.audio if s.codec_context is not None), None)
        if stream is None:
            raise Invalid("capture.bad_sound", "the WAV holds no sound that can be read")
        if stream.rate not in RATES_HZ or not 1 <= stream.channels <= MAX_CHANNELS:
            raise Invalid(
                "capture.bad_sound", f"{stream.rate} Hz with {stream.channels} channels is not taken"
            )
        yield from container.decode(stream)
