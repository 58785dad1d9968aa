// What the camera noticed besides: shown to the candidate, in no score. Only what was measured is said.
import { useBooth } from "../booth";
import type { Review } from "../protocol";
import type { Key, Words } from "../text";

/** an expression seen in less of the time is not named (our choice) */
const NAMED_SHARE = 0.1;
const NAMED_MOST = 2;

export function Noticed({ review }: { review: Review }) {
  const { wire, t, number } = useBooth();
  const seen = [...gestures(review, t, number), ...expression(review, wire.consent?.expression === true, t, number)];
  if (seen.length === 0) return null;
  return (
    <p className="noticed small" data-testid="noticed">
      <span className="strong">{t("noticed.title")}</span> <span className="soft">{seen.join(" · ")}</span>
    </p>
  );
}

function gestures({ numbers }: Review, t: Words["t"], number: Words["number"]): string[] {
  const said = (name: string, key: Key, scale = 1): string[] => {
    const value = numbers[name]?.value ?? null;
    return value === null ? [] : [t(key, { value: number(scale * value) })];
  };
  return [
    ...said("smile_ratio", "noticed.smile_ratio", 100),
    ...said("nod_count", "noticed.nod_count"),
    ...said("blink_per_minute", "noticed.blink_per_minute"),
    ...said("mouth_moving_ratio", "noticed.mouth_moving_ratio", 100),
  ];
}

/** Said only to who asked for it. */
function expression(review: Review, asked: boolean, t: Words["t"], number: Words["number"]): string[] {
  if (!asked || review.expression === undefined) return [];
  if (review.expression === null) return [t("noticed.expression.none")];
  const most = Object.entries(review.expression).sort(([, a], [, b]) => b - a);
  const named = most.filter(([, share]) => share >= NAMED_SHARE).slice(0, NAMED_MOST);
  const list = named.map(([name, share]) => `${t(`expression.${name}` as Key)} ${number(100 * share)} %`);
  return [t("noticed.expression", { list: list.join(", ") })];
}
