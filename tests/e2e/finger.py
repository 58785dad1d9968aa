"""A finger by the DevTools protocol alone: what a test driver puts into the page would be measured with it."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.e2e.devtools import Session

PATIENCE_SECONDS = 40.0
POLL_SECONDS = 0.05
PRESS_SECONDS = 0.06

MIDDLE = """(e) => {
  const r = e?.getBoundingClientRect();
  if (!r?.width) return null;
  const [x, y] = [r.x + r.width / 2, r.y + r.height / 2];
  return e.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
}"""
"""of an element that a finger can reach: nothing lies over it"""


class Finger:
    """Taps by test id; tells what it finds."""

    def __init__(self, session: Session, settle_seconds: float) -> None:
        self._session = session
        self._settle_seconds = settle_seconds

    def value(self, expression: str) -> Any:
        """What an expression gives in the page."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        return self._session.send("Runtime.evaluate", asked)["result"].get("value")

    def at(self, phase: str) -> None:
        """Wait for a phase's page."""
        self._wait(f"!!document.querySelector('[data-phase=\"{phase}\"]')")
        time.sleep(self._settle_seconds)

    def see(self, testid: str) -> None:
        """Wait for something, with nothing over the page any more."""
        self._wait(f"document.querySelector('[data-testid={testid}]') && !document.querySelector('.veil')")

    def tap(self, *testids: str) -> None:
        """Touch one control after the other."""
        for testid in testids:
            self.touch(f"[data-testid={json.dumps(testid)}]", testid)

    def touch(self, selector: str, step: str) -> None:
        """Touch the middle of something."""
        x, y = self._wait(f"({MIDDLE})(document.querySelector({json.dumps(selector)}))")
        self.mark(step)
        finger = {"x": x, "y": y}
        self._session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger]})
        time.sleep(PRESS_SECONDS)
        self._session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        time.sleep(self._settle_seconds)

    def write(self, text: str) -> None:
        """Words into the field that has the focus."""
        self._session.send("Input.insertText", {"text": text})

    def mark(self, step: str) -> None:
        """A step begins: nothing is noted of it here."""

    def _wait(self, expression: str) -> Any:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            if found := self.value(expression):
                return found
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"{expression}: {self.value('document.body.innerText')}")
