"""``kabil serve``: the booth until it is told to stop; with a full-screen browser, or with a recorded candidate."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from appliance import app, demo, doctor, model_setup
from appliance.errors import Unavailable
from appliance.heartbeat import Heartbeat
from appliance.runtime.lifecycle import Lifecycle, Service
from appliance.runtime.model_files import CHECKOUT
from appliance.runtime.starts import count_restart
from appliance.settings import Settings
from appliance.web.parts import WebParts, cannot_restart
from appliance.web.server import Server

log = logging.getLogger(__name__)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET_BROWSER = (
    "--no-first-run",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--hide-crash-restore-bubble",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--disable-features=OverscrollHistoryNavigation,TouchpadOverscrollHistoryNavigation,PullToRefresh,Translate",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pings",
    "--password-store=basic",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)


def serve(settings: Settings, kiosk: bool = False, recorded: bool = False) -> int:
    """Run until SIGTERM or Ctrl-C; 0 after an orderly end.

    Asked to restart by the console, it ends like that under systemd, which starts it again; else it begins anew itself.
    """
    played = demo.prepare(settings) if recorded else None
    booth = app.build(played.settings if played else settings, played.recording if played else None)
    again = asyncio.run(_run(booth, kiosk, played))
    if again and "NOTIFY_SOCKET" not in os.environ:
        os.execv(sys.executable, [sys.executable, "-m", "appliance", *sys.argv[1:]])  # noqa: S606 - ourselves
    return 0


def services_of(booth: app.Booth, restart: Callable[[], None] = cannot_restart) -> list[Service]:
    """Everything that runs in a booth that serves a page."""
    heartbeat = Heartbeat(
        booth.conductor,
        functools.partial(model_setup.fingerprints, booth.settings),
        functools.partial(count_restart, booth.settings.data_dir / "starts.json"),
    )
    parts = WebParts(
        conductor=booth.conductor,
        parts=booth.conductor.parts,
        peers=booth.peers,
        settings=booth.settings,
        health=heartbeat.health,
        page_dir=CHECKOUT / "kiosk_ui" / "dist",
        findings=lambda: list(doctor.examine(booth.settings)["findings"]),
        restart=restart,
    )
    return [*booth.services, Server(parts), heartbeat]


async def _run(booth: app.Booth, kiosk: bool, played: demo.Demo | None) -> bool:
    """Run; whether the console asked for a restart."""
    loop = asyncio.get_running_loop()
    again = asyncio.Event()

    def restart() -> None:
        again.set()
        lifecycle.request_stop()

    lifecycle = Lifecycle(services_of(booth, restart))
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lifecycle.request_stop)
    ready = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        told = loop.create_task(_say_where(booth.settings, ready))
        stack.callback(told.cancel)
        if kiosk:
            await stack.enter_async_context(_browser(address(booth.settings), ready))
        if played is not None:
            acting = loop.create_task(demo.act(played, booth.conductor, ready))
            stack.callback(acting.cancel)
        await lifecycle.run(ready)
    return again.is_set()


def address(settings: Settings) -> str:
    """Where the page is."""
    return f"http://{settings.web.host}:{settings.web.port}"


async def _say_where(settings: Settings, ready: asyncio.Event) -> None:
    await ready.wait()
    sys.stdout.write(f"Kabil is ready: {address(settings)}\n")
    sys.stdout.flush()


@contextlib.asynccontextmanager
async def _browser(url: str, ready: asyncio.Event) -> AsyncIterator[None]:
    """Chromium full screen, with a profile that is thrown away."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise Unavailable("app.no_browser", "Chromium is not installed: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="kabil-page-") as profile:
        opening = asyncio.get_running_loop().create_task(_open(program, url, Path(profile), ready))
        try:
            yield
        finally:
            opening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await opening


async def _open(program: str, url: str, profile: Path, ready: asyncio.Event) -> None:
    await ready.wait()
    browser = await asyncio.create_subprocess_exec(
        program, "--kiosk", f"--app={url}", f"--user-data-dir={profile}", *QUIET_BROWSER
    )
    try:
        log.info("the browser ended: %s", await browser.wait())
    finally:
        if browser.returncode is None:
            browser.terminate()
            await browser.wait()
