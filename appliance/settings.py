"""Settings: one frozen class per room; defaults <- site file (TOML) <- console's file <- environment (``KABIL_…``).

The environment's names are ``KABIL_ROOM__KEY``. An unknown key or a wrong type is an error that names the full
path. A number without a source is our choice.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import Invalid


@dataclass(frozen=True, slots=True)
class Places:
    """Folders."""

    data: str = "var"
    """database, keys and logs"""
    models: str = "var/models"
    packs: str = ""
    """a placement cell's own question packs; empty: data/packs"""


@dataclass(frozen=True, slots=True)
class Capture:
    """Cameras and microphones."""

    camera: str = "auto"
    """auto, picamera2, v4l2, webrtc, replay or disabled"""
    microphone: str = "auto"
    """auto, sounddevice, webrtc, replay or disabled"""
    camera_device: str = ""
    """e.g. /dev/video0; empty: the first one"""
    microphone_device: str = ""
    """part of a device's name; empty: the default one"""
    replay_file: str = ""
    """recording for replay"""
    width_px: int = 640
    height_px: int = 480
    frame_rate_hz: float = 15.0
    stall_seconds: float = 2.0
    """a source without a frame for this long is stalled"""


@dataclass(frozen=True, slots=True)
class Speech:
    """Recognition."""

    engine: str = "auto"
    """auto (vosk, else sphinx), vosk, sphinx or none"""
    model: str = "vosk-model-small-en-us-0.15"
    """a model of the manifest; vosk-tiny only when named"""
    endpoint_seconds: float = 0.8
    max_utterance_seconds: float = 14.0
    """longer speech is cut at the next short pause"""
    bias_to_keywords: bool = True
    gate_confidence: float = 0.0
    """0: the engine's own default of metrics/gate"""


@dataclass(frozen=True, slots=True)
class Voice:
    """The booth's own voice."""

    engine: str = "auto"
    """auto (espeak-ng, if installed), piper, espeak-ng or none"""
    piper_model: str = ""
    rate_wpm: int = 140
    volume: int = 80
    """0..100"""
    tail_seconds: float = 0.4
    """the microphone stays deaf this long after the booth spoke"""


@dataclass(frozen=True, slots=True)
class Vision:
    """Face and posture."""

    face_hz: float = 5.0
    posture_hz: float = 1.0
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Expression:
    """The expression model (off unless the candidate switches it on)."""

    available: bool = True
    """false removes it wholly"""


@dataclass(frozen=True, slots=True)
class Interview:
    """The flow."""

    questions: int = 5
    think_seconds: float = 30.0
    soft_limit_seconds: float = 120.0
    hard_limit_seconds: float = 180.0
    idle_seconds: float = 60.0
    """no touch on a page before "still there?" """
    idle_grace_seconds: float = 30.0
    unattended_seconds: float = 60.0
    """an answer without voice, face or touch pauses after this"""
    warmup_seconds: float = 20.0
    seed: int = 0
    """0: a new one for every interview"""
    metrics_seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Llm:
    """An optional local language model."""

    url: str = ""
    """an OpenAI-compatible server on loopback; empty: none"""
    timeout_seconds: float = 4.0


@dataclass(frozen=True, slots=True)
class Store:
    """The database."""

    key_file: str = ""
    """file with the encryption key; empty: systemd credential "dbkey", else data/kabil.key made at first start"""
    encrypt: bool = True
    retention: str = "ephemeral"
    """ephemeral, days or year"""
    retention_days: int = 30
    synchronous: str = "FULL"


@dataclass(frozen=True, slots=True)
class Web:
    """The server."""

    host: str = "127.0.0.1"
    port: int = 8080
    platform_api: str = "open"
    """open, token or off: the original platform's endpoints"""
    platform_token: str = ""
    lan: bool = False
    """a second screen over TLS"""
    lan_host: str = ""
    max_body_bytes: int = 8_000_000
    usb_export: bool = False
    printer: str = ""
    """CUPS queue; empty: none"""
    grievance_contact: str = ""
    console_locale: str = "en"
    """language of the placement cell's console: en or hi"""
    panel_inches: float = 0.0
    """diagonal of the booth's panel, so that targets are 20 mm; 0: unknown"""


@dataclass(slots=True)
class Settings:
    """All of them. A room is frozen; the console puts a new one in its place while nobody is at an interview."""

    places: Places = field(default_factory=Places)
    capture: Capture = field(default_factory=Capture)
    speech: Speech = field(default_factory=Speech)
    voice: Voice = field(default_factory=Voice)
    vision: Vision = field(default_factory=Vision)
    expression: Expression = field(default_factory=Expression)
    interview: Interview = field(default_factory=Interview)
    llm: Llm = field(default_factory=Llm)
    store: Store = field(default_factory=Store)
    web: Web = field(default_factory=Web)

    @property
    def data_dir(self) -> Path:
        """Where the booth writes."""
        return Path(self.places.data)

    @property
    def models_dir(self) -> Path:
        """Where models are installed."""
        return Path(self.places.models)

    @property
    def packs_dir(self) -> Path:
        """A placement cell's own packs."""
        return Path(self.places.packs) if self.places.packs else self.data_dir / "packs"


