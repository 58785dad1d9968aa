// The interviewer: a quiet figure at the top edge, nearest the lens, so that looking at it is looking at the camera.
import { useWire } from "../booth";

/** Rings show that the booth speaks; the words beside it say the same. */
export function Interviewer({ large = false }: { large?: boolean }) {
  const speaking = useWire("speaking").speaking !== null;
  return (
    <div className={`interviewer ${speaking ? "speaking" : ""} ${large ? "large" : ""}`} aria-hidden>
      <svg viewBox="0 0 96 96">
        <circle className="ring" cx="48" cy="48" r="46" />
        <circle className="disc" cx="48" cy="48" r="40" />
        <clipPath id="disc">
          <circle cx="48" cy="48" r="40" />
        </clipPath>
        <g clipPath="url(#disc)">
          <circle className="person" cx="48" cy="39" r="14" />
          <path className="person" d="M20 92a28 29 0 0 1 56 0z" />
        </g>
      </svg>
    </div>
  );
}
