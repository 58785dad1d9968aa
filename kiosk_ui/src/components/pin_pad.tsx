// Figures for a PIN: twelve large keys, what was typed shown as dots.
import { Delete } from "lucide-react";
import { memo, useCallback, type Dispatch, type ReactNode, type SetStateAction } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useSpeech } from "../booth";

interface PinPadProps {
  value: string;
  onChange: Dispatch<SetStateAction<string>>;
  label: string;
}

const LONGEST = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
const DELETE = "delete";
const DELETE_SIGN = <Delete aria-hidden />;

export function PinPad({ value, onChange, label }: PinPadProps) {
  const { t } = useSpeech();
  const press = useCallback(
    (key: string): void => onChange((pin) => (key === DELETE ? pin.slice(0, -1) : (pin + key).slice(0, LONGEST))),
    [onChange],
  );
  return (
    <div className="pin-pad" role="group" aria-label={label}>
      <p className="pin-shown" aria-live="polite">
        <span className="soft">{label}</span>
        <span className="pin-dots" aria-hidden>
          {Array.from({ length: LONGEST }, (_, i) => (
            <span key={i} className={i < value.length ? "full" : ""} />
          ))}
        </span>
        <span className="hidden-text">{t("pin.typed", { count: value.length })}</span>
      </p>
      <div className="pin-keys">
        {KEYS.map((key) => (
          <PinKey key={key} name={key} onKey={press}>
            {key}
          </PinKey>
        ))}
        <PinKey name={DELETE} label={t("keyboard.delete")} onKey={press}>
          {DELETE_SIGN}
        </PinKey>
      </div>
    </div>
  );
}

interface PinKeyProps {
  name: string;
  label?: string;
  onKey: (name: string) => void;
  children: ReactNode;
}

/** Drawn once: a press draws the dots, not the twelve keys again. */
const PinKey = memo(function PinKey({ name, label, onKey, children }: PinKeyProps) {
  const shape = name === DELETE ? "button compact wide" : "button compact";
  return (
    <AriaButton
      className={shape}
      {...(label === undefined ? {} : { "aria-label": label })}
      onPress={() => onKey(name)}
      data-testid={`pin-${name}`}
    >
      {children}
    </AriaButton>
  );
});
