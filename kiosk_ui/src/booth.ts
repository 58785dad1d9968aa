// What every page may use: the booth's state, the way to command it, and the words of its language.
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { CommandName, State } from "./protocol";
import type { Session } from "./session";
import { elapsed, left, type Known } from "./state";
import { WORDS, type Words } from "./text";

export interface BoothView {
  session: Session;
  /** the page's own camera or microphone, once it has one */
  stream: MediaStream | null;
  openMenu: () => void;
}

/** Stays the same while messages come: what changes with them is read by the hooks below. */
export const BoothContext = createContext<BoothView | null>(null);

/** What is the same as long as the language is: the words and the commands. */
export interface Speech extends Pick<Words, keyof Words> {
  command: (name: CommandName, args?: Record<string, unknown>) => Promise<boolean>;
  /** a call beside the flow: what the booth gave back, or null when it refused */
  ask: (path: string, body: Record<string, unknown>) => Promise<unknown>;
  openMenu: () => void;
}

export interface Booth extends Speech {
  wire: State;
  known: Known;
  stream: MediaStream | null;
}

function useView(): BoothView {
  const view = use(BoothContext);
  if (view === null) throw new Error("no booth around this page");
  return view;
}

function knownBy(session: Session): Known {
  const { known } = session.snapshot();
  if (known === null) throw new Error("the booth has said nothing yet");
  return known;
}

/** The words and the commands: for what does not change with every word that is heard. */
export function useSpeech(): Speech {
  const { session, openMenu } = useView();
  const locale = useSyncExternalStore(session.subscribe, () => knownBy(session).wire.locale);
  return useMemo(() => {
    return { ...WORDS[locale], command: session.command, ask: session.ask, openMenu };
  }, [session, openMenu, locale]);
}

/** Some keys of the wire state: renders again only when one of them changed. */
export function useWire<K extends keyof State>(...keys: K[]): Pick<State, K> {
  const { session } = useView();
  const shown = useRef<Pick<State, K> | null>(null);
  const wanted = useRef(keys);
  const read = useCallback(() => {
    const { wire } = knownBy(session);
    const before = shown.current;
    if (before !== null && wanted.current.every((key) => before[key] === wire[key])) return before;
    shown.current = Object.fromEntries(wanted.current.map((key) => [key, wire[key]])) as Pick<State, K>;
    return shown.current;
  }, [session]);
  return useSyncExternalStore(session.subscribe, read);
}

/** The booth as a page sees it; renders again with every message. */
export function useBooth(): Booth {
  const { session, stream } = useView();
  const known = useSyncExternalStore(session.subscribe, () => knownBy(session));
  const speech = useSpeech();
  return { ...speech, known, stream, wire: known.wire };
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
  const { session } = useView();
  const { idle } = useWire("idle");
  const now = useNow(idle !== null);
  if (idle === null) return null;
  return Math.max(0, Math.ceil(idle.seconds_left - Math.max(0, now - knownBy(session).idle_at)));
}

export interface RunningClock {
  elapsed: number;
  left: number | null;
  limit: number | null;
  soft_limit: number | null;
}

/** The wire's clock, counting on by itself; stands still while the booth is paused. */
export function useClock(): RunningClock | null {
  const { session } = useView();
  const { clock, phase } = useWire("clock", "phase");
  const now = useNow(clock !== null && phase !== "paused");
  if (clock === null) return null;
  const at = phase === "paused" ? now : knownBy(session).clock_at;
  const seconds = elapsed(clock, at, now);
  return { elapsed: seconds, left: left(clock, at, now), limit: clock.limit, soft_limit: clock.soft_limit ?? null };
}
