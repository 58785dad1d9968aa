// The page itself: display, dead gestures, the connection, the view.
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { apply } from "./display";
import { deaden } from "./gestures";
import { followPanel } from "./panel";
import { Session } from "./session";

apply();
const session = new Session();
deaden(document, session.presence);
followPanel(session);
const place = document.getElementById("root");
if (place !== null) createRoot(place).render(<App session={session} />);
if (import.meta.env.DEV || import.meta.env.MODE === "wire") {
  const { openRecorded } = await import("./wire");
  if (!openRecorded(session)) session.open();
} else {
  session.open();
}
