"""Serves a whole booth, as ``kabil serve`` does, in a process of its own, for the attacks on it.

``python -m tests.web.serve_booth FOLDER``: the page lies in FOLDER/kiosk_ui/dist. Rates are out of the way, so that
each attack meets what stands behind them (the rates have their own tests). ``--hasty``: short limits of time.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from appliance import app, serving
from appliance.runtime.lifecycle import Lifecycle
from appliance.settings import load
from appliance.web import limits, security, server, wire
from appliance.web.server import Server

HASTY_SECONDS = 3.0


def main(folder: Path, *, hasty: bool) -> None:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    security.RATES = dict.fromkeys(security.RATES, (1e6, 10**6))
    if hasty:
        limits.Connections.__init__.__defaults__ = (limits.CONNECTIONS, HASTY_SECONDS)
        wire.BODY_SECONDS = server.KEEPALIVE_SECONDS = server.UNREAD_SECONDS = HASTY_SECONDS
    vars(serving)["CHECKOUT"] = folder
    asyncio.run(_serve(app.build(load())))


async def _serve(booth: app.Booth) -> None:
    services = serving.services_of(booth)
    lifecycle, ready = Lifecycle(services), asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lifecycle.request_stop)
    async with asyncio.TaskGroup() as group:
        group.create_task(lifecycle.run(ready))
        await ready.wait()
        (web,) = [service for service in services if isinstance(service, Server)]
        routes = [[r.method, r.resource.canonical] for r in web._app.router.routes() if r.resource]
        sys.stdout.write(json.dumps({"port": web.port, "routes": routes}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), hasty="--hasty" in sys.argv)
