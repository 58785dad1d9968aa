// Seconds that are left, as a large number in a ring that empties slowly.
import { arc } from "@visx/shape";

interface CountdownProps {
  left: number;
  limit: number;
  label: string;
}

const SIZE = 120;
const BAND = { innerRadius: 52, outerRadius: 58, cornerRadius: 3 };
const ring = arc<{ end: number }>({ ...BAND, startAngle: 0, endAngle: (d) => d.end });

export function Countdown({ left, limit, label }: CountdownProps) {
  const share = limit > 0 ? left / limit : 0;
  return (
    <div className="countdown" role="timer" aria-label={`${left} ${label}`}>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} aria-hidden>
        <g transform={`translate(${SIZE / 2} ${SIZE / 2})`}>
          <path className="rest" d={ring({ end: 2 * Math.PI }) ?? ""} />
          <path className="gone" d={ring({ end: 2 * Math.PI * share }) ?? ""} />
          <text textAnchor="middle" dominantBaseline="central" y="3">
            {left}
          </text>
        </g>
      </svg>
      <p className="soft">{label}</p>
    </div>
  );
}
