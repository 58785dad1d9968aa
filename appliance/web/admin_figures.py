"""What staff see: figures of groups, the reports whose candidates pressed Share, and both as tables."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from aiohttp import hdrs, web

from appliance.errors import NotFound
from appliance.web.admin_session import CONSOLE, note
from appliance.web.admin_stick import stick_of, write
from appliance.web.admin_tables import Table, cohort_table, shared_table, to_csv, to_xlsx
from appliance.web.api import rendered
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, reply

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS: dict[str, tuple[Callable[[list[Table]], bytes], str]] = {
    "csv": (lambda tables: to_csv(tables[0]), "text/csv"),
    "xlsx": (to_xlsx, XLSX),
}

routes = web.RouteTableDef()


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which one."""

    session_id: str


@routes.get("/api/admin/cohort")
async def cohort(request: web.Request) -> web.Response:
    """Counts and means of groups. The span is fixed: two spans could be subtracted to show one person."""
    return reply({**await request.app[PARTS].parts.store.cohort(), "titles": _titles(request)})


@routes.get("/api/admin/shared")
async def shared(request: web.Request) -> web.Response:
    """Interviews whose candidates pressed Share."""
    return reply({"shared": await request.app[PARTS].parts.store.shared(), "titles": _titles(request)})


def _titles(request: web.Request) -> dict[str, dict[str, str]]:
    """Role -> language -> what it is called."""
    return {role.id: dict(role.titles) for role in request.app[PARTS].parts.bank.roles()}


@routes.get(r"/api/admin/shared/{session_id}.pdf")
async def shared_report(request: web.Request) -> web.Response:
    """A report that was shared, as a download."""
    content, name = await _report(request, request.match_info["session_id"])
    return _file(content, "application/pdf", name)


@routes.post("/api/admin/stick/report")
async def report_to_stick(request: web.Request) -> web.Response:
    """A report that was shared, onto the stick."""
    asked, folder = await arguments(request, Report), stick_of(request)
    content, name = await _report(request, asked.session_id)
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(write, folder / name, content)
    return reply({"name": name})


async def _report(request: web.Request, session_id: str) -> tuple[bytes, str]:
    """A shared report and its file's name; any other is not there."""
    store = request.app[PARTS].parts.store
    if not any(row["session_id"] == session_id for row in await store.shared()):
        raise NotFound("web.not_shared", "there is no such report, or it was not shared")
    record = await store.get(session_id)
    page = await rendered(request, record)
    await note(request, "report_read")
    return page, f"kabil-report-{record.started_at[:10]}-{record.report_number}.pdf"


@routes.get(r"/api/admin/export/{name:cohort|shared}.{kind:csv|xlsx}")
async def export(request: web.Request) -> web.Response:
    """A table to open elsewhere."""
    name, kind = request.match_info["name"], request.match_info["kind"]
    made = await table(request, name)
    write, content_type = WRITERS[kind]
    async with request.app[CONSOLE].moving:
        content = await asyncio.to_thread(write, [made])
    await note(request, "exported", table=name, kind=kind, rows=len(made.rows))
    return _file(content, content_type, f"kabil-{name}-{datetime.now(UTC):%Y-%m-%d}.{kind}")


async def table(request: web.Request, name: str) -> Table:
    """The table of a name: "cohort" or "shared"."""
    store = request.app[PARTS].parts.store
    return cohort_table(await store.cohort()) if name == "cohort" else shared_table(await store.shared())


def _file(content: bytes, content_type: str, name: str) -> web.Response:
    headers: dict[str, Any] = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
    return web.Response(body=content, content_type=content_type, headers=headers)
