"""Looks at every page from the recorded wire states: screenshots, overflow, small targets, axe; needs `npm run build:wire`."""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import threading
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent.parent
BUILT = HERE / "node_modules" / ".wire"
AXE = HERE / "node_modules" / "axe-core" / "axe.min.js"
WIRE = HERE.parent / "tests" / "data" / "wire"
PANELS = {"1280x800": (1280, 800), "800x480": (800, 480), "800x1280": (800, 1280)}
OPENED: dict[str, list[list[str]]] = {
    "review": [["tab-key-points"], ["tab-timeline"], ["tab-words"], ["how-measured"], ["menu"], ["menu", "tab-sound"],
               ["menu", "tab-privacy"]],
    "results": [["score-fluency"], ["tab-answers"], ["tab-answers", "answer-1"],
                ["tab-answers", "answer-1", "tab-when"], ["tab-plan"], ["tab-progress"]],
    "consent": [["notice"], ["notice", "notice-next"]],
    "role": [["group-software"], ["group-software", "role-software_developer"], ["claim"]],
    "take_home": [["keep"], ["erase"]],
    "attract": [["own-data"]],
}  # fmt: skip
"""what is opened on a page: sheets, tabs, the steps within a phase"""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self'"
)
PROBE = """() => {
  const out = [];
  const seen = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const clipped = (e) => e !== null && (getComputedStyle(e).clipPath !== 'none' || clipped(e.parentElement));
  const name = (e) => e.dataset.testid || e.className?.toString?.() || e.tagName;
  for (const e of document.querySelectorAll('#root *, .veil *')) {
    if (e.closest('svg') || e.closest('.hidden-text') || e.closest('[style*="clip"]') || !seen(e)) continue;
    const r = e.getBoundingClientRect();
    if (r.right > innerWidth + 1 || r.bottom > innerHeight + 1 || r.left < -1 || r.top < -1) out.push('outside ' + name(e));
    if (clipped(e)) continue;
    const hides = getComputedStyle(e).overflowX !== 'visible' || e.children.length === 0;
    if (hides && !e.matches('.captions, .caption-lines, video, textarea, .clamped, .display, .dialog-top *, .live-strip .soft') && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 16)
        && e.clientWidth > 0 && getComputedStyle(e).display !== 'inline')
      out.push('overflow ' + name(e) + ' ' + e.scrollWidth + 'x' + e.scrollHeight + ' in ' + e.clientWidth + 'x' + e.clientHeight);
  }
  const foot = document.querySelector('.page-foot')?.getBoundingClientRect();
  for (const e of document.querySelectorAll('.page-main *')) {
    if (foot && seen(e) && !e.closest('svg') && !e.closest('[style*="clip"]') && e.getBoundingClientRect().bottom > foot.top + 6)
      out.push('over the footer ' + name(e));
  }
  for (const e of document.querySelectorAll('button, a, label[data-testid], [role=tab]')) {
    if (!seen(e) || e.closest('.screen-keyboard') || e.closest('[style*="clip"]')) continue;
    const r = e.getBoundingClientRect();
    if (r.width < 63.5 || r.height < 63.5) out.push('small ' + name(e) + ' ' + Math.round(r.width) + 'x' + Math.round(r.height));
  }
  for (const e of document.querySelectorAll('.hg-button')) {
    const r = e.getBoundingClientRect();
    if (r.width < 46 || r.height < 46) { out.push('small key ' + Math.round(r.width) + 'x' + Math.round(r.height)); break; }
  }
  for (const e of document.querySelectorAll('.fit')) {
    const fit = parseFloat(e.style.getPropertyValue('--fit') || '1');
    // of the normal size, whatever was chosen: the largest words may shrink, never below what is read at arm's length
    const chosen = { normal: 1, large: 1.15, largest: 1.31 }[document.documentElement.dataset.text] ?? 1;
    if (fit * chosen < 0.7) out.push('fit ' + fit.toFixed(2) + ' ' + e.className);
  }
  return [...new Set(out)];
}"""

