"""A second screen is let in once by a code that only the operator sees; afterwards by the cookie of this boot."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from aiohttp import web

from appliance.errors import Forbidden
from appliance.web.security import GUARD, POLICY
from appliance.web.wire import body

CODE_DIGITS = 8
CODE_SECONDS = 600.0
"""our choice"""
WRONG_TRIES = 5
"""our choice; the code is void then"""
FORM_BYTES = 1_000
FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kabil</title></head><body><h1>Kabil</h1><form method="post" action="/pair">
<p><label>Pairing code <input name="code" inputmode="numeric" autocomplete="off" maxlength="8" autofocus></label></p>
<p><button>Pair this screen</button></p></form></body></html>
"""

routes = web.RouteTableDef()


class Pairing:
    """The one code that is open at present, if any.

    Args:
        clock: monotonic seconds (tests give their own).
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._code = ""
        self._until = 0.0
        self._left = 0

    def begin(self) -> str:
        """A new code for one screen; it replaces an earlier one."""
        self._code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        self._until, self._left = self._clock() + CODE_SECONDS, WRONG_TRIES
        return self._code

    def redeem(self, code: str) -> None:
        """Use the code up; raises ``Forbidden("web.wrong_pairing_code")``."""
        is_open = self._left > 0 and self._clock() < self._until
        self._left -= 1
        if not is_open or not hmac.compare_digest(code.encode(), self._code.encode()):
            raise Forbidden("web.wrong_pairing_code", "this is not the code, or it is no longer open")
        self._left = 0


@routes.get("/pair")
async def form(request: web.Request) -> web.Response:
    """Ask for the code."""
    policy = POLICY.replace("form-action 'none'", "form-action 'self'")
    return web.Response(text=FORM, content_type="text/html", headers={"Content-Security-Policy": policy})


@routes.post("/pair")
async def pair(request: web.Request) -> web.Response:
    """Let the screen in, or not."""
    given = parse_qs((await body(request, FORM_BYTES)).decode(errors="replace"))
    request.app[PAIRING].redeem(given.get("code", [""])[0])
    response = web.Response(status=303, headers={"Location": "/"})
    request.app[GUARD].give_cookie(response, secure=request.secure)
    return response


PAIRING = web.AppKey("pairing", Pairing)
