"""The built page: index with the boot's cookie and never cached; its hashed assets cached for ever."""

from __future__ import annotations

import re

from aiohttp import web

from appliance.errors import NotFound, Unavailable
from appliance.web.parts import PARTS
from appliance.web.security import GUARD

PLAIN_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wav": "audio/wav",
}

routes = web.RouteTableDef()


@routes.get("/")
async def index(request: web.Request) -> web.FileResponse:
    """The page; gives the cookie that commands, events and media need."""
    path = request.app[PARTS].page_dir / "index.html"
    if path.is_symlink() or not path.is_file():
        raise Unavailable("web.no_page", "the page is not built yet: run scripts/setup")
    response = web.FileResponse(path)
    response.content_type = "text/html"
    if not request.secure:  # a second screen has it from pairing
        request.app[GUARD].give_cookie(response)
    return response


@routes.get("/assets/{name}")
async def asset(request: web.Request) -> web.FileResponse:
    """A file of the page. Only plain names of one folder: no path, no link leads out of it."""
    name = request.match_info["name"]  # decoded: it may hold slashes
    path = request.app[PARTS].page_dir / "assets" / name
    kind = TYPES.get(path.suffix)
    if (
        kind is None or not PLAIN_NAME.fullmatch(name) or path.is_symlink() or not path.is_file()
    ):  # in this order
        raise NotFound("web.not_found", "there is nothing here")
    response = web.FileResponse(path, headers={"Cache-Control": FOR_EVER})
    response.content_type = kind
    return response
