"""``kabil interview`` from recordings to the PDF: made ones in any clone, real ones where ../shared is."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from appliance.capture import demo_recording
from tests.joined import join

ROOT = Path(__file__).resolve().parents[1]
TINY = {"KABIL_SPEECH__ENGINE": "vosk", "KABIL_SPEECH__MODEL": "vosk-tiny"}
SPHINX = {"KABIL_SPEECH__ENGINE": "sphinx"}
SCORES = {"confidence", "communication", "fluency", "eye_contact", "posture", "engagement"}


def kabil(*args: object, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    base = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "OMP_NUM_THREADS": "1", **(environ or {})}
    command = [sys.executable, "-m", "appliance", *map(str, args)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env=base, timeout=280, check=False
    )


def interview(*args: object, environ: dict[str, str]) -> dict[str, Any]:
    run = kabil("interview", *args, environ=environ)
    assert run.returncode == 0, run.stderr
    report: dict[str, Any] = json.loads(run.stdout)
    assert set(report["scores"]) == SCORES
    return report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice that says the tiny model's words, and a face that moves."""
    portrait = demo_recording.find_portrait()
    assert portrait is not None
    path = tmp_path_factory.mktemp("made") / "answer.mkv"
    script = "hello my name is sam and i am a student\n\ni have three years of experience in python and java"
    demo_recording.make(path, portrait, script, demo_recording.Voice("en-us", 150))
    return path


def test_a_made_face_is_seen(made: Path, face_model: Path) -> None:
    first = interview("--answer", made, environ=TINY)["answers"][0]
    assert first["numbers"]["face_coverage"]["value"] > 0.9
    assert first["windows"][1]["face_coverage"] > 0.9


def test_a_made_voice_is_understood(made: Path, tmp_path: Path) -> None:
    out, page = tmp_path / "report.json", tmp_path / "report.pdf"
    report = interview("--answer", made, made, "--warmup", made, "--out", out, "--pdf", page, environ=TINY)
    assert json.loads(out.read_text()) == report
    assert len(report["answers"]) == 2
    first = report["answers"][0]
    assert "three years of experience in python" in first["text"]
    assert first["numbers"]["word_count"]["value"] >= 15
    assert 1 <= len(first["points"]) <= 3
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(page.read_bytes())).pages)
    assert "three years of experience" in text


def test_sound_only_and_silence(tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    with wave.open(str(silent), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(np.zeros(2 * 44100 * 4, np.int16).tobytes())
    report = interview("--answer", silent, environ=TINY)
    answer = report["answers"][0]
    assert answer["text"] == ""
    assert answer["overall"] is None
    assert answer["not_judged"] is not None
    assert report["scores"]["eye_contact"] is None


@pytest.mark.parametrize(("args", "code"), [
    (("interview", "--answer", "nowhere.wav"), 2),
    (("interview",), 2),
    (("interview", "--answer", "pyproject.toml"), 2),
    (("interview", "--answer", "pyproject.toml", "--level", "brutal"), 2),
    (("questions", "generate", "--role", "astronaut", "--level", "easy", "--count", "3"), 2),
    (("nonsense",), 2),
])  # fmt: skip
def test_bad_arguments_are_one_line(args: tuple[str, ...], code: int) -> None:
    run = kabil(*args)
    assert run.returncode == code
    assert len(run.stderr.strip().splitlines()) == 1, run.stderr
    assert not run.stdout


def test_an_unknown_role_is_one_line(made: Path) -> None:
    run = kabil("interview", "--answer", made, "--role", "astronaut", environ=TINY)
    assert (run.returncode, len(run.stderr.strip().splitlines())) == (2, 1), run.stderr


def test_the_platforms_score() -> None:
    run = kabil("score", "--question", "What is Python?", "--answer", "Python is a programming language.",
                "--keyword", "programming", "--keyword", "language")  # fmt: skip
    score = json.loads(run.stdout)
    parts = score["breakdown"]
    assert parts["keywords"] == 100.0
    assert parts["length"] == 25.0
    weighted = 0.6 * parts["relevance"] + 0.3 * parts["keywords"] + 0.1 * parts["length"]
    assert score["overall"] == pytest.approx(weighted, abs=0.01)


def test_settings_and_models_in_json() -> None:
    assert json.loads(kabil("dump-config").stdout)["web"]["port"] == 8080
    names = {row["name"]: row for row in json.loads(kabil("models", "list", "--json").stdout)}
    assert names["expression"]["needed"] == "optional"
    assert names["vosk-tiny"]["state"] == "installed"


# --- real recordings --------------------------------------------------------------------------------------------


def test_a_real_talking_head(shared_dir: Path, tmp_path: Path) -> None:
    clips = sorted((shared_dir / "eval" / "video").glob("*.mpg"))
    recording = join(clips, 40.0, tmp_path / "grid.mkv")
    answer = interview("--answer", recording, environ=SPHINX)["answers"][0]
    assert answer["seconds"] == pytest.approx(40.0, abs=4.0)
    numbers = answer["numbers"]
    assert numbers["face_coverage"]["value"] > 0.9
    assert numbers["pauses_per_minute"]["value"] is not None
    assert numbers["pitch_sd_semitones"]["value"] is not None
    rate = numbers["speaking_rate_wpm"]  # of words: not given where they were not understood well enough
    assert rate["value"] is not None or rate["reason"] == "not_understood"
    assert numbers["eye_contact_ratio"]["value"] is not None
    assert len(answer["windows"]) == round(answer["seconds"] / 2)


def test_a_clip_without_a_face(shared_dir: Path) -> None:
    report = interview("--answer", shared_dir / "eval" / "video" / "no_face.mp4", environ=TINY)
    answer = report["answers"][0]
    assert report["scores"]["eye_contact"] is None
    assert answer["numbers"]["eye_contact_ratio"]["value"] is None
    assert (answer["numbers"]["face_coverage"]["value"] or 0.0) < 0.05


def test_real_speech(shared_dir: Path) -> None:
    recordings = sorted((shared_dir / "eval" / "speech").glob("ljspeech_*.flac"))[:2]
    report = interview("--answer", *recordings, environ=SPHINX)
    assert report["engine"] == "sphinx"
    for answer in report["answers"]:
        assert answer["words"]
        assert "eye_contact_ratio" not in answer["numbers"]
