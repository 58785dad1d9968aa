// The page begins. Its parts are evaluated in a task each: in one they would keep the first paint and the first finger
// waiting for a fifth of a second on a slow processor.
import "./design/page.css";

await import("react-dom/client");
await import("./components/controls");
await import("./open");
