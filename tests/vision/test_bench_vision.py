"""``scripts/bench vision`` on a made clip: its keys, and its plain words when something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.bench import vision


def film(path: Path, portrait: NDArray[np.uint8], seconds: float) -> None:
    """The portrait for the first half, nothing for the second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=15)
        stream.width, stream.height, stream.bit_rate = 512, 512, 2_000_000
        count = round(seconds * 15)
        for i in range(count):
            rgb = portrait if i < count / 2 else np.full_like(portrait, 90)
            for packet in stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")):
                container.mux(packet)
        container.mux(stream.encode())


def test_the_keys(
    tmp_path: Path,
    portrait: NDArray[np.uint8],
    face_model: Path,
    posture_model: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    film(tmp_path / "half.mp4", portrait, 6)
    assert vision.main(["--data", str(tmp_path), "--json", "--runs", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    (clip,) = found["clips"]
    assert clip["file"] == "half.mp4"
    assert clip["coverage"] == pytest.approx(0.5, abs=0.06)
    assert 2.5 < clip["analysed_per_second"] < 5.5  # a busy machine steps down to 3
    assert clip["changes"] == [pytest.approx(3.0, abs=0.5)]
    assert clip["change_late_seconds"] == [pytest.approx(0.0, abs=0.5)]
    assert 0 < found["core_share"] < 1
    assert found["cpu_ratio"] > 0.5
    assert found["cpu_ms_per_frame"]["bare_face"] > 0


def test_a_folder_without_clips_is_said_in_one_line(
    tmp_path: Path, face_model: Path, posture_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        vision.main(["--data", str(tmp_path)])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
