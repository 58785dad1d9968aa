"""The document is valid and names every call there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from appliance.web import openapi
from tests.fakes.booth import Booth


def served(app: web.Application) -> set[tuple[str, str]]:
    """Every call of the running booth, whoever added it."""
    routes = [route for route in app.router.routes() if route.method != "HEAD"]
    assert all(route.resource is not None for route in routes)  # one without would be missed here
    return {
        (route.method.lower(), route.resource.canonical) for route in routes if route.resource is not None
    }


def described() -> set[tuple[str, str]]:
    methods = {"get", "post", "delete", "put", "patch"}
    paths: dict[str, Any] = openapi.document()["paths"]
    return {(method, path) for path, found in paths.items() for method in methods & found.keys()}


def test_the_document_is_valid_openapi() -> None:
    validate(openapi.document(), cls=OpenAPIV31SpecValidator)


async def test_every_call_is_described_and_every_described_call_is_there(booth: Booth) -> None:
    calls = served(booth.server._app)
    assert calls == described()
    assert {("get", "/api/kiosk/notice"), ("post", "/api/admin/pin"), ("get", "/admin")} <= calls


async def test_a_call_that_is_not_described_is_found(booth: Booth) -> None:
    booth.server._app.router._frozen = False  # as if a room had added one more
    booth.server._app.router.add_get("/api/admin/forgotten", openapi.openapi)
    assert served(booth.server._app) - described() == {("get", "/api/admin/forgotten")}


def test_what_is_staffs_says_so() -> None:
    open_calls = {"consolePage", "consoleSession", "consoleSetup", "consoleLogin", "consoleLogout"}
    for path, found in openapi.document()["paths"].items():
        for method, call in found.items():
            if path.startswith(("/admin", "/api/admin")) and method != "parameters":
                wanted: object = None if call["operationId"] in open_calls else [{"staff": []}]
                assert call.get("security") == wanted, (method, path)


async def test_the_document_is_served_to_programs(booth: Booth, tmp_path: Path) -> None:
    async with booth.http.get("/api/openapi.json") as answer:
        assert answer.status == 200
        assert (await answer.json()) == json.loads(json.dumps(openapi.document()))
