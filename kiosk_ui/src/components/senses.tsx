// What the booth hears and sees, shown back: level meter, self-view, and how to sit in the picture.
import { useEffect, useRef } from "react";
import { useBooth, useSpeech } from "../booth";
import { useBoothView } from "../media/self_view";

const BARS = 16;

/** The loudness as bars; `good` is said in words beside it, not by colour alone. */
export function LevelMeter({ level, good }: { level: number | null; good: boolean }) {
  const { t, number } = useSpeech();
  const share = level ?? 0;
  return (
    <div
      className={`level ${good ? "good" : ""}`}
      role="meter"
      aria-label={t("check.level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={level === null ? t("score.none") : `${number(share * 100)} %`}
    >
      {Array.from({ length: BARS }, (_, i) => (
        <span key={i} className={i < Math.round(share * BARS) ? "lit" : ""} />
      ))}
    </div>
  );
}

/** The candidate as the lens sees them, mirrored; from the page's own camera or the booth's. */
export function SelfView() {
  const { wire, stream, t } = useBooth();
  const owner = wire.booth.devices.camera.owner;
  const booths = useBoothView(owner === "box");
  const shown = owner === "page" ? stream : booths;
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = shown;
  }, [shown]);
  return (
    <div className="self-view">
      <video ref={video} autoPlay muted playsInline aria-label={t("check.self_view")} data-testid="self-view" />
      {shown === null && <p className="soft">{t("check.no_picture")}</p>}
    </div>
  );
}

const HEADS: Record<string, { x: number; y: number; r: number }> = {
  ok: { x: 40, y: 24, r: 10 },
  too_near: { x: 40, y: 32, r: 20 },
  too_far: { x: 40, y: 30, r: 5 },
  off_centre: { x: 18, y: 24, r: 10 },
};

/** A small drawing of where the head is in the picture. */
export function FramingPicture({ framing }: { framing: string | null }) {
  const head = HEADS[framing ?? ""];
  const { x, y, r } = head ?? { x: 40, y: 24, r: 10 };
  return (
    <svg className={`framing ${framing === "ok" ? "good" : ""}`} viewBox="0 0 80 60" aria-hidden>
      <clipPath id="frame">
        <rect x="2" y="2" width="76" height="56" rx="5" />
      </clipPath>
      <g clipPath="url(#frame)" className={head ? "person" : "person nobody"}>
        <circle cx={x} cy={y} r={r} />
        <path d={`M${x - 2 * r} ${y + 3.4 * r}a${2 * r} ${2 * r} 0 0 1 ${4 * r} 0v40h${-4 * r}z`} />
      </g>
      <rect className="frame" x="2" y="2" width="76" height="56" rx="5" />
    </svg>
  );
}
