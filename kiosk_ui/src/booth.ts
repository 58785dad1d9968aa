// What every page may use: the booth's state, the way to command it, and the words of its language.
import { createContext, use, useEffect, useState } from "react";
import type { CommandName, Locale, State } from "./protocol";
import { elapsed, left, type Known } from "./state";
import { WORDS, type Words } from "./text";

export interface BoothView {
  known: Known;
  command: (name: CommandName, args?: Record<string, unknown>) => Promise<boolean>;
  /** the page's own camera or microphone, once it has one */
  stream: MediaStream | null;
  openMenu: () => void;
}

export const BoothContext = createContext<BoothView | null>(null);

export interface Booth extends BoothView, Words {
  wire: State;
  locale: Locale;
}

/** The booth as a page sees it. */
export function useBooth(): Booth {
  const view = use(BoothContext);
  if (view === null) throw new Error("no booth around this page");
  const words = WORDS[view.known.wire.locale];
  return { ...view, ...words, locale: words.locale, wire: view.known.wire } as Booth;
}

/** The page's clock in seconds, renewed a few times a second while `running`. */
export function useNow(running: boolean, everyMs = 250): number {
  const [now, setNow] = useState(() => performance.now() / 1000);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now() / 1000), everyMs);
    return () => clearInterval(timer);
  }, [running, everyMs]);
  return now;
}

/** Seconds until an unattended booth wipes itself, counting on; null while somebody is there. */
export function useIdleSeconds(): number | null {
  const { known, wire } = useBooth();
  const idle = wire.idle;
  const now = useNow(idle !== null);
  if (idle === null) return null;
  return Math.max(0, Math.ceil(idle.seconds_left - Math.max(0, now - known.idle_at)));
}

export interface RunningClock {
  elapsed: number;
  left: number | null;
  limit: number | null;
  soft_limit: number | null;
}

/** The wire's clock, counting on by itself; stands still while the booth is paused. */
export function useClock(): RunningClock | null {
  const { known, wire } = useBooth();
  const clock = wire.clock;
  const now = useNow(clock !== null && wire.phase !== "paused");
  if (clock === null) return null;
  const at = wire.phase === "paused" ? now : known.clock_at;
  const seconds = elapsed(clock, at, now);
  return { elapsed: seconds, left: left(clock, at, now), limit: clock.limit, soft_limit: clock.soft_limit ?? null };
}
