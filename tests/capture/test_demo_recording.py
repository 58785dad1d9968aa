"""The demo candidate speaks and moves its mouth while it does."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from appliance.capture import demo_recording
from appliance.capture.recording import Want, probe, read
from appliance.errors import Invalid, Unavailable
from appliance.messages import AudioChunk, VideoFrame


@pytest.fixture(scope="module")
def portrait() -> Path:
    path = demo_recording.find_portrait()
    if path is None:
        pytest.skip("scikit-image, whose wheel carries the portrait, is not installed")
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    return path


def test_it_speaks_and_moves_its_mouth(tmp_path: Path, portrait: Path) -> None:
    out = tmp_path / "deep" / "candidate.mkv"
    seconds = demo_recording.make(out, portrait, "hello\n\ni like to build web applications")
    info = probe(out)
    assert info.has_sound
    assert info.has_picture
    assert 2 * 3 < seconds < 15
    items = list(read(out, Want()))
    samples = np.concatenate([i.samples for i in items if isinstance(i, AudioChunk)]).astype(float)
    frames = [i for i in items if isinstance(i, VideoFrame)]
    assert len(samples) / 16_000 == pytest.approx(seconds, abs=0.1)
    assert len(frames) == pytest.approx(seconds * 15, abs=2)
    loud = [float(np.sqrt((samples[int(f.t * 16000) :][:1066] ** 2).mean())) for f in frames[:-2]]
    dark = [float((frame.rgb[260:310, 280:350].max(2) < 90).mean()) for frame in frames[:-2]]
    assert np.corrcoef(loud, dark)[0, 1] > 0.5
    assert not list(out.parent.glob("*.part*"))


def test_a_script_without_words_and_a_missing_portrait(tmp_path: Path, portrait: Path) -> None:
    with pytest.raises(Invalid):
        demo_recording.make(tmp_path / "a.mkv", portrait, " \n\n ")
    assert (
        demo_recording.main(["--out", str(tmp_path / "a.mkv"), "--portrait", str(tmp_path / "no.png")]) == 1
    )
    with pytest.raises(Unavailable) as caught:
        demo_recording.make(tmp_path / "a.mkv", tmp_path / "no.png")
    assert caught.value.code == "capture.no_portrait"
