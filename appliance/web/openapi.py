"""The OpenAPI 3.1 document of every call (``openapi.yaml``), served as JSON."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from appliance import __version__
from appliance.web.wire import reply

SOURCE = Path(__file__).with_name("openapi.yaml")

routes = web.RouteTableDef()


@functools.cache
def document() -> dict[str, Any]:
    """The document, with the version of this booth."""
    found: dict[str, Any] = yaml.safe_load(SOURCE.read_text("utf-8"))
    found["info"]["version"] = __version__
    return found


@routes.get("/api/openapi.json")
async def openapi(request: web.Request) -> web.Response:
    """What can be called, and what comes back."""
    return reply(document())
