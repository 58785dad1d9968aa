"""A placement cell's question packs: brought in, checked, looked at, switched on and off.

A pack lies in ``settings.packs_dir`` when it is on, beside it in ``…-off`` when it is not. The booth starts with no
broken one, so only what was checked together with all others is ever switched on; new interviews ask from it.
"""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from appliance.errors import Invalid, NotFound, TooLarge, Unavailable, WrongState
from appliance.interview.pack_import import SUFFIXES, read_pack
from appliance.interview.pack_problems import Problem
from appliance.interview.questions import PACKS, QuestionBank, validate_files
from appliance.messages import Question
from appliance.web.admin_live import LIVE
from appliance.web.admin_pin import write_private
from appliance.web.admin_session import CONSOLE, note
from appliance.web.admin_stick import Name, read_pack_from, stick_of
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, reply, upload

LARGEST_BYTES = 1_000_000
LARGEST_OPENED_BYTES = 30_000_000
"""of an XLSX, which is a ZIP (our choice)"""
SHOWN_PROBLEMS = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}\.(yaml|yml|csv|xlsx)", re.ASCII)
R = TypeVar("R")

routes = web.RouteTableDef()


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """On or off."""

    on: bool


@routes.get("/api/admin/packs")
async def packs(request: web.Request) -> web.Response:
    """The packs that came with the booth, by role, and the cell's own."""
    bank, locale = request.app[PARTS].parts.bank, request.app[PARTS].settings.web.console_locale
    own = [
        {"role": role.id, "title": bank.title(role.id, locale), "counts": dict(role.counts)}
        for role in bank.roles()
    ]
    files = await _alone(request, lambda shelf: shelf.listing(bank))
    return reply({"in_use": own, "files": files})


@routes.post("/api/admin/packs/{name}")
async def bring(request: web.Request) -> web.Response:
    """Check a file and put it beside the others, switched off; with a problem nothing is kept."""
    return await _brought(request, _name(request), await upload(request, LARGEST_BYTES))


@routes.post("/api/admin/stick/pack")
async def bring_from_stick(request: web.Request) -> web.Response:
    """As ``bring``, a file of the USB stick."""
    asked, folder = await arguments(request, Name), stick_of(request)
    content = await asyncio.to_thread(read_pack_from, folder, asked.name, LARGEST_BYTES)
    return await _brought(request, _checked(asked.name.lower().replace(" ", "-")), content)


async def _brought(request: web.Request, name: str, content: bytes) -> web.Response:
    problems = await _alone(request, lambda shelf: shelf.bring(name, content))
    await note(request, "pack_brought", problems=len(problems))
    return reply(_told(problems), 400 if problems else 200)


@routes.get("/api/admin/packs/{name}")
async def preview(request: web.Request) -> web.Response:
    """The questions of one of the cell's packs."""
    name = _name(request)
    return reply({"questions": await _alone(request, lambda shelf: shelf.preview(name))})


@routes.post("/api/admin/packs/{name}/switch")
async def switch(request: web.Request) -> web.Response:
    """Switch a pack on or off, for interviews that begin from now on."""
    name, asked = _name(request), await arguments(request, Switch)
    problems = await _alone(request, lambda shelf: shelf.switch(name, asked.on))
    await note(request, "pack_switched", on=asked.on, problems=len(problems))
    if problems:
        return reply(_told(problems), 400)
    request.app[LIVE].packs_changed = True
    return reply({"problems": [], "now": await request.app[LIVE].renew()})


@routes.delete("/api/admin/packs/{name}")
async def remove(request: web.Request) -> web.Response:
    """Delete a pack that is off."""
    name = _name(request)
    await _alone(request, lambda shelf: shelf.remove(name))
    await note(request, "pack_removed")
    return web.Response(status=204)


