// Which key points were heard, with the words in which; a story's parts likewise; leafed through where there are many.
import { Check, CircleAlert, Minus } from "lucide-react";
import { useSpeech } from "../booth";
import type { KeyPoint, Review } from "../protocol";
import type { Key } from "../text";
import { Fit } from "./fit";
import { Leaves } from "./leaves";
import { useRoomy } from "./roomy";

const A_LEAF = 4;
const A_SMALL_LEAF = 2;

export function KeyPoints({ review }: { review: Review }) {
  const { t, maybe } = useSpeech();
  const size = useRoomy() ? A_LEAF : A_SMALL_LEAF;
  if (review.not_judged !== null) {
    const why = maybe(`reason.${review.not_judged}`) ?? t("reason.other");
    return <p className="lead">{t("review.not_judged", { why })}</p>;
  }
  const rows = [...review.key_points.map((point) => <KeyPointRow key={point.id} point={point} />), ...starRows(review)];
  if (rows.length === 0) return <p className="lead">{t("review.no_key_points")}</p>;
  return (
    <Leaves size={size} count={rows.length}>
      {(shown) => (
        <Fit className="key-points-box">
          <ul className="key-points">{rows.slice(shown.from, shown.to)}</ul>
        </Fit>
      )}
    </Leaves>
  );
}

function starRows(review: Review) {
  return Object.entries(review.star ?? {}).map(([part, quote]) => <StarRow key={part} part={part} quote={quote} />);
}

function KeyPointRow({ point }: { point: KeyPoint }) {
  const { t } = useSpeech();
  const state = point.contradicted ? "contradicted" : point.heard ? "heard" : "missed";
  return (
    <li className={`key-point ${state}`} data-testid={`key-point-${state}`}>
      {point.contradicted ? <CircleAlert aria-hidden /> : point.heard ? <Check aria-hidden /> : <Minus aria-hidden />}
      <div>
        <p className="strong">
          {point.text} <span className="soft small">{t(`key_point.${state}`)}</span>
        </p>
        {point.quote && <p className="soft small own-words">{point.quote}</p>}
      </div>
    </li>
  );
}

function StarRow({ part, quote }: { part: string; quote: string | null }) {
  const { t, maybe } = useSpeech();
  return (
    <li className={`key-point ${quote === null ? "missed" : "heard"}`}>
      {quote === null ? <Minus aria-hidden /> : <Check aria-hidden />}
      <div>
        <p className="strong">
          {maybe(`star.${part}` as Key) ?? part}{" "}
          <span className="soft small">{t(quote === null ? "key_point.missed" : "key_point.heard")}</span>
        </p>
        {quote !== null && <p className="soft small own-words">{quote}</p>}
      </div>
    </li>
  );
}
