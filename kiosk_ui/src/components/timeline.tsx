// One answer over time: words, pauses, fillers, and where the candidate looked at the lens.
import { Bar } from "@visx/shape";
import { useSpeech } from "../booth";
import type { Moment, Review, Window } from "../protocol";
import type { Key } from "../text";
import { Fit } from "./fit";
import { Noticed } from "./noticed";

const WIDTH = 1000;
const WINDOW_SECONDS = 2;
/** lanes from the top: words, pauses, fillers, looking; each with its place in the picture */
const LANES: readonly { id: "words" | "pauses" | "fillers" | "looking"; y: number; height: number }[] = [
  { id: "words", y: 4, height: 40 },
  { id: "pauses", y: 60, height: 40 },
  { id: "fillers", y: 116, height: 40 },
  { id: "looking", y: 172, height: 40 },
];

type Scale = (seconds: number) => number;

/** The picture over time, and what else was noticed. */
export function Timeline({ review }: { review: Review }) {
  return (
    <Fit className="timeline-room">
      <Lanes review={review} />
      <Noticed review={review} />
    </Fit>
  );
}

/** The lanes share one time axis; the sentence beside each says the same in words. */
function Lanes({ review }: { review: Review }) {
  const { t, time } = useSpeech();
  const x: Scale = (seconds) => (WIDTH * seconds) / Math.max(review.seconds, 1);
  const ticks = tickSeconds(review.seconds);
  return (
    <figure className="timeline">
      <figcaption className="hidden-text">{t("timeline.title", { time: time(review.seconds) })}</figcaption>
      {LANES.map((lane) => (
        <Lane key={lane.id} id={lane.id} review={review} x={x} />
      ))}
      <div className="timeline-axis" aria-hidden>
        <svg viewBox={`0 0 ${WIDTH} 12`} preserveAspectRatio="none">
          {ticks.map((tick) => (
            <line key={tick} x1={x(tick)} x2={x(tick)} y1="0" y2="12" />
          ))}
        </svg>
        <p className="small soft">
          <span>0:00</span>
          <span>{time(review.seconds)}</span>
        </p>
      </div>
    </figure>
  );
}

function Lane({ id, review, x }: { id: (typeof LANES)[number]["id"]; review: Review; x: Scale }) {
  const { t, number } = useSpeech();
  const looked = lookedShare(review.windows);
  const count = spans(id, review).length;
  const measured = id === "looking" ? looked !== null : id === "words" || review.words.length > 0;
  const values = { count, percent: looked === null ? "" : number(100 * looked) };
  const said = t((measured ? `timeline.${id}.said` : "score.none") as Key, values);
  return (
    <div className={`timeline-lane ${id}`}>
      <p>
        <span className="strong">{t(`timeline.${id}` as Key)}</span> <span className="soft small">{said}</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} 40`} preserveAspectRatio="none" aria-hidden>
        <line className="rest" x1="0" x2={WIDTH} y1="20" y2="20" />
        {spans(id, review).map((span, i) => (
          <Bar key={i} className="span" x={x(span.start)} width={Math.max(3, x(span.end) - x(span.start) - 1)} y={4} height={32} rx={3} />
        ))}
      </svg>
    </div>
  );
}

function spans(id: string, review: Review): { start: number; end: number }[] {
  if (id === "words") return review.words;
  if (id === "pauses") return pauses(review);
  if (id === "fillers") return fillers(review);
  return review.windows
    .filter((window) => (window.eye_contact ?? 0) >= 0.5)
    .map((window) => ({ start: Math.max(0, window.t - WINDOW_SECONDS), end: window.t }));
}

function pauses(review: Review): Moment[] {
  return review.moments.filter((moment) => moment.kind.includes("pause") && !moment.kind.includes("filled"));
}

function fillers(review: Review): Moment[] {
  return review.moments.filter((moment) => moment.kind.includes("filler") || moment.kind.includes("filled"));
}

/** Share of the measured time that looked at the lens; null when nothing was measured. */
function lookedShare(windows: Window[]): number | null {
  const known = windows.map((window) => window.eye_contact).filter((value): value is number => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function tickSeconds(seconds: number): number[] {
  const step = seconds > 90 ? 30 : seconds > 30 ? 15 : 5;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}
