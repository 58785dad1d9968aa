"""The notice that candidates read: every version, a site's own ones, which is in force; and its text for the page."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
from aiohttp import web

from appliance.errors import NotFound
from appliance.store.notices import CONTACT, LONGEST, MOST_LINES, NEEDED, SHIPPED, Texts, problems_of
from appliance.store.retention import utc
from appliance.web.admin_live import LIVE
from appliance.web.admin_session import CONSOLE, note
from appliance.web.parts import PARTS
from appliance.web.wire import arguments, reply

NOTICE_BYTES = 60_000

routes = web.RouteTableDef()
for_the_page = web.RouteTableDef()


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new version."""

    texts: Texts


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One that exists."""

    version: str


@for_the_page.get("/api/kiosk/notice")
async def in_force(request: web.Request) -> web.Response:
    """The site's own notice that is in force; the page itself has the one that came with the booth."""
    notices = request.app[PARTS].parts.store.notices
    if notices.in_force == SHIPPED:
        raise NotFound("store.no_notice", "the notice that came with the booth is in force")
    return reply(await asyncio.to_thread(notices.read, notices.in_force))


@routes.get("/api/admin/notices")
async def listing(request: web.Request) -> web.Response:
    """All versions, newest first, and the rules for a new one."""
    notices = request.app[PARTS].parts.store.notices
    rules = {"needed": NEEDED, "contact": CONTACT, "longest": LONGEST, "most_lines": MOST_LINES}
    versions = await asyncio.to_thread(notices.versions)
    contact = request.app[PARTS].settings.web.grievance_contact
    told = {"in_force": notices.in_force, "chosen": notices.chosen, "shipped": SHIPPED, "contact": contact}
    return reply({**told, "versions": versions, "rules": rules})


@routes.post("/api/admin/notices")
async def write(request: web.Request) -> web.Response:
    """Keep a new version, and choose it; with something missing nothing is kept."""
    asked = await arguments(request, Written, NOTICE_BYTES)
    problems = problems_of(asked.texts)
    if problems:
        message = "the notice lacks something; nothing was kept"
        return reply({"error": "web.bad_notice", "message": message, "places": problems}, 400)
    notices = request.app[PARTS].parts.store.notices
    async with request.app[CONSOLE].moving:
        version = await asyncio.to_thread(notices.add, asked.texts, utc(datetime.now(UTC)))
        await asyncio.to_thread(notices.choose, version)
    await note(request, "notice_written", version=version)
    return reply({"version": version, "now": await request.app[LIVE].renew()})


@routes.post("/api/admin/notices/choose")
async def choose(request: web.Request) -> web.Response:
    """Choose a version that exists."""
    asked = await arguments(request, Version)
    async with request.app[CONSOLE].moving:
        await asyncio.to_thread(request.app[PARTS].parts.store.notices.choose, asked.version)
    await note(request, "notice_chosen", version=asked.version)
    return reply({"version": asked.version, "now": await request.app[LIVE].renew()})
