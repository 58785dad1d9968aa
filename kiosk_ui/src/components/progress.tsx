// Progress over the candidate's sessions: one line for each kind of score, and the same in a sentence.
import { LinePath } from "@visx/shape";
import { useSpeech } from "../booth";
import type { Results, ScoreName } from "../protocol";
import { SCORE_NAMES } from "./radar";

const WIDTH = 220;
const HEIGHT = 90;
const EDGE = 8;
const HIGHEST = 10;
type History = Results["history"];

export function Progress({ history }: { history: History }) {
  const { t, date } = useSpeech();
  const first = history[0];
  const last = history.at(-1);
  if (history.length < 2 || first === undefined || last === undefined) return <p className="lead">{t("results.no_history")}</p>;
  return (
    <div className="progress">
      <p className="soft">{t("results.history", { count: history.length, from: date(first.date), to: date(last.date) })}</p>
      <ul className="progress-grid">
        {SCORE_NAMES.map((name) => (
          <Line key={name} name={name} history={history} />
        ))}
      </ul>
    </div>
  );
}

function Line({ name, history }: { name: ScoreName; history: History }) {
  const { t, score } = useSpeech();
  const known = history.map((entry, i) => ({ i, value: entry.scores[name] ?? null })).filter((p) => p.value !== null);
  const x = (i: number): number => EDGE + ((WIDTH - 2 * EDGE) * i) / Math.max(1, history.length - 1);
  const y = (value: number): number => HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * value) / HIGHEST;
  const values = known.map((point) => score(point.value ?? 0));
  const said = values.length === 0 ? t("score.none") : values.join(" → ");
  return (
    <li>
      <p>
        <span className="strong">{t(`score.${name}`)}</span> <span className="soft small">{said}</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <line className="rest" x1={EDGE} x2={WIDTH - EDGE} y1={y(0)} y2={y(0)} />
        <line className="rest" x1={EDGE} x2={WIDTH - EDGE} y1={y(HIGHEST)} y2={y(HIGHEST)} />
        <LinePath className="path" data={known} x={(p) => x(p.i)} y={(p) => y(p.value ?? 0)} />
        {known.map((p) => (
          <circle key={p.i} className="dot" cx={x(p.i)} cy={y(p.value ?? 0)} r="4" />
        ))}
      </svg>
    </li>
  );
}
