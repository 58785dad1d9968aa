// An earlier history, by the code and the PIN the candidate was given.
import { useState } from "react";
import { useSpeech } from "../booth";
import { Button } from "./controls";
import { Fit } from "./fit";
import { ScreenKeyboard, typed } from "./keyboard";
import { PinPad } from "./pin_pad";
import { Sheet } from "./sheet";

const CODE_LENGTH = 8;

interface ClaimProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** false where code and PIN were not taken: the PIN is asked again */
  onClaim: (code: string, pin: string) => Promise<boolean>;
}

/** Asks for both, one after the other, and forgets them. */
export function Claim({ title, open, onClose, onClaim }: ClaimProps) {
  const { t } = useSpeech();
  const [code, setCode] = useState("");
  const [pin, setPin] = useState("");
  const [step, setStep] = useState<"code" | "pin">("code");
  const close = (): void => {
    setCode("");
    setPin("");
    setStep("code");
    onClose();
  };
  const key = (pressed: string): void => setCode((old) => typed(old, old.length, pressed).text.slice(0, CODE_LENGTH));
  const send = async (): Promise<void> => {
    if (await onClaim(code, pin)) close();
    else setPin("");
  };
  const ready = step === "code" ? code.length === CODE_LENGTH : pin.length >= 4;
  return (
    <Sheet
      title={title}
      open={open}
      onClose={close}
      wide
      testid="claim-sheet"
      actions={
        <Button
          kind="primary"
          isDisabled={!ready}
          onPress={() => (step === "code" ? setStep("pin") : void send())}
          testid="claim-next"
        >
          {t(step === "code" ? "action.next" : "claim.continue")}
        </Button>
      }
    >
      <Fit className="claim-body">
        {step === "code" ? (
          <>
            <p className="code-line">
              <span className="soft">{t("claim.code")}</span>
              <span className="code" data-testid="claim-code" aria-live="polite">
                {code.padEnd(CODE_LENGTH, "·")}
              </span>
            </p>
            <ScreenKeyboard layout="code" onKey={key} />
          </>
        ) : (
          <PinPad value={pin} onChange={setPin} label={t("claim.pin")} />
        )}
      </Fit>
    </Sheet>
  );
}
