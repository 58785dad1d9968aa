"""A whole interview with camera and microphone, watched: the database's own files are written, and nothing else.

Two watches: every file that is opened or held open for writing in an interview that is kept; and an interview that is
not kept, to which the kernel refuses every byte of every file.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.capture import demo_recording

ROOT = Path(__file__).resolve().parents[2]
DATABASE = {"kabil.db", "kabil.db-wal", "kabil.db-shm", "kabil.db-journal"}
FONTS = "fontlist-"
"""matplotlib, which mediapipe imports, keeps a list of the system's fonts in the home folder"""
VISIT = """
import asyncio, json, os, resource, sys, threading
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
written, held, over = set(), set(), threading.Event()

def audit(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITING and args[0] != os.devnull:
        written.add(str(args[0]))
    elif event in ("os.rename", "os.link", "os.symlink", "os.truncate", "shutil.copyfile", "tempfile.mkstemp"):
        written.add(event)

def scan():  # files that libraries open by themselves
    while not over.wait(0.004):
        for number in os.listdir("/proc/self/fd"):
            try:
                flags = Path("/proc/self/fdinfo", number).read_text().split("flags:")[1].split()[0]
                if int(flags, 8) & (os.O_WRONLY | os.O_RDWR):
                    held.add(os.readlink(f"/proc/self/fd/{number}"))
            except (OSError, IndexError):
                pass

answer, keep, leak = sys.argv[1], sys.argv[2] == "keep", sys.argv[3]
sys.addaudithook(audit)
threading.Thread(target=scan, daemon=True).start()
if not keep:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

from appliance import rehearsal, settings

async def main():
    asked = rehearsal.Rehearsal([Path(answer)], Path(answer), expression=True)
    record = await rehearsal.rehearse(asked, settings.load(), keep=keep)
    if leak:
        Path(leak).write_bytes(bytes(300))
    return record

record = asyncio.run(main())
over.set()
presence = record.answered[0].answer.presence
held = sorted(name for name in held if name.startswith("/") and not name.startswith(("/dev/", "/proc/", "/memfd:")))
print(json.dumps({"faces": presence.numbers["face_coverage"].value, "words": len(record.answered[0].answer.words),
                  "expression": presence.expression is not None, "written": sorted(written), "held": held}))
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face that moves and a voice that the tiny model understands."""
    portrait = demo_recording.find_portrait()
    assert portrait is not None
    path = tmp_path_factory.mktemp("made") / "answer.mkv"
    script = "hello my name is sam and i am a student"
    demo_recording.make(path, portrait, script, demo_recording.Voice("en-us", 150))
    return path


def visit(folder: Path, answer: Path, keep: str, leak: str = "") -> subprocess.CompletedProcess[str]:
    """An interview in a process of its own, in folders that are empty before."""
    for name in ("work", "home", "data"):
        (folder / name).mkdir()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KABIL_")}
    environ |= {"TMPDIR": str(folder / "work"), "HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    environ |= {
        "KABIL_PLACES__DATA": str(folder / "data"),
        "KABIL_PLACES__MODELS": str(ROOT / "var" / "models"),
    }
    environ |= {"KABIL_SPEECH__ENGINE": "vosk", "KABIL_SPEECH__MODEL": "vosk-tiny"}
    environ |= {"KABIL_STORE__ENCRYPT": "false", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", VISIT, str(answer), keep, leak]
    return subprocess.run(
        command, cwd=folder / "work", env=environ, capture_output=True, text=True, timeout=240, check=False
    )


def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr[-2000:]
    found: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    assert found["faces"] > 0.8  # it did see and hear somebody
    assert found["words"] >= 5
    return found


def names(paths: list[str]) -> set[str]:
    return {Path(path).name for path in paths if not Path(path).name.startswith(FONTS)}


def files_in(folder: Path) -> set[str]:
    return names([str(path) for path in folder.rglob("*") if path.is_file()])


def numbers_in(value: object) -> int:
    """The longest row of bare numbers: a landmark set has 478 or 33 of them, sound and pictures thousands."""
    if isinstance(value, list):
        bare = sum(isinstance(item, int | float) for item in value)
        return max([bare, *map(numbers_in, value)])
    return max(map(numbers_in, value.values()), default=0) if isinstance(value, dict) else 0


def test_a_kept_interview_writes_its_database_and_nothing_else(
    tmp_path: Path, answer: Path, face_model: Path, posture_model: Path
) -> None:
    found = told(visit(tmp_path, answer, "keep"))
    assert names(found["written"]) <= DATABASE
    assert names(found["held"]) <= DATABASE
    assert files_in(tmp_path) <= DATABASE
    with sqlite3.connect(tmp_path / "data" / "kabil.db") as database:
        tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
        cells = [
            cell for table in tables for row in database.execute(f"select * from {table}") for cell in row
        ]
    assert not any(isinstance(cell, bytes) for cell in cells)
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert any('"face_coverage"' in text for text in texts)  # the numbers of the picture are there
    assert max(numbers_in(json.loads(text)) for text in texts if text[:1] in "[{") < 30
    assert max(map(len, texts)) < 50_000


def test_an_interview_that_is_not_kept_writes_not_a_byte(
    tmp_path: Path, answer: Path, face_model: Path, posture_model: Path
) -> None:
    told(visit(tmp_path, answer, "forget"))
    assert files_in(tmp_path) == set()


def test_the_watches_would_see_a_picture_that_is_written(
    tmp_path: Path, answer: Path, face_model: Path, posture_model: Path
) -> None:
    """The control: the same interview with one leak in it."""
    run = visit(tmp_path, answer, "forget", leak="leak.rgb")
    assert run.returncode != 0
    assert "File too large" in run.stderr
