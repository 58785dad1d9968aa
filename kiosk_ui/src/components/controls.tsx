// The touchable things, on React Aria's accessible primitives with the design system's classes.
import { Check, Minus, Plus } from "lucide-react";
import { startTransition, type ReactNode } from "react";
import {
  Button as AriaButton,
  Radio,
  RadioGroup,
  Switch,
  type ButtonProps as AriaButtonProps,
} from "react-aria-components";

interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  kind?: "primary" | "quiet" | "danger" | "plain";
  compact?: boolean;
  icon?: ReactNode;
  children: ReactNode;
  testid?: string;
}

type Press = AriaButtonProps["onPress"];

/** The pressed look is drawn at once; what the press opens is drawn in slices after it. */
export function unhurried(onPress: Press): Press {
  return onPress && ((event) => startTransition(() => onPress(event)));
}

/** A button; `primary` is the page's one main action. */
export function Button({ kind = "plain", compact = false, icon, children, testid, onPress, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} onPress={unhurried(onPress)} data-testid={testid} className={`button ${kind} ${compact ? "compact" : ""}`}>
      {icon}
      <span>{children}</span>
    </AriaButton>
  );
}

interface ChoiceButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  title: string;
  note?: string;
  icon?: ReactNode;
  testid: string;
}

/** A choice that leads on at once. */
export function ChoiceButton({ title, note, icon, testid, onPress, ...rest }: ChoiceButtonProps) {
  return (
    <AriaButton {...rest} onPress={unhurried(onPress)} data-testid={testid} className="choice">
      {icon}
      <span>
        {title}
        {note && <span className="note">{note}</span>}
      </span>
    </AriaButton>
  );
}

export interface Option<T extends string> {
  id: T;
  title: string;
  note?: string;
}

interface OptionsProps<T extends string> {
  label: string;
  options: Option<T>[];
  value: T | null;
  onChange: (value: T) => void;
  prefix: string;
  className?: string;
  invalid?: boolean;
  hideLabel?: boolean;
}

/** One of a few, as a radio group; its test ids are `prefix-id`. */
export function Options<T extends string>(props: OptionsProps<T>) {
  const { label, options, value, onChange, prefix, className = "", invalid = false, hideLabel = false } = props;
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onChange={(chosen) => onChange(chosen as T)}
      isInvalid={invalid}
      className={`options ${className}`}
    >
      {!hideLabel && (
        <span className="options-label" aria-hidden>
          {label}
        </span>
      )}
      <div className="choices">
        {options.map((option) => (
          <Radio key={option.id} value={option.id} className="choice" data-testid={`${prefix}-${option.id}`}>
            <span className="tick">
              <Check aria-hidden strokeWidth={3} />
            </span>
            <span>
              {option.title}
              {option.note && <span className="note">{option.note}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

interface SwitchProps {
  name: string;
  note?: string;
  on: boolean;
  off?: boolean;
  words: { yes: string; no: string };
  onChange: (on: boolean) => void;
  testid: string;
}

/** A switch that says in words whether it is on. */
export function SwitchRow({ name, note, on, off = false, words, onChange, testid }: SwitchProps) {
  return (
    <Switch isSelected={on} isDisabled={off} onChange={onChange} className="switch" data-testid={testid}>
      <span className="words">
        <span className="name">{name}</span>
        {note && <span className="note">{note}</span>}
      </span>
      <span className="side" aria-hidden>
        {on ? words.yes : words.no}
      </span>
      <span className="track" aria-hidden>
        <span className="knob" />
      </span>
    </Switch>
  );
}

interface StepperProps {
  label: string;
  value: number;
  shown: string;
  step: number;
  onChange: (value: number) => void;
  words: { less: string; more: string };
  testid: string;
}

/** A number from 0 to 100 in steps, without dragging. */
export function Stepper({ label, value, shown, step, onChange, words, testid }: StepperProps) {
  const to = (next: number): void => onChange(Math.min(100, Math.max(0, next)));
  return (
    <div className="stepper" role="group" aria-label={label}>
      <span className="name">{label}</span>
      <AriaButton
        className="button compact"
        aria-label={words.less}
        isDisabled={value <= 0}
        onPress={() => to(value - step)}
        data-testid={`${testid}-less`}
      >
        <Minus aria-hidden />
      </AriaButton>
      <output className="value" data-testid={testid}>
        {shown}
      </output>
      <AriaButton
        className="button compact"
        aria-label={words.more}
        isDisabled={value >= 100}
        onPress={() => to(value + step)}
        data-testid={`${testid}-more`}
      >
        <Plus aria-hidden />
      </AriaButton>
    </div>
  );
}
