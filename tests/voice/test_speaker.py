"""The booth's voice: real espeak-ng, a scripted Piper, and what must not reach either."""

from __future__ import annotations

import io
import shutil
import stat
import wave
from pathlib import Path

import numpy as np
import pytest

from appliance.errors import ApplianceError
from appliance.settings import Voice
from appliance.speech.pcm_stream import PcmStream
from appliance.speech.vosk_transcriber import load_vosk
from appliance.voice import speaker as room
from appliance.voice.speaker import DisabledSpeaker, open_speaker, plain_text

TINY = Path(__file__).parent.parent / "data" / "vosk-tiny"
ESPEAK = shutil.which("espeak-ng")
needs_espeak = pytest.mark.skipif(ESPEAK is None, reason="espeak-ng is not installed")


def samples_of(wav: bytes) -> tuple[int, np.ndarray[tuple[int], np.dtype[np.int16]]]:
    with wave.open(io.BytesIO(wav)) as reader:
        return reader.getframerate(), np.frombuffer(reader.readframes(reader.getnframes()), np.int16)


def program(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@needs_espeak
async def test_what_is_said_can_be_understood() -> None:
    spoken = await open_speaker(Voice()).say("my name is sam and i am a software engineer")
    assert spoken is not None
    rate, samples = samples_of(spoken.wav)
    assert spoken.seconds == pytest.approx(len(samples) / rate)
    stream = PcmStream(load_vosk(TINY), rate)
    stream.feed(samples.tobytes())
    assert stream.heard().text.endswith("name is sam and i am a software engineer")


@needs_espeak
async def test_hindi_is_spoken_and_differs() -> None:
    voice = open_speaker(Voice())
    hindi = await voice.say("अपने बारे में बताइए।", "hi")
    assert hindi is not None
    assert 0.8 < hindi.seconds < 4.0
    assert int(np.abs(samples_of(hindi.wav)[1]).max()) > 1000


@needs_espeak
async def test_slower_and_softer_as_set() -> None:
    text = "tell me about a time when your team missed a deadline"
    usual = await open_speaker(Voice(rate_wpm=140, volume=80)).say(text)
    other = await open_speaker(Voice(rate_wpm=100, volume=20)).say(text)
    assert usual is not None
    assert other is not None
    assert other.seconds > 1.2 * usual.seconds
    assert np.abs(samples_of(other.wav)[1]).max() < 0.5 * np.abs(samples_of(usual.wav)[1]).max()


@needs_espeak
async def test_the_same_text_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CACHED", 2)
    voice = open_speaker(Voice())
    first = await voice.say("one")
    assert await voice.say("one") is first
    await voice.say("two")
    await voice.say("three")
    assert await voice.say("one") is not first


@needs_espeak
async def test_a_language_without_a_voice() -> None:
    with pytest.raises(ApplianceError) as caught:
        await open_speaker(Voice()).say("hello", "xx")
    assert caught.value.code == "voice.no_voice"
    with pytest.raises(ApplianceError) as caught:
        await open_speaker(Voice()).say("hello", "en; rm -rf")
    assert caught.value.code == "voice.locale"


def test_marks_and_control_characters_are_left_out() -> None:
    assert plain_text("a\x00b [[h@'loU]] <speak>\n c\x1b[31m") == "a b h@'loU speak c 31m"
    assert plain_text("C++ & C#, 50 %?") == "C++ & C#, 50 %?"
    assert plain_text("\x07") == ""
    long = plain_text("word " * 1000)
    assert len(long) <= 1000
    assert long.endswith("word")


async def test_without_an_engine_there_is_no_sound(tmp_path: Path) -> None:
    for settings in (Voice(), Voice(engine="none")):
        voice = open_speaker(settings, str(tmp_path))
        assert isinstance(voice, DisabledSpeaker)
        assert await voice.say("hello") is None


async def test_nothing_to_say() -> None:
    assert await open_speaker(Voice()).say("[[]]") is None


async def test_a_piper_voice_is_used_for_its_own_language(tmp_path: Path) -> None:
    model = tmp_path / "en_GB-some-medium.onnx"
    model.write_bytes(b"")
    sound = tmp_path / "x.wav"
    with wave.open(str(sound), "wb") as writer:
        writer.setparams((1, 2, 22_050, 0, "NONE", "NONE"))
        writer.writeframes(b"\1\0" * 22_050)
    script = f'cat > "{tmp_path}/said"; echo "$@" > "{tmp_path}/args"; cat "{sound}"'
    program(tmp_path / "piper", f"#!/bin/sh\n{script}\n")
    voice = open_speaker(Voice(piper_model=str(model)), f"{tmp_path}:/bin")
    assert voice.name == "piper"
    spoken = await voice.say("good morning")
    assert spoken is not None
    assert spoken.seconds == 1.0
    assert (tmp_path / "said").read_text("utf-8") == "good morning"
    assert str(model) in (tmp_path / "args").read_text("utf-8")


async def test_a_voice_that_hangs_breaks_or_gives_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TIMEOUT_SECONDS", 0.2)
    scripts = {"voice.timeout": "exec sleep 60", "voice.engine_failed": "exit 3"}
    for code, script in scripts.items():
        program(tmp_path / "espeak-ng", f"#!/bin/sh\n{script}\n")
        with pytest.raises(ApplianceError) as caught:
            await open_speaker(Voice(), f"{tmp_path}:/bin").say("hello")
        assert caught.value.code == code
    program(tmp_path / "espeak-ng", "#!/bin/sh\necho rubbish\n")
    with pytest.raises(ApplianceError, match="no sound file"):
        await open_speaker(Voice(), str(tmp_path)).say("hello")
