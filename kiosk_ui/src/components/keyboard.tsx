// The on-screen keyboard: English QWERTY, Devanagari, and capitals for codes; keys write into one text.
import english from "simple-keyboard-layouts/build/layouts/english";
import hindi from "simple-keyboard-layouts/build/layouts/hindi";
import { SimpleKeyboard as Keyboard } from "simple-keyboard";
import { useEffect, useRef } from "react";
import { useSpeech } from "../booth";

export type LayoutName = "en" | "hi" | "code";
type Layout = Record<"default" | "shift", string[]>;

const DROPPED: ReadonlySet<string> = new Set(["{tab}", "{lock}", "{enter}", ".com", "@", "\\", "`", "~", "|", '""', "[", "]", "{", "}", "=", "+"]);
const LAYOUTS: Record<LayoutName, Layout> = {
  en: trimmed(english.layout as Layout),
  hi: trimmed(hindi.layout as Layout),
  // no letter or figure that is easily mistaken for another
  code: { default: ["2 3 4 5 6 7 8 9", "A B C D E F G H J", "K M N P Q R S T", "U V W X Y Z {bksp}"], shift: [] },
};

interface ScreenKeyboardProps {
  layout: LayoutName;
  onKey: (key: string) => void;
}

/** Calls `onKey` with a character, or with `{bksp}`; shift is its own affair. */
export function ScreenKeyboard({ layout, onKey }: ScreenKeyboardProps) {
  const { t } = useSpeech();
  const place = useRef<HTMLDivElement>(null);
  const told = useRef(onKey);
  useEffect(() => {
    told.current = onKey;
  }, [onKey]);
  useEffect(() => {
    if (place.current === null) return;
    const keyboard = new Keyboard(place.current, {
      layout: LAYOUTS[layout],
      theme: `simple-keyboard keys-${layout}`,
      useButtonTag: true,
      preventMouseDownDefault: true,
      preventMouseUpDefault: true,
      disableCaretPositioning: true,
      display: { "{bksp}": "⌫", "{shift}": "⇧", "{space}": t("keyboard.space") },
      buttonAttributes: [
        { attribute: "aria-label", value: t("keyboard.delete"), buttons: "{bksp}" },
        { attribute: "aria-label", value: t("keyboard.shift"), buttons: "{shift}" },
      ],
      onKeyPress: (key: string) => press(keyboard, key, told.current),
    });
    return () => keyboard.destroy();
  }, [layout, t]);
  return <div className="screen-keyboard" ref={place} data-testid="keyboard" />;
}

function press(keyboard: Keyboard, key: string, tell: (key: string) => void): void {
  const shifted = keyboard.options.layoutName === "shift";
  if (key === "{shift}") keyboard.setOptions({ layoutName: shifted ? "default" : "shift" });
  else {
    tell(key === "{space}" ? " " : key);
    if (shifted) keyboard.setOptions({ layoutName: "default" });
  }
}

/** A library layout without the keys that an answer does not need. */
function trimmed(layout: Layout): Layout {
  const rows = (list: string[]): string[] =>
    list.map((row) => row.split(" ").filter((key) => key !== "" && !DROPPED.has(key)).join(" ")).filter((row) => row !== "");
  const last = (list: string[]): string[] => [...list.slice(0, -1), "{space}"];
  return { default: last(rows(layout.default)), shift: last(rows(layout.shift)) };
}

/** The text after a key, and the caret after it. */
export function typed(text: string, caret: number, key: string): { text: string; caret: number } {
  if (key !== "{bksp}") return { text: text.slice(0, caret) + key + text.slice(caret), caret: caret + key.length };
  // a whole code point, so that no half character is left
  const before = [...text.slice(0, caret)].slice(0, -1).join("");
  return { text: before + text.slice(caret), caret: before.length };
}
