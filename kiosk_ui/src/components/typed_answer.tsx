// An answer typed on the on-screen keyboard (or a real one); the draft goes to the booth as it grows.
import { Check, Languages, Menu } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useSpeech, useWire } from "../booth";
import { Button } from "./controls";
import { QuestionText } from "./asking";
import { ScreenKeyboard, typed, type LayoutName } from "./keyboard";
import { TimeLine } from "./answering";
import { TroubleLine } from "./notices";

const DRAFT_MS = 1500;
const LONGEST = 4000;

export function TypedAnswer() {
  const { t, command, openMenu, locale } = useSpeech();
  const { phase, interview, caption } = useWire("phase", "interview", "caption");
  // after a reload the draft comes back from the booth
  const [text, setText] = useState(caption?.final ?? "");
  const [layout, setLayout] = useState<LayoutName>(locale);
  const field = useRef<HTMLTextAreaElement>(null);
  useDraft(text, (draft) => void command("typing", { text: draft }));
  const key = (pressed: string): void => {
    const caret = field.current?.selectionStart ?? text.length;
    const next = typed(text, caret, pressed);
    setText(next.text.slice(0, LONGEST));
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  return (
    <div className="page typing" data-phase={phase} data-testid="page">
      <main className="typing-main">
        <h1 className="hidden-text">{t("answer.typed_title")}</h1>
        <TroubleLine />
        <QuestionText />
        <textarea
          ref={field}
          value={text}
          maxLength={LONGEST}
          onChange={(event) => setText(event.target.value)}
          placeholder={t("answer.type_here")}
          aria-label={t("answer.typed_label")}
          inputMode="none"
          spellCheck={false}
          autoFocus
          lang={layout === "hi" ? "hi" : "en"}
          data-testid="typed-text"
        />
        <ScreenKeyboard layout={layout} onKey={key} />
      </main>
      <footer className="typing-side">
        <Button kind="quiet" compact icon={<Menu aria-hidden />} onPress={openMenu} testid="menu">
          {t("menu.open")}
        </Button>
        <p className="typing-step small soft">
          {interview && t("question.of", { number: interview.index + 1, count: interview.questions })}
        </p>
        <TimeLine />
        <Button
          compact
          icon={<Languages aria-hidden />}
          onPress={() => setLayout(layout === "hi" ? "en" : "hi")}
          testid="keyboard-language"
        >
          {layout === "hi" ? "English" : "हिन्दी"}
        </Button>
        <Button kind="primary" icon={<Check aria-hidden />} onPress={() => void command("done", { text })} testid="done">
          {t("action.done")}
        </Button>
      </footer>
    </div>
  );
}

/** Sends the draft when it changed, at most every DRAFT_MS. */
function useDraft(text: string, send: (draft: string) => void): void {
  const sent = useRef(text);
  const told = useRef(send);
  useEffect(() => {
    told.current = send;
  }, [send]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      told.current(text);
    }, DRAFT_MS);
    return () => clearTimeout(timer);
  }, [text]);
}
