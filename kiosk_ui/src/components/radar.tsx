// The six scores as a radar; an axis that was not measured stays dashed and is never drawn as zero.
import { LineRadial } from "@visx/shape";
import { useSpeech } from "../booth";
import type { ScoreName, Scores } from "../protocol";

export const SCORE_NAMES: readonly ScoreName[] = [
  "confidence",
  "communication",
  "fluency",
  "eye_contact",
  "posture",
  "engagement",
];
const HIGHEST = 10;
const RADIUS = 100;
const radius = (score: number): number => (RADIUS * score) / HIGHEST;

interface Axis {
  name: ScoreName;
  value: number | null;
  angle: number;
}

export function Radar({ scores }: { scores: Scores }) {
  const { t, score } = useSpeech();
  const axes = SCORE_NAMES.map((name, i) => {
    return { name, value: scores[name] ?? null, angle: (i * 2 * Math.PI) / SCORE_NAMES.length };
  });
  const around = closed(axes);
  const said = axes.map((axis) => `${t(`score.${axis.name}`)} ${axis.value === null ? t("score.none") : score(axis.value)}`);
  return (
    <figure className="radar">
      <svg viewBox="-216 -120 432 240" role="img" aria-label={`${t("results.radar")}: ${said.join(", ")}`}>
        {[2.5, 5, 7.5, 10].map((ring) => (
          <LineRadial key={ring} className="ring" data={around} angle={(d) => d.angle} radius={radius(ring)} fill="none" />
        ))}
        {axes.map((axis) => (
          <line key={axis.name} className={axis.value === null ? "spoke none" : "spoke"} {...end(axis.angle, RADIUS)} />
        ))}
        <Shape axes={axes} />
        {axes.map((axis) => axis.value !== null && <Dot key={axis.name} axis={axis} value={axis.value} />)}
        {axes.map((axis) => (
          <AxisLabel key={axis.name} axis={axis} text={t(`score.${axis.name}`)} />
        ))}
      </svg>
    </figure>
  );
}

/** A filled shape where everything was measured; else only the edges between measured neighbours. */
function Shape({ axes }: { axes: Axis[] }) {
  const full = axes.every((axis) => axis.value !== null);
  return (
    <LineRadial
      className={full ? "shape" : "shape open"}
      data={closed(axes)}
      angle={(d) => d.angle}
      radius={(d) => radius(d.value ?? 0)}
      defined={(d: Axis) => d.value !== null}
    />
  );
}

function Dot({ axis, value }: { axis: Axis; value: number }) {
  const { x2, y2 } = end(axis.angle, radius(value));
  return <circle className="dot" cx={x2} cy={y2} r="4.5" />;
}

function AxisLabel({ axis, text }: { axis: Axis; text: string }) {
  const { x2, y2 } = end(axis.angle, RADIUS + 14);
  const anchor = Math.abs(x2) < 10 ? "middle" : x2 > 0 ? "start" : "end";
  return (
    <text className={axis.value === null ? "none" : ""} x={x2} y={y2} textAnchor={anchor} dominantBaseline="middle">
      {text}
    </text>
  );
}

function closed(axes: Axis[]): Axis[] {
  const first = axes[0];
  return first === undefined ? [] : [...axes, { ...first, angle: 2 * Math.PI }];
}

/** The end of a spoke; angle 0 is up, clockwise. */
function end(angle: number, length: number): { x2: number; y2: number } {
  return { x2: Math.sin(angle) * length, y2: -Math.cos(angle) * length };
}
