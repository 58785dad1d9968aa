// The console's on-screen keys: brought up by a touch on a field, gone with it; they write into that field.
import { SimpleKeyboard as Keyboard } from "simple-keyboard";
import hindi from "simple-keyboard-layouts/build/layouts/hindi";
import { useEffect, useRef, useState } from "react";
import { typed } from "../components/keyboard";
import { useWords, type ConsoleWords } from "./words";

export type KeysName = "text" | "code" | "digits";
type LayoutName = KeysName | "hindi";
type Field = HTMLInputElement | HTMLTextAreaElement;

/** the keys stay until a press that takes the focus has ended: what it presses must not move away under the finger */
const LINGER_MS = 300;
const FOOT = "{shift} {other} {space} {bksp} {hide}";
const LAYOUTS: Record<LayoutName, { default: string[]; shift: string[] }> = {
  text: {
    default: ["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p", "a s d f g h j k l @", "z x c v b n m , . -", FOOT],
    shift: ["! ? ( ) / : ; ' { }", "Q W E R T Y U I O P", "A S D F G H J K L _", "Z X C V B N M & + \"", FOOT],
  },
  hindi: { default: [...rows(hindi.layout.default ?? []), FOOT], shift: [...rows(hindi.layout.shift ?? []), FOOT] },
  // no letter or figure that is easily mistaken for another
  code: { default: ["2 3 4 5 6 7 8 9", "A B C D E F G H J", "K M N P Q R S T", "U V W X Y Z {bksp} {hide}"], shift: [] },
  digits: { default: ["1 2 3 4 5 {bksp}", "6 7 8 9 0 . {hide}"], shift: [] },
};

/** A library layout's rows of letters, without keys that no text here needs. */
function rows(layout: string[]): string[] {
  const kept = (row: string): string => row.split(" ").filter((key) => !/^\{|^[`~|\\]$|^$|.com|^@$/.test(key)).join(" ");
  return layout.map(kept).filter((row) => row !== "").slice(0, 4);
}

/** Follows the focus: which field is to be written into, while fingers are used. */
function useTouchedField(): [Field | null, () => void] {
  const [field, setField] = useState<Field | null>(null);
  useEffect(() => {
    let touched = false;
    let going: ReturnType<typeof setTimeout> | undefined;
    const show = (next: Field | null): void => {
      clearTimeout(going);
      setField(next);
    };
    const point = (event: PointerEvent): void => {
      touched = event.pointerType === "touch";
    };
    // hidden keys come back when the field that has the focus is touched again
    const click = (event: MouseEvent): void => {
      if (touched && isField(event.target) && event.target === document.activeElement) show(event.target);
    };
    const enter = (event: FocusEvent): void => {
      if (touched && isField(event.target)) show(event.target);
    };
    const leave = (): void => {
      clearTimeout(going);
      going = setTimeout(() => setField(null), LINGER_MS);
    };
    addEventListener("pointerdown", point, { capture: true });
    addEventListener("click", click);
    addEventListener("focusin", enter);
    addEventListener("focusout", leave);
    return () => {
      clearTimeout(going);
      removeEventListener("pointerdown", point, { capture: true });
      removeEventListener("click", click);
      removeEventListener("focusin", enter);
      removeEventListener("focusout", leave);
    };
  }, []);
  return [field, () => setField(null)];
}

function isField(target: EventTarget | null): target is Field {
  const isText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return isText && (target.dataset.keys ?? "none") !== "none";
}

/** The keys, at the lower edge, while a field is touched. */
export function ScreenKeys() {
  const words = useWords();
  const [field, hide] = useTouchedField();
  // the other language than the field's: for this field, until another one is touched
  const [other, setOther] = useState<Field | null>(null);
  const kind = (field?.dataset.keys ?? "text") as KeysName;
  const isHindi = (field?.lang === "hi" || (words.locale === "hi" && field?.lang !== "en")) !== (other === field);
  const layout: LayoutName = kind === "text" && isHindi ? "hindi" : kind;
  useEffect(() => {
    document.documentElement.toggleAttribute("data-keys-open", field !== null);
    field?.scrollIntoView({ block: "center" });
  }, [field]);
  if (field === null) return null;
  const press = (key: string): void => {
    if (key === "{hide}") hide();
    else if (key === "{other}") setOther(other === field ? null : field);
    else write(field, key === "{space}" ? " " : key);
  };
  return (
    <div
      className="keys-place"
      role="group"
      aria-label={words.t("keys.title")}
      onMouseDown={(event) => event.preventDefault()} // the field keeps the focus
      data-testid="keys"
    >
      <Board key={layout} layout={layout} words={words} press={press} />
    </div>
  );
}

function Board({ layout, words, press }: { layout: LayoutName; words: ConsoleWords; press: (key: string) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const told = useRef(press);
  useEffect(() => {
    told.current = press;
  });
  useEffect(() => {
    if (place.current === null) return;
    const { t } = words;
    const board = new Keyboard(place.current, {
      layout: LAYOUTS[layout],
      theme: `simple-keyboard keys-${layout}`,
      useButtonTag: true,
      preventMouseDownDefault: true,
      preventMouseUpDefault: true,
      disableCaretPositioning: true,
      display: {
        "{bksp}": "⌫",
        "{shift}": "⇧",
        "{space}": t("keys.space"),
        "{hide}": t("keys.hide"),
        "{other}": layout === "hindi" ? "English" : "हिन्दी",
      },
      buttonAttributes: [
        { attribute: "aria-label", value: t("keys.delete"), buttons: "{bksp}" },
        { attribute: "aria-label", value: t("keys.shift"), buttons: "{shift}" },
      ],
      onKeyPress: (key: string) => {
        const shifted = board.options.layoutName === "shift";
        if (key === "{shift}") board.setOptions({ layoutName: shifted ? "default" : "shift" });
        else told.current(key);
      },
    });
    return () => board.destroy();
  }, [layout, words]);
  return <div ref={place} className="keys-board" />; // the library wants a class
}

/** A key into a field, as if it had been typed: React hears of it by the input event. */
export function write(field: Field, key: string): void {
  const caret = field.selectionStart ?? field.value.length;
  const next = typed(field.value, caret, key);
  if (field.maxLength >= 0 && next.text.length > field.maxLength) return;
  const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, "value")?.set;
  setter?.call(field, next.text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => field.setSelectionRange(next.caret, next.caret));
}
