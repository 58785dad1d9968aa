// Design and screenshots only: opens one page from a recorded state (?wire=review); not in the product's build.
import { show, type TextSize } from "./display";
import type { Locale, Message } from "./protocol";
import type { Session } from "./session";

const RECORDED = import.meta.glob<Message>("../../tests/data/wire/*.json", { eager: true, import: "default" });

/** Shows the recorded state that the address names; false when it names none. `#wire=…` then shows another. */
export function openRecorded(session: Session): boolean {
  addEventListener("hashchange", () => shown(session, new URLSearchParams(location.hash.slice(1))));
  return shown(session, new URLSearchParams(location.search));
}

function shown(session: Session, asked: URLSearchParams): boolean {
  const name = asked.get("wire");
  const state = name === null ? undefined : RECORDED[`../../tests/data/wire/${name}.json`];
  if (state === undefined) return false;
  const text = asked.get("text") as TextSize | null;
  if (text !== null) show({ text });
  if (asked.get("contrast") === "high") show({ contrast: "high" });
  const locale = asked.get("locale") as Locale | null;
  session.receive({ ...state, ...(locale === null ? {} : { locale }), reset: true });
  return true;
}
