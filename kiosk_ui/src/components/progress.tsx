// Progress over the candidate's sessions: one line for each kind of score, and the same in a sentence.
import { scaleLinear, scalePoint } from "@visx/scale";
import { LinePath } from "@visx/shape";
import { useBooth } from "../booth";
import type { Results, ScoreName } from "../protocol";
import { SCORE_NAMES } from "./radar";

const WIDTH = 220;
const HEIGHT = 90;
type History = Results["history"];

export function Progress({ history }: { history: History }) {
  const { t, date } = useBooth();
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
  const { t, score } = useBooth();
  const known = history.map((entry, i) => ({ i, value: entry.scores[name] ?? null })).filter((p) => p.value !== null);
  const x = scalePoint({ domain: history.map((_, i) => i), range: [8, WIDTH - 8] });
  const y = scaleLinear({ domain: [0, 10], range: [HEIGHT - 8, 8] });
  const values = known.map((point) => score(point.value ?? 0));
  const said = values.length === 0 ? t("score.none") : values.join(" → ");
  return (
    <li>
      <p>
        <span className="strong">{t(`score.${name}`)}</span> <span className="soft small">{said}</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
        <line className="rest" x1="8" x2={WIDTH - 8} y1={y(0)} y2={y(0)} />
        <line className="rest" x1="8" x2={WIDTH - 8} y1={y(10)} y2={y(10)} />
        <LinePath className="path" data={known} x={(p) => x(p.i) ?? 0} y={(p) => y(p.value ?? 0)} />
        {known.map((p) => (
          <circle key={p.i} className="dot" cx={x(p.i)} cy={y(p.value ?? 0)} r="4" />
        ))}
      </svg>
    </li>
  );
}
