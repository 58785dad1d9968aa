// The console's calls: one function for asking, one hook for what a page shows.
import { useCallback, useEffect, useState } from "react";
import type { ConsoleWords } from "./words";

export const OUT = new EventTarget();
/** Fired when the booth says that nobody is signed in any more. */
export const SIGNED_OUT = "signed-out";

export interface Place {
  locale: string;
  part: number;
  line: number;
  why: string;
}
/** One thing that is wrong with a question file. */
export interface Problem {
  file: string;
  line: number;
  code: string;
  values: Record<string, string | number>;
}
interface Told {
  error?: string;
  message?: string;
  problems?: Problem[];
  problem_count?: number;
  places?: Place[];
}

/** What the booth refused, and why. */
export class Refused extends Error {
  readonly code: string;
  readonly problems: Problem[];
  readonly problemCount: number;
  readonly places: Place[];

  constructor(told: Told) {
    super(told.message ?? "");
    this.code = told.error ?? "";
    this.problems = told.problems ?? [];
    this.problemCount = told.problem_count ?? 0;
    this.places = told.places ?? [];
  }
}

/** Asks the booth; JSON goes and comes, files go as they are. */
export async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await reach(method, path, body);
  const text = await answer.text();
  const told: unknown = text === "" ? {} : parse(text);
  if (answer.ok) return told as T;
  const refused = new Refused(told as Told);
  if (refused.code === "web.signed_out") OUT.dispatchEvent(new Event(SIGNED_OUT));
  throw refused;
}

async function reach(method: string, path: string, body: unknown): Promise<Response> {
  const sent = body === undefined || body instanceof Blob ? body : JSON.stringify(body);
  try {
    return await fetch(`/api/admin/${path}`, { method, body: sent ?? null, credentials: "same-origin" });
  } catch {
    throw new Refused({});
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** An error for people, in their language where there are words for it. */
export function wordsOf(error: unknown, words: ConsoleWords): string {
  if (error instanceof Refused && error.code === "") return words.t("console.no_answer");
  if (error instanceof Refused) return words.maybe(`error.${error.code}`) ?? words.t("console.wrong_code", { code: error.code });
  return error instanceof Error && error.message !== "" ? error.message : words.t("console.wrong");
}

export interface Loaded<T> {
  value: T | null;
  error: unknown;
  reload: () => void;
}

/** What the booth tells of a path; asked again by `reload`. */
export function useLoaded<T>(path: string): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: unknown }>({ value: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let living = true;
    ask<T>("GET", path).then(
      (value) => living && setState({ value, error: null }),
      (error: unknown) => living && setState((before) => ({ ...before, error })),
    );
    return () => {
      living = false;
    };
  }, [path, round]);
  return { ...state, reload: useCallback(() => setRound((n) => n + 1), []) };
}

export interface Doing {
  busy: boolean;
  error: unknown;
  done: string | null;
  run: (work: () => Promise<string>) => void;
}

/** One action at a time; tells what came of it. */
export function useDoing(): Doing {
  const [state, setState] = useState<Omit<Doing, "run">>({ busy: false, error: null, done: null });
  const run = (work: () => Promise<string>): void => {
    setState({ busy: true, error: null, done: null });
    work().then(
      (done) => setState({ busy: false, error: null, done }),
      (error: unknown) => setState({ busy: false, error, done: null }),
    );
  };
  return { ...state, run };
}
