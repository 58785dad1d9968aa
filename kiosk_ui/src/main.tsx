// The page begins. Its parts are evaluated in a task each: in one they would keep the first paint and the first finger
// waiting for a fifth of a second on a slow processor.
import "./design/page.css";

const PAUSE_MS = 500;

try {
  await import("react-dom/client");
  await import("./components/controls");
  await import("./open");
} catch {
  // the booth went away in the middle of it: a part that failed is not fetched again by this page, but by its next load
  do await new Promise((later) => setTimeout(later, PAUSE_MS));
  while (!(await fetch(location.href, { cache: "no-store" }).then((answer) => answer.ok, () => false)));
  location.reload();
}
