// What is said of an answer: at most three points, each with the candidate's own words and how it was measured.
import { Quote, Ruler, Sprout, ThumbsUp } from "lucide-react";
import { useState } from "react";
import { useSpeech } from "../booth";
import type { Point } from "../protocol";
import { Button } from "./controls";
import { Fit } from "./fit";
import { Sheet } from "./sheet";

/** One point: what, the words it stands on, and an exercise. */
export function PointCard({ point }: { point: Point }) {
  const { t, time } = useSpeech();
  const [open, setOpen] = useState(false);
  const strength = point.kind === "strength";
  return (
    <article className={`point ${point.kind}`} data-testid={`point-${point.kind}`}>
      <div className="point-words">
        <h2 className="point-kind">
          {strength ? <ThumbsUp aria-hidden /> : <Sprout aria-hidden />}
          {t(strength ? "review.strength" : "review.try")}
        </h2>
        <p className="point-text">{point.text}</p>
        {point.quote && (
          <blockquote className="quote">
            <Quote aria-hidden />
            <p>
              {point.quote}
              {point.at_seconds !== null && <span className="soft small"> {t("review.at", { time: time(point.at_seconds) })}</span>}
            </p>
          </blockquote>
        )}
        {point.drill && (
          <p className="drill">
            <span className="strong">{t("review.drill")}</span> {point.drill}
          </p>
        )}
      </div>
      <Button kind="quiet" compact icon={<Ruler aria-hidden />} onPress={() => setOpen(true)} testid="how-measured">
        {t("review.how")}
      </Button>
      <Sheet title={t("review.how")} open={open} onClose={() => setOpen(false)} testid="reason">
        <Fit className="stack">
          <p className="lead">{point.reason}</p>
        </Fit>
      </Sheet>
    </article>
  );
}

/** The points beside each other, after what changed since the last try; a small panel's tabs show one at a time. */
export function Points({ points, diff = [] }: { points: Point[]; diff?: string[] }) {
  return (
    <Fit className="points">
      {diff.length > 0 && <Difference lines={diff} />}
      {points.map((point, i) => (
        <PointCard key={`${i}.${point.topic}`} point={point} />
      ))}
    </Fit>
  );
}

/** What this try added to the last. */
export function Difference({ lines }: { lines: string[] }) {
  const { t } = useSpeech();
  return (
    <section className="difference" data-testid="difference">
      <h2>{t("review.diff")}</h2>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}
