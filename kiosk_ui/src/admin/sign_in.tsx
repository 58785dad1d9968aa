// The PIN: set at the first start, asked at every other; large keys, because the booth's panel has no keyboard.
import { ArrowLeft, Contrast, Delete, Languages } from "lucide-react";
import { useEffect, useState, type FormEvent } from "react";
import { Button as Key } from "react-aria-components";
import { Button } from "../components/controls";
import { show, useDisplay } from "../display";
import type { Locale } from "../protocol";
import { ask, useDoing } from "./api";
import { Field, Said } from "./parts";
import { useWords, type ConsoleWords } from "./words";

export interface Session {
  pin_set: boolean;
  pin_length: number;
  may_set_up: boolean;
  signed_in: boolean;
  locked_seconds: number;
  version: string;
  locale: Locale;
  /** this browser is on the booth itself */
  at_the_booth: boolean;
}

interface SignInProps {
  session: Session;
  entered: (isNew: boolean) => void;
  look: () => void;
  pick: (locale: Locale) => void;
  /** to the students' page; null where this is not the booth's panel */
  back: (() => void) | null;
}

const LOCK_LOOK_MS = 10_000;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "delete"];

export function SignIn({ session, entered, look, pick, back }: SignInProps) {
  const words = useWords();
  const { t, locale } = words;
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState<string | null>(null);
  const doing = useDoing();
  const isNew = !session.pin_set;
  const choosing = isNew && again === null;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (choosing) {
      setAgain(pin);
      setPin("");
      return;
    }
    doing.run(async () => {
      try {
        if (isNew && again !== pin) throw new Error(t("signin.differ"));
        await ask("POST", isNew ? "setup" : "login", { pin });
        entered(isNew);
        return "";
      } catch (error) {
        setAgain(null);
        look();
        throw error;
      } finally {
        setPin("");
      }
    });
  };
  const press = (key: string): void =>
    setPin(key === "delete" ? pin.slice(0, -1) : (pin + key).slice(0, session.pin_length));
  const locked = Math.ceil(session.locked_seconds / 60);
  useEffect(() => {
    if (locked === 0) return;
    const timer = setInterval(look, LOCK_LOOK_MS); // it counts down, and opens, before one's eyes
    return () => clearInterval(timer);
  }, [locked, look]);
  return (
    <div className="sign-in">
      <header className="sign-in-top">
        {back && (
          <Button kind="quiet" icon={<ArrowLeft aria-hidden />} onPress={back} testid="to-booth">
            {t("signin.leave")}
          </Button>
        )}
        <span className="console-space" />
        <MoreContrast words={words} />
        <OtherLanguage locale={locale} pick={pick} />
      </header>
      {isNew && !session.may_set_up ? (
        <Elsewhere words={words} />
      ) : (
        <main className="sign-in-main">
          <form onSubmit={send} className="sign-in-form">
            <div className="sign-in-words">
              <h1 className="title">{heading(words, isNew, choosing)}</h1>
              <p className="soft">{isNew ? t("signin.new_lead", { digits: session.pin_length }) : t("signin.lead")}</p>
              {locked > 0 && (
                <p className="said-error" role="alert" data-testid="locked">
                  {t("signin.locked", { minutes: locked })}
                </p>
              )}
              <Field label={t("signin.pin")} secret keys="none" digits={session.pin_length} value={pin} onChange={setPin} testid="pin" />
              <Button
                kind="primary"
                compact
                type="submit"
                isDisabled={pin.length !== session.pin_length || doing.busy || locked > 0}
                testid="enter"
              >
                {t(choosing ? "console.next" : isNew ? "signin.set" : "signin.enter")}
              </Button>
              <Said doing={doing} />
            </div>
            <PinKeys press={press} words={words} />
          </form>
        </main>
      )}
    </div>
  );
}

function OtherLanguage({ locale, pick }: { locale: Locale; pick: (locale: Locale) => void }) {
  const other = locale === "hi" ? "en" : "hi";
  return (
    <Button kind="quiet" icon={<Languages aria-hidden />} onPress={() => pick(other)} testid="other-language">
      <span lang={other}>{other === "en" ? "English" : "हिन्दी"}</span>
    </Button>
  );
}

function MoreContrast({ words: { t } }: { words: ConsoleWords }) {
  const high = useDisplay().contrast === "high";
  return (
    <Button
      kind="quiet"
      icon={<Contrast aria-hidden />}
      aria-pressed={high}
      onPress={() => show({ contrast: high ? "normal" : "high" })}
      testid="more-contrast"
    >
      {t("screen.contrast")}
    </Button>
  );
}

function PinKeys({ press, words: { t } }: { press: (key: string) => void; words: ConsoleWords }) {
  return (
    <div className="keys" role="group" aria-label={t("signin.keys")}>
      {KEYS.map((key, place) =>
        key === "" ? (
          <span key={place} />
        ) : (
          <Key
            key={place}
            className="button compact"
            onPress={() => press(key)}
            aria-label={key === "delete" ? t("signin.delete") : key}
            data-testid={`pin-${key}`}
          >
            {key === "delete" ? <Delete aria-hidden /> : key}
          </Key>
        ),
      )}
    </div>
  );
}

function heading({ t }: ConsoleWords, isNew: boolean, choosing: boolean): string {
  if (!isNew) return t("signin.title");
  return t(choosing ? "signin.new" : "signin.again");
}

function Elsewhere({ words: { t } }: { words: ConsoleWords }) {
  return (
    <main className="sign-in-main">
      <div className="sign-in-words">
        <h1 className="title">{t("signin.elsewhere")}</h1>
        <p>{t("signin.elsewhere_lead")}</p>
      </div>
    </main>
  );
}
