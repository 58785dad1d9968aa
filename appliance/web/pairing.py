"""A second screen is let in once by a code that only the operator sees; afterwards by the cookie of this boot."""

from __future__ import annotations

import base64
import hashlib
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
_STYLE = """
body { margin: 0; min-height: 100vh; display: grid; place-content: center; background: #fbf6ef; color: #23282f;
  font: 20px/1.5 Mukta, "Noto Sans Devanagari", "Noto Sans", system-ui, sans-serif; }
form { display: grid; gap: 1rem; width: min(22rem, 90vw); }
label, p { display: grid; margin: 0; }
input, button { min-height: 64px; border: 2px solid #0d5c54; border-radius: 12px; font: inherit; }
input { padding: 0 .6em; letter-spacing: .3em; }
button { background: #0d5c54; color: #fff; font-weight: 600; }
"""
FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Kabil</title><style>{style}</style></head><body><main><h1>Kabil</h1><form method="post" action="/pair">{said}
<label><span>Pairing code of the booth</span><span lang="hi">बूथ का जोड़ने वाला कोड</span>
<input name="code" inputmode="numeric" autocomplete="off" maxlength="8" required autofocus></label>
<button>Pair this screen <span lang="hi">/ यह स्क्रीन जोड़ें</span></button></form></main></body></html>
"""
WRONG = """<p role="alert"><strong>This is not the code, or it is no longer open.</strong>
<strong lang="hi">यह कोड सही नहीं है, या अब खुला नहीं है।</strong></p>"""

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = POLICY.replace("form-action 'none'", "form-action 'self'").replace(
    "style-src 'self'", f"style-src 'sha256-{_STYLE_HASH}'"
)
"""lets the form be sent, and its one style in"""

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


def _page(said: str = "", status: int = 200) -> web.Response:
    """The form, after a refusal with what to say of it."""
    text = FORM.format(style=_STYLE, said=said)
    return web.Response(
        status=status, text=text, content_type="text/html", headers={"Content-Security-Policy": _POLICY}
    )


@routes.get("/pair")
async def form(request: web.Request) -> web.Response:
    """Ask for the code."""
    return _page()


@routes.post("/pair")
async def pair(request: web.Request) -> web.Response:
    """Let the screen in, or not; a browser is asked again."""
    given = parse_qs((await body(request, FORM_BYTES)).decode(errors="replace"))
    try:
        request.app[PAIRING].redeem(given.get("code", [""])[0])
    except Forbidden as refused:
        if "text/html" in request.headers.get("Accept", ""):
            return _page(WRONG, refused.http_status)
        raise
    response = web.Response(status=303, headers={"Location": "/"})
    request.app[GUARD].give_cookie(response, secure=request.secure)
    return response


PAIRING = web.AppKey("pairing", Pairing)