SETTLED = """() => new Promise((resolve) => {
  let still = 0, frames = 0;
  const changes = new MutationObserver(() => { still = 0; });
  changes.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  const frame = () => {
    still += 1;
    frames += 1;
    const loading = document.fonts.status === 'loading';
    if (frames < 120 && (still < 3 || loading)) return requestAnimationFrame(frame);
    changes.disconnect();
    for (const one of document.getAnimations()) {
      if (one.effect?.getComputedTiming().endTime !== Infinity) one.finish();
    }
    resolve();
  };
  requestAnimationFrame(frame);
})"""
"""until two pictures in a row are drawn of a page that did not change, with its letters there: what follows from a change
comes with the next picture. At most 120 (2 s), as a level may never rest. What moves once is put at its end."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Static files with the product's content security policy."""

    def end_headers(self) -> None:
        """Add the policy."""
        self.send_header("Content-Security-Policy", CSP)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def serve() -> tuple[http.server.ThreadingHTTPServer, str]:
    """The built pages on a free port of loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def states(asked: str) -> list[tuple[str, str]]:
    """Each recorded state with the languages it can be looked at in."""
    found = []
    for path in sorted(WIRE.glob("*.json")):
        if asked and path.stem not in asked.split(","):
            continue
        own = json.loads(path.read_text("utf-8"))["locale"]
        twice = own == "en" and not (WIRE / f"{path.stem}_hi.json").exists()
        found += [(path.stem, locale) for locale in (("en", "hi") if twice else (own,))]
    return found


def look(page: Page, url: str, axe: bool) -> list[str]:
    """What is wrong with one page."""
    problems: list[str] = []
    listen = lambda message: problems.append(f"console {message.text[:160]}") if message.type == "error" else None  # noqa: E731
    page.on("console", listen)
    page.goto(url)
    page.wait_for_selector("[data-testid=page]")
    settle(page)
    problems += found(page, axe)
    page.remove_listener("console", listen)
    return [line for line in problems if "/api/kiosk" not in line and "404" not in line and "whep" not in line]


def found(page: Page, axe: bool) -> list[str]:
    """What the page shows wrongly as it stands."""
    problems: list[str] = page.evaluate(PROBE)
    if axe:
        tags = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']"
        broken = page.evaluate(f"axe.run(document, {{runOnly: {tags}, resultTypes: ['violations']}}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(' | ')))")
        problems += [f"axe {line}" for line in broken]
    return problems


def turn_to(page: Page, name: str, locale: str, text: str) -> None:
    """Another state on the page that is open: quicker than loading it."""
    turn = """(hash) => new Promise((resolve) => {
      if (location.hash === `#${hash}`) return resolve();
      addEventListener('hashchange', () => resolve(), { once: true });
      location.hash = hash;
    })"""
    page.evaluate(turn, f"wire={name}&locale={locale}&text={text}")
    settle(page)


def open_on(page: Page, name: str, locale: str, text: str, taps: Sequence[str]) -> list[str]:
    """Turn to a state and touch what lies on it, one after another; the test ids that were not there."""
    turn_to(page, "goodbye", locale, text)  # closes what is open
    page.keyboard.press("Escape")
    turn_to(page, name, locale, text)
    return [testid for testid in taps if not _touch(page, testid)]


def _touch(page: Page, testid: str) -> bool:
    control = page.get_by_test_id(testid).first
    if control.count() == 0:
        return False
    control.click(timeout=5000)
    settle(page)
    return True


def settle(page: Page) -> None:
    """Wait until the page stands as it will be looked at."""
    page.evaluate(SETTLED)


def round_trip(browser: Browser, base: str, args: argparse.Namespace) -> int:
    """Every state on every panel; the number of problems."""
    count = 0
    for panel in args.panels.split(","):
        width, height = PANELS[panel]
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        if args.axe:
            context.add_init_script(path=str(AXE))
        page = context.new_page()
        for name, locale in states(args.states):
            url = f"{base}/?wire={name}&locale={locale}&text={args.text}&contrast={args.contrast}"
            for problem in look(page, url, args.axe):
                count += 1
                print(f"{panel} {name} {locale}: {problem}")
            if args.out:
                page.screenshot(path=str(Path(args.out) / f"{name}.{locale}.{panel}.{args.text}.png"))
        context.close()
    return count


def main() -> None:
    """Parse, look, and say how many problems there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", default="")
    parser.add_argument("--panels", default=",".join(PANELS))
    parser.add_argument("--text", default="normal", choices=("normal", "large", "largest"))
    parser.add_argument("--contrast", default="normal")
    parser.add_argument("--axe", action="store_true")
    parser.add_argument("--out", default="")
    args = parser.parse_args()
    if args.out:
        Path(args.out).mkdir(parents=True, exist_ok=True)
    server, base = serve()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        count = round_trip(browser, base, args)
        browser.close()
    server.shutdown()
    print(f"{count} problems")


if __name__ == "__main__":
    main()
