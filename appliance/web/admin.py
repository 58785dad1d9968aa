"""The placement cell's console: its page, and all its calls behind one door."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from appliance.errors import Unavailable
from appliance.web import (
    admin_audit,
    admin_data,
    admin_figures,
    admin_live,
    admin_notices,
    admin_packs,
    admin_session,
    admin_site,
    admin_template,
    admin_trial,
)
from appliance.web.admin_pin import ConsolePin
from appliance.web.admin_session import CONSOLE, Console, staff_only
from appliance.web.parts import PARTS

ROOMS = (
    admin_figures,
    admin_packs,
    admin_template,
    admin_site,
    admin_data,
    admin_audit,
    admin_notices,
    admin_trial,
)
"""all of whose calls are for staff only"""

page = web.RouteTableDef()


def add_to(app: web.Application) -> None:
    """Add the console to the booth's application; what is not the page or the sign-in is for staff only."""
    app[CONSOLE] = Console(ConsolePin(app[PARTS].settings.data_dir))
    app[admin_live.LIVE] = admin_live.Live(app[PARTS])
    app[admin_trial.TRIAL] = admin_trial.Trial(app[PARTS])
    app.cleanup_ctx.extend([admin_live.follow, admin_trial.end_with_the_server])
    app.add_routes([*page, *admin_session.routes, *admin_notices.for_the_page])
    app.router.add_post("/api/admin/pin", staff_only(admin_session.change_pin))
    for room in ROOMS:
        app.add_routes(list(_guarded(room.routes)))


def _guarded(routes: Iterable[web.AbstractRouteDef]) -> Iterable[web.RouteDef]:
    for route in routes:
        assert isinstance(route, web.RouteDef)
        yield web.RouteDef(route.method, route.path, staff_only(route.handler), route.kwargs)


@page.get("/admin")
async def console(request: web.Request) -> web.FileResponse:
    """The console's page; holds no data."""
    path = request.app[PARTS].page_dir / "admin.html"
    if path.is_symlink() or not path.is_file():
        raise Unavailable("web.no_page", "the console is not built yet: run scripts/setup")
    response = web.FileResponse(path)
    response.content_type = "text/html"
    return response
