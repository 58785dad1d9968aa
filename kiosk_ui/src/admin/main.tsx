// The placement cell's console begins.
import { createRoot } from "react-dom/client";
import "../design/fonts.css";
import "../design/tokens.css";
import "../design/base.css";
import "../design/controls.css";
import "../design/framing.css";
import "./admin.css";
import { apply } from "../display";
import { Console } from "./console";

// a finger that rests brings up no menu of the browser; a mouse may
addEventListener("contextmenu", (event) => (event as PointerEvent).pointerType === "touch" && event.preventDefault());
apply();
const place = document.getElementById("root");
if (place !== null) createRoot(place).render(<Console />);
