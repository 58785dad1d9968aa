"""The booth's voice: texts read aloud by espeak-ng or Piper, cached; captions always go with it."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import shutil
import unicodedata
import wave
from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import Broken, Invalid, Unavailable
from appliance.settings import Voice

MAX_CHARACTERS = 1_000
"""longer texts are cut at the last word that fits; our choice"""
TIMEOUT_SECONDS = 10.0
"""espeak-ng speaks 1,000 characters in well under a second; our choice"""
CACHED = 48
"""about 0.4 MB each; our choice"""

ESPEAK_VOICES = {"en": "en-gb", "hi": "hi"}
"""espeak-ng has no Indian English; British English is the nearest to what Indian colleges teach"""
ESPEAK_PITCH = 42
"""0..99, 50 is usual: a little lower is easier on small loudspeakers; our choice"""
ESPEAK_WORD_GAP = 2
"""further pause between words, in 10 ms at the usual speed: for listeners of another accent; our choice"""

_LOCALE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")
_MARKUP = re.compile(r"[\[\]<>{}|\\^~`]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text as sound."""

    wav: bytes
    """a whole WAV file, mono s16"""
    seconds: float


class Speaker(ABC):
    """Reads texts aloud; the same text is made once."""

    name: str
    """"espeak-ng", "piper" or "none" """

    def __init__(self) -> None:
        self._cache: OrderedDict[tuple[str, str], Spoken] = OrderedDict()

    async def say(self, text: str, locale: str = "en") -> Spoken | None:
        """The text as sound; None when there is no voice, or nothing to say.

        Args:
            text: plain text; marks that an engine would take as a command are left out.
            locale: "en", "hi" …

        Raises:
            Invalid: "voice.locale" when it is not the code of a language.
            Unavailable: "voice.no_voice" (the engine cannot speak that language), "voice.timeout".
            Broken: "voice.engine_failed".
        """
        if not _LOCALE.match(locale):
            raise Invalid("voice.locale", "not the code of a language")
        key = (plain_text(text), locale)
        if not key[0]:
            return None
        if key not in self._cache:
            spoken = await self._make(*key)
            if spoken is None:
                return None
            self._cache[key] = spoken
        self._cache.move_to_end(key)
        while len(self._cache) > CACHED:
            self._cache.popitem(last=False)
        return self._cache[key]

    @abstractmethod
    async def _make(self, text: str, locale: str) -> Spoken | None:
        """Speak a clean text."""


class DisabledSpeaker(Speaker):
    """No voice: captions only."""

    name = "none"

    async def _make(self, text: str, locale: str) -> Spoken | None:
        return None


class EspeakSpeaker(Speaker):
    """espeak-ng, as a process for each new text."""

    name = "espeak-ng"

    def __init__(self, settings: Voice, program: str) -> None:
        super().__init__()
        self._settings, self._program = settings, program

    async def _make(self, text: str, locale: str) -> Spoken:
        voice = ESPEAK_VOICES.get(locale, locale)
        options = {"-v": voice, "-s": self._settings.rate_wpm, "-p": ESPEAK_PITCH, "-g": ESPEAK_WORD_GAP}
        options["-a"] = self._settings.volume
        arguments = [str(part) for pair in options.items() for part in pair]
        return _spoken(await _run([self._program, *arguments, "-b", "1", "--stdin", "--stdout"], text))


class PiperSpeaker(Speaker):
    """Piper, for the language of its voice file; other languages go to a second speaker."""

    name = "piper"

    def __init__(self, settings: Voice, program: str, other: Speaker) -> None:
        super().__init__()
        self._program, self._model, self._other = program, Path(settings.piper_model), other

    async def _make(self, text: str, locale: str) -> Spoken | None:
        if not self._model.name.startswith(locale[:2]):
            return await self._other.say(text, locale)
        return _spoken(await _run([self._program, "--model", str(self._model), "--output_file", "-"], text))


def open_speaker(settings: Voice, path: str | None = None) -> Speaker:
    """The best voice that is installed and allowed.

    Args:
        settings: ``engine`` auto, piper, espeak-ng or none.
        path: where programs are looked for; None: as the system does.
    """
    espeak = shutil.which("espeak-ng", path=path) if settings.engine != "none" else None
    speaker: Speaker = EspeakSpeaker(settings, espeak) if espeak else DisabledSpeaker()
    piper = shutil.which("piper", path=path) if settings.engine in ("auto", "piper") else None
    if piper and settings.piper_model and Path(settings.piper_model).is_file():
        return PiperSpeaker(settings, piper, speaker)
    return speaker


def plain_text(text: str) -> str:
    """The text without control characters and without marks that an engine takes as a command.

    espeak-ng reads ``[[…]]`` as phonemes and ``<…>`` as SSML.
    """
    visible = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") else c for c in text)
    words = _MARKUP.sub(" ", visible).split()
    plain = " ".join(words)
    return plain if len(plain) <= MAX_CHARACTERS else plain[:MAX_CHARACTERS].rsplit(" ", 1)[0]


async def _run(command: list[str], text: str) -> bytes:
    """What a program writes when it reads the text; never through a shell."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=pipe)
    except OSError as exc:
        raise Unavailable("voice.no_voice", f"{Path(command[0]).name} cannot be started") from exc
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            sound, complaint = await process.communicate(text.encode())
    except TimeoutError as exc:
        raise Unavailable("voice.timeout", f"{Path(command[0]).name} took too long") from exc
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if b"voice does not exist" in complaint:
        raise Unavailable("voice.no_voice", f"{Path(command[0]).name} has no voice for this language")
    if process.returncode:
        raise Broken("voice.engine_failed", f"{Path(command[0]).name} ended with {process.returncode}")
    return sound


def _spoken(sound: bytes) -> Spoken:
    """A WAV file with a true length: written to a pipe, its header cannot know it."""
    try:
        with wave.open(io.BytesIO(sound)) as reader:
            width = reader.getsampwidth() * reader.getnchannels()
            samples = reader.readframes(len(sound) // width)
            parameters = reader.getparams()
    except (wave.Error, EOFError) as exc:
        raise Broken("voice.engine_failed", "the voice gave no sound file") from exc
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams(parameters._replace(nframes=0))
        writer.writeframes(samples)
    return Spoken(file.getvalue(), len(samples) / width / parameters.framerate)
