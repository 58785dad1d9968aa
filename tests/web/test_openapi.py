"""The document is valid and names every call there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from appliance.web import api, events, kabil_api, media, openapi, own_data, page, pairing, streams
from tests.fakes.booth import Booth

ROOMS = (api, events, kabil_api, media, openapi, own_data, page, pairing, streams)
UNSPOKEN = {("get", "/favicon.ico")}


def served() -> set[tuple[str, str]]:
    app = web.Application()
    for room in ROOMS:
        app.add_routes(room.routes)
    return {
        (route.method.lower(), route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    } - UNSPOKEN


def described() -> set[tuple[str, str]]:
    methods = {"get", "post", "delete", "put", "patch"}
    paths: dict[str, Any] = openapi.document()["paths"]
    return {(method, path) for path, found in paths.items() for method in methods & found.keys()}


def test_the_document_is_valid_openapi() -> None:
    validate(openapi.document(), cls=OpenAPIV31SpecValidator)


def test_every_call_is_described_and_every_described_call_is_there() -> None:
    assert served() == described()


async def test_the_document_is_served_to_programs(booth: Booth, tmp_path: Path) -> None:
    async with booth.http.get("/api/openapi.json") as answer:
        assert answer.status == 200
        assert (await answer.json()) == json.loads(json.dumps(openapi.document()))