class Shelf:
    """The two folders; every method reads files: call it on a thread.

    Args:
        on: the folder that the booth reads.
    """

    def __init__(self, on: Path) -> None:
        self._on, self._off = on, on.with_name(on.name + "-off")

    def listing(self, bank: QuestionBank) -> list[dict[str, Any]]:
        """Every file, with whether it is on and whether the running booth asks from it."""
        used = {question.id for role in bank.roles() for question in bank.questions(role.id)}
        return [
            _row(path, folder == self._on, used) for folder in (self._on, self._off) for path in _in(folder)
        ]

    def bring(self, name: str, content: bytes) -> list[Problem]:
        """The problems of a file; without any it lies among those that are off."""
        if (self._on / name).exists():
            raise WrongState("web.pack_is_on", "a pack of this name is on; switch it off first")
        _refuse_bomb(name, content)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            problems = self._problems(path)
        if not problems:
            write_private(self._off / name, content)
        return problems

    def switch(self, name: str, on: bool) -> list[Problem]:
        """Move a pack; what keeps it from being on."""
        source, target = (self._off, self._on) if on else (self._on, self._off)
        if not (source / name).is_file():
            raise NotFound("web.no_pack", "there is no such pack")
        problems = self._problems(source / name) if on else []
        if not problems:
            _move(source / name, target / name)
        return problems

    def preview(self, name: str) -> list[dict[str, Any]]:
        """The questions of a pack."""
        found = [folder / name for folder in (self._on, self._off) if (folder / name).is_file()]
        if not found:
            raise NotFound("web.no_pack", "there is no such pack")
        return [_shown(question) for question in read_pack(found[0]).questions]

    def remove(self, name: str) -> None:
        """Delete a pack that is off."""
        try:
            (self._off / name).unlink()
        except FileNotFoundError as exc:
            raise NotFound("web.no_pack", "there is no such pack among those that are off") from exc

    def _problems(self, path: Path) -> list[Problem]:
        """Of this file, alone and beside all that are on."""
        found = validate_files([PACKS, *([self._on] if self._on.is_dir() else []), path])
        return [problem for problem in found if problem.file == str(path)]


async def _alone(request: web.Request, do: Callable[[Shelf], R]) -> R:
    shelf = Shelf(request.app[PARTS].settings.packs_dir)
    async with request.app[CONSOLE].moving:
        return await asyncio.to_thread(do, shelf)


def _name(request: web.Request) -> str:
    return _checked(request.match_info["name"])


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Invalid(
            "web.bad_pack_name", "name it with small letters, digits, - and _, and .yaml, .csv or .xlsx"
        )
    return name


def _in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and path.is_file())


def _row(path: Path, on: bool, used: set[str]) -> dict[str, Any]:
    file = read_pack(path)
    return {
        "name": path.name,
        "on": on,
        "asked_now": any(question.id in used for question in file.questions),
        "questions": len(file.questions),
        "roles": sorted({question.role for question in file.questions}),
        "problems": len(file.problems),
    }


def _shown(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "role": question.role,
        "level": question.level,
        "shape": question.shape,
        "text": question.text,
        "texts": dict(question.texts),
        "key_points": [point.text for point in question.key_points],
    }


def _told(problems: list[Problem]) -> dict[str, Any]:
    if not problems:
        return {"problems": []}
    words = {"error": "web.bad_pack", "message": "the pack has problems; nothing was changed"}
    shown = [_worded_by_the_page(problem) for problem in problems[:SHOWN_PROBLEMS]]
    return {**words, "problems": shown, "problem_count": len(problems)}


def _worded_by_the_page(problem: Problem) -> dict[str, Any]:
    """Files by their names alone: where they lie is nobody's business."""
    values = {
        k: Path(v).name if k == "first" and isinstance(v, str) else v for k, v in problem.values.items()
    }
    return {"file": Path(problem.file).name, "line": problem.line, "code": problem.code, "values": values}


def _refuse_bomb(name: str, content: bytes) -> None:
    if not name.endswith(".xlsx") or not zipfile.is_zipfile(io.BytesIO(content)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            opened = sum(part.file_size for part in book.infolist())
    except zipfile.BadZipFile:
        return  # reading it says so, with its line
    if opened > LARGEST_OPENED_BYTES:
        raise TooLarge("web.too_large", "this workbook is too large when opened")


def _move(source: Path, target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(target)
    except OSError as exc:
        raise Unavailable("web.cannot_write", f"{source.name} cannot be moved ({exc.strerror})") from exc
