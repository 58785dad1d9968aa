// Figures for a PIN: twelve large keys, what was typed shown as dots.
import { Delete } from "lucide-react";
import { Button as AriaButton } from "react-aria-components";
import { useSpeech } from "../booth";

interface PinPadProps {
  value: string;
  onChange: (pin: string) => void;
  label: string;
}

const LONGEST = 6;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

export function PinPad({ value, onChange, label }: PinPadProps) {
  const { t } = useSpeech();
  const press = (key: string): void => onChange((value + key).slice(0, LONGEST));
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
          <AriaButton key={key} className="button compact" onPress={() => press(key)} data-testid={`pin-${key}`}>
            {key}
          </AriaButton>
        ))}
        <AriaButton
          className="button compact wide"
          aria-label={t("keyboard.delete")}
          onPress={() => onChange(value.slice(0, -1))}
          data-testid="pin-delete"
        >
          <Delete aria-hidden />
        </AriaButton>
      </div>
    </div>
  );
}
