"""Nothing that is seen is ever written to a disk: system calls of a whole run are watched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEING = """
import asyncio, builtins, json, os, sys
from pathlib import Path
import numpy as np
from skimage import data
from appliance.messages import VideoFrame
from appliance.settings import Vision
from appliance.vision.watcher import Watcher

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
written = []
def audit(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITING and args[0] != os.devnull:
        written.append(str(args[0]))
    elif event in ("os.rename", "os.mkdir", "os.link", "os.symlink", "os.truncate", "shutil.copyfile"):
        written.append(event)

def held():
    names = [os.path.realpath(Path("/proc/self/fd") / n) for n in os.listdir("/proc/self/fd")]
    return [name for name in names if name.startswith("/") and not name.startswith(("/dev/", "/proc/"))]

async def main(face, posture, leak):
    seen = []
    watcher = Watcher(Vision(), Path(face), Path(posture), None, seen.append)
    await watcher.start()
    watcher.watch(face=True, posture=True, expression=False)
    rgb = np.asarray(data.astronaut(), dtype=np.uint8)
    await watcher.look(rgb, 0.0)  # everything is loaded
    before = held()
    sys.addaudithook(audit)
    for i in range(30):
        watcher.frame(VideoFrame(np.roll(rgb, i, axis=1), i / 5))
        while not watcher.ready():
            await asyncio.sleep(0.002)
    if leak:
        Path(leak).write_bytes(rgb.tobytes()[:100])
    opened = sorted(set(held()) - set(before))
    await watcher.stop()
    faces = sum(getattr(o, "face", False) for o in seen)
    print(json.dumps({"faces": faces, "written": written, "opened": opened}))

asyncio.run(main(*sys.argv[1:]))
"""


def run(folder: Path, face: Path, posture: Path, leak: str) -> dict[str, object]:
    """See a video in a process of its own, in a working and temporary folder that is empty before."""
    work, home = folder / "work", folder / "home"
    work.mkdir()
    home.mkdir()
    environ = {**os.environ, "TMPDIR": str(work), "HOME": str(home), "PYTHONPATH": str(ROOT)}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", SEEING, str(face), str(posture), leak],
        cwd=work,
        env=environ,
        capture_output=True,
        timeout=120,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout.decode().strip().splitlines()[-1])
    return found | {"files": [path.name for path in work.rglob("*") if path.is_file()]}


def test_no_frame_crop_or_landmark_reaches_a_file(
    tmp_path: Path, face_model: Path, posture_model: Path
) -> None:
    found = run(tmp_path, face_model.resolve(), posture_model.resolve(), "")
    assert int(str(found["faces"])) >= 12  # of 30; on a busy machine the watcher looks less often
    assert (found["written"], found["opened"], found["files"]) == ([], [], [])


def test_the_watch_would_see_a_leak(tmp_path: Path, face_model: Path, posture_model: Path) -> None:
    """The control: a picture written on purpose is noticed."""
    found = run(tmp_path, face_model.resolve(), posture_model.resolve(), "leak.rgb")
    assert (found["written"], found["files"]) == (["leak.rgb"], ["leak.rgb"])


@pytest.mark.parametrize("word", ["imwrite", "np.save", "tofile", "write_bytes", "open("])
def test_the_room_has_no_means_of_writing(word: str) -> None:
    for path in (ROOT / "appliance" / "vision").glob("*.py"):
        assert word not in path.read_text("utf-8"), f"{path.name} uses {word}"