CONSOLE_FILE = "console.toml"
"""in the data folder: what the placement cell changed at its console, over the site file"""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "capture.camera": ("auto", "picamera2", "v4l2", "webrtc", "replay", "disabled"),
    "capture.microphone": ("auto", "sounddevice", "webrtc", "replay", "disabled"),
    "speech.engine": ("auto", "vosk", "sphinx", "none"),
    "voice.engine": ("auto", "piper", "espeak-ng", "none"),
    "store.retention": ("ephemeral", "days", "year"),
    "store.synchronous": ("FULL", "NORMAL"),
    "web.platform_api": ("open", "token", "off"),
    "web.console_locale": ("en", "hi"),
}
_PREFIX = "KABIL_"


def is_in_environment(path: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a variable holds a setting ("web.port"), so that no file can change it."""
    return (_PREFIX + path.replace(".", "__")).upper() in environ


def load(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from defaults, the site file, the console's file and the environment.

    Args:
        path: the site file; None: ``KABIL_SITE``, else /etc/kabil/site.toml, else none.
        environ: variables; ``KABIL_WEB__PORT=8081`` sets ``web.port``.

    Raises:
        Invalid: "settings.…" naming the full path of what is wrong.
    """
    table: dict[str, dict[str, object]] = {}
    _lay_over(table, _site_file(path, environ))
    _lay_over(table, _console_file(table, environ))
    for name, text in environ.items():
        if name.startswith(_PREFIX) and "__" in name:
            room, _, key = name.removeprefix(_PREFIX).lower().partition("__")
            table.setdefault(room, {})[key] = text
    return from_table(table)


def _lay_over(table: dict[str, dict[str, object]], above: Mapping[str, object]) -> None:
    for room, values in above.items():
        if not isinstance(values, dict):
            raise Invalid("settings.unknown_key", f"{room}: not a table of settings")
        table.setdefault(room, {}).update(values)


def from_table(table: Mapping[str, Mapping[str, object]]) -> Settings:
    """Settings from nested tables; texts are converted to the field's type."""
    rooms = typing.get_type_hints(Settings)
    for room in table:
        if room not in rooms:
            raise Invalid("settings.unknown_key", f"{room}: unknown group of settings")
    made: dict[str, typing.Any] = {room: _room(room, rooms[room], values) for room, values in table.items()}
    return Settings(**made)


def dump(settings: Settings) -> dict[str, dict[str, object]]:
    """All values in force; secrets are masked."""
    table = dataclasses.asdict(settings)
    if table["web"]["platform_token"]:
        table["web"]["platform_token"] = "***"
    return table


def _site_file(path: Path | None, environ: Mapping[str, str]) -> dict[str, object]:
    named = path or (Path(environ["KABIL_SITE"]) if environ.get("KABIL_SITE") else None)
    found = named or Path("/etc/kabil/site.toml")
    if named is None and not found.exists():
        return {}
    return _toml(found)


def _console_file(table: Mapping[str, Mapping[str, object]], environ: Mapping[str, str]) -> dict[str, object]:
    places = table.get("places", {})
    folder = environ.get("KABIL_PLACES__DATA") or places.get("data") or Places().data
    path = Path(str(folder)) / CONSOLE_FILE
    return _toml(path) if path.is_file() else {}


def _toml(found: Path) -> dict[str, object]:
    try:
        return tomllib.loads(found.read_text("utf-8"))
    except OSError as exc:
        raise Invalid("settings.unreadable", f"{found}: cannot be read ({exc.strerror})") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise Invalid("settings.not_toml", f"{found}: {exc}") from exc


def _room(room: str, kind: type, values: Mapping[str, object]) -> object:
    hints = typing.get_type_hints(kind)
    for key in values:
        if key not in hints:
            raise Invalid("settings.unknown_key", f"{room}.{key}: unknown setting")
    return kind(**{key: _value(f"{room}.{key}", hints[key], value) for key, value in values.items()})


def _value(path: str, kind: type | types.UnionType, value: object) -> object:
    try:
        converted = _convert(typing.cast(type, kind), value)
    except (TypeError, ValueError) as exc:
        name = typing.cast(type, kind).__name__
        raise Invalid("settings.wrong_type", f"{path}: expected {name}, got {value!r}") from exc
    if path in CHOICES and converted not in CHOICES[path]:
        raise Invalid("settings.wrong_value", f"{path}: one of {', '.join(CHOICES[path])}, not {value!r}")
    return converted


def _convert(kind: type, value: object) -> object:
    if kind is bool:
        if isinstance(value, str) and value.lower() in ("true", "false", "1", "0", "yes", "no"):
            return value.lower() in ("true", "1", "yes")
        if not isinstance(value, bool):
            raise TypeError
        return value
    if kind in (int, float) and isinstance(value, str | int | float) and not isinstance(value, bool):
        number = kind(value)
        if kind is int and number != float(value):
            raise ValueError
        return number
    if kind is str and isinstance(value, str):
        return value
    raise TypeError
