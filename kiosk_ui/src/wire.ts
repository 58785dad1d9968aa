// Design and screenshots only: opens one page from a recorded state (?wire=review); not in the product's build.
import { show, type TextSize } from "./display";
import type { Locale, Message } from "./protocol";
import type { Session } from "./session";

const RECORDED = import.meta.glob<Message>("../../tests/data/wire/*.json", { eager: true, import: "default" });

/** Shows the recorded state that the address names; false when it names none. */
export function openRecorded(session: Session): boolean {
  const asked = new URLSearchParams(location.search);
  const name = asked.get("wire");
  const state = name === null ? undefined : RECORDED[`../../tests/data/wire/${name}.json`];
  if (state === undefined) return false;
  const locale = asked.get("locale") as Locale | null;
  session.receive({ ...state, ...(locale === null ? {} : { locale }), reset: true });
  const text = asked.get("text") as TextSize | null;
  if (text !== null) show({ text });
  if (asked.get("contrast") === "high") show({ contrast: "high" });
  return true;
}
