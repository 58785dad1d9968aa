"""Recordings of common formats are read in the order of time; what is no recording is refused in words."""

from pathlib import Path

import numpy as np
import pytest

from appliance.capture.picture import Pace, fit
from appliance.capture.recording import Want, probe, read
from appliance.errors import Invalid, TooLarge
from appliance.messages import AudioChunk, VideoFrame
from tests.capture import recordings


def sorted_out(path: Path, want: Want | None = None) -> tuple[list[AudioChunk], list[VideoFrame]]:
    items = list(read(path, want or Want()))
    chunks = [i for i in items if isinstance(i, AudioChunk)]
    frames = [i for i in items if isinstance(i, VideoFrame)]
    return chunks, frames


@pytest.mark.parametrize(
    ("name", "sound", "video", "rate_hz", "channels"),
    [
        ("a.wav", "pcm_s16le", "", 8000, 1),
        ("a.wav", "pcm_s16le", "", 44100, 2),
        ("a.flac", "flac", "", 16000, 1),
        ("a.mp3", "mp3", "", 44100, 2),
        ("a.ogg", "libopus", "", 48000, 1),
        ("a.m4a", "aac", "", 48000, 2),
        ("a.mkv", "flac", "mpeg4", 48000, 1),
        ("a.mp4", "aac", "mpeg4", 44100, 2),
        ("a.webm", "libopus", "libvpx", 48000, 1),
        ("a.avi", "pcm_s16le", "mjpeg", 16000, 1),
        ("silent.mp4", "", "mpeg4", 48000, 1),
    ],
)
def test_formats(tmp_path: Path, name: str, sound: str, video: str, rate_hz: int, channels: int) -> None:
    path = recordings.make(tmp_path / name, 1.0, sound=sound, video=video, rate_hz=rate_hz, channels=channels)
    info = probe(path)
    assert (info.has_sound, info.has_picture) == (bool(sound), bool(video))
    chunks, frames = sorted_out(path)
    if sound:
        samples = np.concatenate([c.samples for c in chunks]).astype(float)
        assert len(samples) == pytest.approx(16000, abs=1600)
        assert np.sqrt((samples[3200:12800] ** 2).mean()) == pytest.approx(8000 / 2**0.5, rel=0.1)
    if video:
        assert len(frames) == pytest.approx(15, abs=1)
        assert frames[0].rgb.shape == (240, 320, 3)
        assert all(recordings.is_upright(f.rgb) for f in frames)
        assert all(0.0 <= f.t <= 1.1 for f in frames)


def test_sound_and_pictures_come_in_the_order_of_time(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "a.mkv", 2.0, sound="flac", video="mpeg4")
    times = [i.end if isinstance(i, AudioChunk) else i.t for i in read(path, Want())]
    assert times == sorted(times)
    assert len(times) == pytest.approx(40 + 30, abs=2)


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "a.mkv", sound="flac", video="mpeg4")
    assert sorted_out(path, Want(picture=False))[1] == []
    assert sorted_out(path, Want(sound=False))[0] == []


def test_large_pictures_are_made_smaller_once(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "a.mp4", 0.2, video="mpeg4", size=(1920, 1080))
    _, frames = sorted_out(path)
    assert frames[0].rgb.shape == (360, 640, 3)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_turned_recording_comes_upright(tmp_path: Path, quarter_turns: int) -> None:
    """A telephone writes pictures as its sensor lies, and says how to turn them."""
    lying = np.ascontiguousarray(np.rot90(recordings.picture(), quarter_turns))
    size = (lying.shape[1], lying.shape[0])
    path = recordings.make(tmp_path / "a.mp4", 0.2, video="mpeg4", size=size, shown=lying)
    recordings.say_turned(path, quarter_turns)
    _, frames = sorted_out(path)
    assert frames[0].rgb.shape == (240, 320, 3)
    assert recordings.is_upright(frames[0].rgb)


@pytest.mark.parametrize("content", [b"", b"not a recording", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"\0" * 5000])
def test_what_is_no_recording(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.wav"
    path.write_bytes(content)
    with pytest.raises(Invalid) as caught:
        list(read(path, Want()))
    assert caught.value.code == "capture.unreadable_recording"


@pytest.mark.parametrize("name", ["missing.wav", "."])
def test_a_missing_file_and_a_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        probe(tmp_path / name)


def test_a_recording_never_opens_an_address(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(Invalid):
        list(read(path, Want()))


def test_a_damaged_recording_gives_what_is_whole(tmp_path: Path) -> None:
    path = recordings.make(tmp_path / "a.mkv", 2.0, sound="flac", video="mpeg4")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    chunks, _ = sorted_out(path)
    assert 0.2 < chunks[-1].end < 2.0


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recordings.make(tmp_path_factory.mktemp("huge") / "a.avi", 0.04, video="mjpeg", size=(8192, 4096))


def test_huge_pictures_are_refused_by_their_header(huge: Path) -> None:
    with pytest.raises(TooLarge) as caught:
        probe(huge)
    assert caught.value.code == "capture.picture_too_large"


def test_huge_pictures_behind_a_small_header_are_not_decoded(tmp_path: Path, huge: Path) -> None:
    path = tmp_path / "a.avi"
    content = huge.read_bytes().replace((8192).to_bytes(4, "little"), (320).to_bytes(4, "little"))
    path.write_bytes(content.replace((4096).to_bytes(4, "little"), (240).to_bytes(4, "little"), 1))
    try:
        given = sorted_out(path)[1]
    except (Invalid, TooLarge):
        given = []
    assert given == []


def test_fit_keeps_the_shape_and_never_enlarges() -> None:
    assert fit(1920, 1080, (640, 480)) == (640, 360)
    assert fit(320, 240, (640, 480)) == (320, 240)
    assert fit(10_000, 1, (640, 480)) == (640, 1)


def test_pace_keeps_the_rate_and_begins_anew_after_a_jump() -> None:
    pace = Pace(5.0)
    assert sum(pace.wants(i / 30) for i in range(300)) == pytest.approx(50, abs=1)
    assert pace.wants(100.0)
    assert not pace.wants(100.1)
    assert pace.wants(3.0)
