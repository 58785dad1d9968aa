"""Pictures and sounds sent whole: right ones are decoded, wrong and huge ones refused cheaply."""

import io
import time
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from appliance.capture.decode import decode_jpeg, decode_wav
from appliance.errors import ApplianceError, Invalid, TooLarge
from tests.capture import recordings

pytestmark = pytest.mark.alone


def jpeg(width: int = 320, height: int = 240, mode: str = "RGB", orientation: int = 1) -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(recordings.picture(width, height)).convert(mode).save(out, "JPEG", exif=exif, quality=90)
    return out.getvalue()


def wav(seconds: float = 1.0, rate_hz: int = 16000, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.repeat(recordings.tone(seconds, rate_hz), channels).tobytes())
    return out.getvalue()


def test_a_jpeg() -> None:
    rgb = decode_jpeg(jpeg())
    assert rgb.shape == (240, 320, 3)
    assert rgb.dtype == np.uint8
    assert recordings.is_upright(rgb)


def test_a_large_jpeg_is_made_smaller() -> None:
    assert decode_jpeg(jpeg(4000, 3000)).shape == (480, 640, 3)


def test_grey_and_print_colours() -> None:
    assert decode_jpeg(jpeg(mode="L")).shape == (240, 320, 3)
    assert decode_jpeg(jpeg(mode="CMYK")).shape == (240, 320, 3)


def test_a_turned_jpeg_comes_upright() -> None:
    lying = np.rot90(recordings.picture(), 1)  # as a sensor lies that must be turned clockwise: orientation 6
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.ascontiguousarray(lying)).save(out, "JPEG", exif=exif)
    rgb = decode_jpeg(out.getvalue())
    assert rgb.shape == (240, 320, 3)
    assert recordings.is_upright(rgb)


def test_a_picture_of_100_megapixels_is_refused_by_its_header() -> None:
    small = bytearray(jpeg())
    start = small.index(b"\xff\xc0")  # SOF0: length, precision, height, width
    small[start + 5 : start + 9] = (10_000).to_bytes(2, "big") * 2
    began = time.perf_counter()
    with pytest.raises(TooLarge) as caught:
        decode_jpeg(bytes(small))
    assert caught.value.code == "capture.picture_too_large"
    assert time.perf_counter() - began < 0.1


def test_a_jpeg_that_would_take_minutes_is_refused() -> None:
    out = io.BytesIO()
    Image.fromarray(recordings.picture(4000, 4000)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    began = time.perf_counter()
    with pytest.raises(Invalid):
        decode_jpeg(data[:-2] + data[last:-2] * 2000 + b"\xff\xd9")
    assert time.perf_counter() - began < 0.2


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a" + b"\0" * 100, jpeg()[:2000], jpeg()[:300]])
def test_no_jpeg_or_a_truncated_one(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        decode_jpeg(data)
    assert caught.value.code == "capture.bad_picture"


@pytest.mark.parametrize(("rate_hz", "channels"), [(8000, 1), (16000, 1), (44100, 2), (48000, 2), (96000, 6)])
def test_a_wav_of_any_kind(rate_hz: int, channels: int) -> None:
    chunks = decode_wav(wav(1.0, rate_hz, channels))
    samples = np.concatenate([c.samples for c in chunks]).astype(float)
    assert len(samples) == pytest.approx(16000, abs=2)
    assert chunks[0].t == 0.0
    assert np.sqrt((samples[1000:-1000] ** 2).mean()) == pytest.approx(8000 / 2**0.5, rel=0.02)


def test_no_wav() -> None:
    for data in (b"", b"hello", jpeg(), wav()[:20], wav(0.0), wav(0.5, 1000), wav(0.1, 250_000)):
        with pytest.raises(Invalid) as caught:
            decode_wav(data)
        assert caught.value.code == "capture.bad_sound"


def test_a_wav_cut_short_gives_what_is_there() -> None:
    assert sum(c.seconds for c in decode_wav(wav(1.0)[:16044])) == pytest.approx(0.5, abs=0.01)


def test_too_long_a_wav() -> None:
    with pytest.raises(TooLarge) as caught:
        decode_wav(wav(3.0), max_seconds=2.0)
    assert caught.value.code == "capture.sound_too_long"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # of damaged EXIF, which spoils no picture
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=30), st.booleans())
def test_damaged_bytes_give_a_result_or_our_error(place: int, noise: bytes, picture: bool) -> None:
    data = bytearray(_JPEG if picture else _WAV)
    place %= len(data)
    data[place : place + len(noise)] = noise
    try:
        decode_jpeg(bytes(data)) if picture else decode_wav(bytes(data))
    except ApplianceError as exc:
        assert exc.code.startswith("capture.")  # noqa: PT017 - either outcome is right


_JPEG, _WAV = jpeg(), wav(0.1)
