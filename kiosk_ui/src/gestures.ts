// A booth, not a browser: long-press menu, pinch, zoom keys, dragging and swiping do nothing; every touch is presence.

const ZOOM_KEYS: ReadonlySet<string> = new Set(["+", "-", "=", "0"]);
const STOPPED = ["contextmenu", "gesturestart", "gesturechange", "dragstart", "selectstart"] as const;

/** Deadens the page's gestures; what is typed into a text field stays selectable. */
export function deaden(page: Document, presence: () => void): void {
  for (const name of STOPPED) page.addEventListener(name, (event) => inText(event) && name === "selectstart" || event.preventDefault());
  page.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  page.addEventListener("touchmove", (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
  page.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && ZOOM_KEYS.has(event.key)) event.preventDefault();
    presence();
  });
  page.addEventListener("pointerdown", presence);
}

function inText(event: Event): boolean {
  return event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
}
