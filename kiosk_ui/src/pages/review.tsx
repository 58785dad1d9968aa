// After an answer: one strength, up to two things to try; then the same question again, or the next.
import { ArrowRight, Flag, RotateCcw } from "lucide-react";
import { useBooth } from "../booth";
import { Button } from "../components/controls";
import { Fit } from "../components/fit";
import { HearYourself } from "../components/hear";
import { KeyPoints } from "../components/key_points";
import { Page } from "../components/page";
import { Panes, type Pane } from "../components/panes";
import { Points } from "../components/points";
import { useRoomy } from "../components/roomy";
import { Timeline } from "../components/timeline";
import type { Review as ReviewState } from "../protocol";
import type { Words } from "../text";

export function Review() {
  const { wire, t, command } = useBooth();
  const roomy = useRoomy();
  const review = wire.review;
  const interview = wire.interview;
  const last = interview !== null && interview.index + 1 >= interview.questions;
  return (
    <Page
      title={t("review.title", { number: (interview?.index ?? 0) + 1 })}
      top={<ReviewTop />}
      className="review"
      others={
        <>
          {!last && (
            <Button kind="quiet" icon={<Flag aria-hidden />} onPress={() => void command("finish")} testid="finish">
              {t("review.finish")}
            </Button>
          )}
          <Button icon={<RotateCcw aria-hidden />} onPress={() => void command("retry")} testid="retry">
            {t("review.retry")}
          </Button>
        </>
      }
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={() => void command("next")} testid="next">
          {t(last ? "review.results" : "review.next")}
        </Button>
      }
    >
      {review !== null && <Panes label={t("review.parts")} panes={panesOf(review, roomy, t)} />}
    </Page>
  );
}

function ReviewTop() {
  const { wire, t } = useBooth();
  return (
    <div className="review-top">
      <p className="review-question clamped">
        <span className="strong">{t("review.title", { number: (wire.interview?.index ?? 0) + 1 })}</span>
        <span className="soft"> · {wire.question?.text}</span>
      </p>
      <HearYourself url={wire.review?.sound_url ?? null} compact />
    </div>
  );
}

function panesOf(review: ReviewState, roomy: boolean, t: Words["t"]): Pane[] {
  return [
    ...(roomy ? together(review, t) : apart(review, t)),
    { id: "key-points", title: t("review.key_points"), content: <KeyPoints review={review} /> },
    { id: "timeline", title: t("review.timeline"), content: <Timeline review={review} /> },
    { id: "words", title: t("review.words"), content: <Transcript review={review} /> },
  ];
}

function together(review: ReviewState, t: Words["t"]): Pane[] {
  return [{ id: "points", title: t("review.points"), content: <Points points={review.points} diff={review.retry_diff} /> }];
}

/** On a small panel each has a tab of its own. */
function apart(review: ReviewState, t: Words["t"]): Pane[] {
  const points = review.points.map((point, i) => ({
    id: `point-${i}`,
    title: t(point.kind === "strength" ? "review.strength" : "review.try"),
    content: <Points points={[point]} />,
  }));
  if (review.retry_diff.length === 0) return points;
  return [{ id: "diff", title: t("review.diff_short"), content: <Points points={[]} diff={review.retry_diff} /> }, ...points];
}

function Transcript({ review }: { review: ReviewState }) {
  const { t, time } = useBooth();
  const words = review.words.length || review.text.split(/\s+/).filter(Boolean).length;
  const values = { words, time: time(review.seconds) };
  return (
    <Fit className="transcript">
      <p className="soft">{t("review.said", values)}</p>
      <p className="lead">{review.text || t("review.no_words")}</p>
    </Fit>
  );
}
