// The PIN: set at the first start, asked at every other; large keys, because the booth's panel has no keyboard.
import { Delete } from "lucide-react";
import { useState, type FormEvent } from "react";
import { Button as Key } from "react-aria-components";
import { Button } from "../components/controls";
import { ask, useDoing } from "./api";
import { Field, Said } from "./parts";

export interface Session {
  pin_set: boolean;
  pin_length: number;
  may_set_up: boolean;
  signed_in: boolean;
  locked_seconds: number;
  version: string;
}

interface SignInProps {
  session: Session;
  entered: (isNew: boolean) => void;
  look: () => void;
}

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "delete"];

export function SignIn({ session, entered, look }: SignInProps) {
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
        if (isNew && again !== pin) throw new Error("The two PINs differ. Choose one again.");
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
  if (isNew && !session.may_set_up) return <Elsewhere />;
  const locked = Math.ceil(session.locked_seconds / 60);
  return (
    <main className="sign-in">
      <form onSubmit={send} className="sign-in-form">
        <h1 className="title">{heading(isNew, choosing)}</h1>
        <p className="soft">{isNew ? explainNew(session.pin_length) : "For the staff of the placement cell."}</p>
        {locked > 0 && (
          <p className="said-error" role="alert">
            Too many wrong PINs. Try again in {locked} {locked === 1 ? "minute" : "minutes"}.
          </p>
        )}
        <Field label="PIN" type="password" digits={session.pin_length} value={pin} onChange={setPin} testid="pin" />
        <div className="keys" role="group" aria-label="Keys for the PIN">
          {KEYS.map((key, place) =>
            key === "" ? (
              <span key={place} />
            ) : (
              <Key key={place} className="button compact" onPress={() => press(key)} aria-label={key}>
                {key === "delete" ? <Delete aria-hidden /> : key}
              </Key>
            ),
          )}
        </div>
        <Button
          kind="primary"
          type="submit"
          isDisabled={pin.length !== session.pin_length || doing.busy || locked > 0}
          testid="enter"
        >
          {choosing ? "Next" : isNew ? "Set this PIN" : "Sign in"}
        </Button>
        <Said doing={doing} />
      </form>
    </main>
  );
}

function heading(isNew: boolean, choosing: boolean): string {
  if (!isNew) return "Placement cell";
  return choosing ? "Welcome. Choose a PIN." : "The same PIN once more";
}

function explainNew(length: number): string {
  return `${length} digits. Everybody who knows it can use this console. It cannot be read back: write it down and lock it away.`;
}

function Elsewhere() {
  return (
    <main className="sign-in">
      <div className="sign-in-form">
        <h1 className="title">Not set up yet</h1>
        <p>The first PIN is set at the booth itself, not over the network.</p>
      </div>
    </main>
  );
}
