"""Notices to the candidate: the one that comes with the booth, and a site's own versions of it, kept for ever.

A version never changes: who agreed is logged with the version that was shown. Files are small; reading and writing
them takes a moment, so call what does on a thread.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from appliance.errors import Broken, NotFound, Unavailable
from appliance.store.key import sync_folder

SHIPPED = "2026-11"
"""the version whose text comes with the page (kiosk_ui/src/locales/notice.json)"""
LOCALES = ("en", "hi")
NEEDED: tuple[tuple[str, ...], ...] = (
    ("who", "microphone", "camera", "expression"),
    ("never_stored", "offline", "staff"),
    ("kept", "otherwise_erased", "log"),
    ("withdraw", "rights", "complaints"),
)
"""what each part must say, one line each, in this order. Source: DPDP Act 2023, section 5; DPDP Rules 2025, rule 3"""
CONTACT = "{contact}"
"""where the page puts the site's grievance contact"""
BOARD = {"en": "Data Protection Board", "hi": "डेटा संरक्षण बोर्ड"}
SHORTEST, LONGEST = 15, 300
"""letters of a line, and MOST lines of a part, that a page of the smallest panel holds (our choice)"""
MOST_LINES = 5
_DEVANAGARI = re.compile(r"[ऀ-ॿ]")
_VERSION = re.compile(rf"{re.escape(SHIPPED)}\.site-([1-9]\d{{0,4}})", re.ASCII)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One leaf of a notice."""

    title: str
    lines: tuple[str, ...]


class Notice(msgspec.Struct, frozen=True):
    """One version of a site."""

    version: str
    made_at: str
    """UTC, ISO 8601"""
    texts: dict[str, tuple[Part, ...]]
    """locale -> the parts"""


Texts = dict[str, tuple[Part, ...]]


class Notices:
    """A site's own versions, and which one is in force.

    Args:
        data_dir: of the booth; None: only the one that comes with it.
    """

    def __init__(self, data_dir: Path | None) -> None:
        self._folder = None if data_dir is None else data_dir / "notices"
        self.in_force = SHIPPED
        """version that candidates are shown"""
        self.chosen = SHIPPED
        """version that staff chose: in force when nobody is at an interview"""
        self.load()

    def load(self) -> None:
        """What was chosen, at the start; a version that cannot be read is not chosen."""
        try:
            chosen = self._file("chosen").read_text("ascii").strip()
            self.chosen = chosen if chosen == SHIPPED or self.read(chosen) else SHIPPED
        except (OSError, UnicodeError, NotFound, Broken):
            self.chosen = SHIPPED
        self.in_force = self.chosen

    def enforce(self) -> bool:
        """Show what was chosen from now on; whether that is something else."""
        changed = self.in_force != self.chosen
        self.in_force = self.chosen
        return changed

    def versions(self) -> list[Notice]:
        """The site's own, newest first."""
        if self._folder is None or not self._folder.is_dir():
            return []
        numbers = [m for path in self._folder.glob("*.json") if (m := _VERSION.fullmatch(path.stem))]
        ordered = sorted(numbers, key=lambda match: int(match[1]), reverse=True)
        return [self.read(match[0]) for match in ordered]

    def read(self, version: str) -> Notice:
        """A version of the site; raises ``NotFound("store.no_notice")`` or ``Broken("store.notice_file")``."""
        if not _VERSION.fullmatch(version):
            raise NotFound("store.no_notice", "there is no such notice")
        try:
            return msgspec.json.decode(self._file(f"{version}.json").read_bytes(), type=Notice)
        except FileNotFoundError as exc:
            raise NotFound("store.no_notice", "there is no such notice") from exc
        except (OSError, msgspec.DecodeError) as exc:
            raise Broken("store.notice_file", f"the notice {version} cannot be read") from exc

    def add(self, texts: Texts, made_at: str) -> str:
        """Keep another version of the site; its name. What is wrong with it is asked before: ``problems_of``."""
        taken = [int(match[1]) for path in self._own() if (match := _VERSION.fullmatch(path.stem))]
        version = f"{SHIPPED}.site-{max(taken, default=0) + 1}"
        self._write(f"{version}.json", msgspec.json.encode(Notice(version, made_at, texts)))
        return version

    def choose(self, version: str) -> None:
        """Which version comes into force next; raises as ``read``."""
        if version != SHIPPED:
            self.read(version)
        self._write("chosen", version.encode())
        self.chosen = version

    def _own(self) -> list[Path]:
        return [] if self._folder is None else list(self._folder.glob("*.json"))

    def _file(self, name: str) -> Path:
        if self._folder is None:
            raise FileNotFoundError(name)
        return self._folder / name

    def _write(self, name: str, content: bytes) -> None:
        try:
            path = self._file(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(name + ".new")
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
            sync_folder(path.parent)
        except OSError as exc:
            raise Unavailable("store.io_error", "the notice cannot be written") from exc


def problems_of(texts: Texts) -> list[dict[str, object]]:
    """What a notice lacks, ``{"locale", "part", "line", "why"}``; parts and lines count from 1, line 0 is the title."""
    found: list[dict[str, object]] = []
    for locale in LOCALES:
        parts = texts.get(locale, ())
        if len(parts) != len(NEEDED):
            found.append({"locale": locale, "part": 0, "line": 0, "why": "parts"})
            continue
        for number, (part, needed) in enumerate(zip(parts, NEEDED, strict=True), 1):
            found += [
                {"locale": locale, "part": number, "line": line, "why": why}
                for line, why in _problems_in(part, needed, locale)
            ]
    return found


def _problems_in(part: Part, needed: tuple[str, ...], locale: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    if not len(needed) <= len(part.lines) <= MOST_LINES:
        found.append((0, "lines"))
    if why := _wrong_with(part.title, locale, 3):
        found.append((0, why))
    found += [
        (n, why) for n, line in enumerate(part.lines, 1) if (why := _wrong_with(line, locale, SHORTEST))
    ]
    complaints = needed.index("complaints") if "complaints" in needed else None
    if complaints is not None and len(part.lines) > complaints:
        line = part.lines[complaints]
        found += [
            (complaints + 1, why)
            for mark, why in ((CONTACT, "contact"), (BOARD[locale], "board"))
            if mark not in line
        ]
    return found


def _wrong_with(text: str, locale: str, shortest: int) -> str | None:
    plain = text.strip()
    if not shortest <= len(plain) <= LONGEST:
        return "length"
    if not plain.isprintable() or "<" in plain or "{" in plain.replace(CONTACT, ""):
        return "signs"
    return "language" if locale == "hi" and not _DEVANAGARI.search(plain) else None
