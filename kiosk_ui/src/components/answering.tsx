// What is seen while answering: the candidate's words, a calm sense of time, prompts, the live strip.
import { Eye, Gauge, Volume2 } from "lucide-react";
import type { ReactNode } from "react";
import { useClock, useSpeech, useWire } from "../booth";
import type { Key } from "../text";

/** The candidate's words as they come, the newest at the bottom. */
export function Captions() {
  const { t } = useSpeech();
  const { caption } = useWire("caption");
  const { final, partial } = caption ?? { final: "", partial: "" };
  const silent = final === "" && partial === "";
  return (
    <div className="captions" data-testid="captions">
      <div className="caption-lines">
        <p className={silent ? "soft" : ""}>
          {silent ? t("answer.speak_now") : final} <span className="partial">{partial}</span>
        </p>
      </div>
    </div>
  );
}

/** Time as a quiet line: how much has gone, and where the last word is due. */
export function TimeLine() {
  const { t, time } = useSpeech();
  const clock = useClock();
  if (clock === null) return null;
  const share = clock.limit === null ? 0 : clock.elapsed / clock.limit;
  const soft = clock.limit === null || clock.soft_limit === null ? null : clock.soft_limit / clock.limit;
  return (
    <div className="time-line" role="timer" aria-label={t("answer.time", { time: time(clock.elapsed) })}>
      <span className="time">{time(clock.elapsed)}</span>
      {clock.limit !== null && (
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
          <rect className="rest" width="100" height="4" rx="2" />
          <rect className="gone" width={100 * share} height="4" rx="2" />
          {soft !== null && <rect className="mark" x={100 * soft - 0.2} width="0.4" height="4" />}
        </svg>
      )}
      {soft !== null && clock.soft_limit !== null && <span className="soft small">{t("answer.about", { time: time(clock.soft_limit) })}</span>}
    </div>
  );
}

/** The platform's live indicators, in words; off unless the candidate switched them on. */
export function LiveStrip() {
  const { t } = useSpeech();
  const { live, switches } = useWire("live", "switches");
  if (!switches.live_strip) return null;
  const looking = live?.looking ?? null;
  return (
    <ul className="live-strip" data-testid="live-strip">
      <Sign icon={<Gauge aria-hidden />} name={t("live.pace")} words={t(word("pace", live?.pace ?? null))} />
      <Sign icon={<Volume2 aria-hidden />} name={t("live.loudness")} words={t(word("loudness", live?.loudness ?? null))} />
      <Sign
        icon={<Eye aria-hidden />}
        name={t("live.looking")}
        words={t(looking === null ? "live.unknown" : looking ? "live.looking.yes" : "live.looking.no")}
      />
    </ul>
  );
}

function word(what: "pace" | "loudness", value: string | null): Key {
  return value === null ? "live.unknown" : (`live.${what}.${value}` as Key);
}

function Sign({ icon, name, words }: { icon: ReactNode; name: string; words: string }) {
  return (
    <li>
      {icon}
      <span className="soft">{name}</span>
      <span className="strong">{words}</span>
    </li>
  );
}
