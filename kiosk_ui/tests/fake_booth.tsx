// A booth for tests: takes commands by HTTP and sends events, with faults on demand; and a page joined to it.
import { render } from "@testing-library/react";
import { vi } from "vitest";
import { App } from "../src/app";
import type { Locale, Message, State } from "../src/protocol";
import { Session } from "../src/session";

const RECORDED = import.meta.glob<State>("../../tests/data/wire/*.json", { eager: true, import: "default" });

/** Every recorded state by its name. */
export const STATES: Record<string, State> = Object.fromEntries(
  Object.entries(RECORDED).map(([path, state]) => [path.replace(/^.*\/|\.json$/g, ""), state]),
);

/** One recorded state, with changes. */
export function recorded(name: string, changes: Partial<State> = {}): State {
  const state = STATES[name];
  if (state === undefined) throw new Error(`no recorded state ${name}`);
  return { ...state, ...changes };
}

export interface Sent {
  command: string;
  [key: string]: unknown;
}

/** Answers the page's commands; `refuse` makes the next one fail. */
export class FakeBooth {
  readonly commands: Sent[] = [];
  /** what other calls give back, by address */
  readonly gives: Record<string, unknown> = {};
  private refusal: { status: number; error: string } | null = null;

  constructor() {
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => this.answer(url, init));
  }

  refuse(status: number, error: string): void {
    this.refusal = { status, error };
  }

  last(): Sent | undefined {
    return this.commands.filter((sent) => sent.command !== "presence").at(-1);
  }

  private answer(url: string, init?: RequestInit): Promise<Response> {
    const given = this.gives[url];
    if (given === undefined && url !== "/api/kiosk/command") return Promise.resolve(new Response("", { status: 200 }));
    this.commands.push({ command: url, ...(JSON.parse(String(init?.body)) as Record<string, unknown>) });
    const refusal = this.refusal;
    this.refusal = null;
    if (refusal === null && given !== undefined) return Promise.resolve(new Response(JSON.stringify(given)));
    if (refusal === null) return Promise.resolve(new Response(null, { status: 204 }));
    const body = JSON.stringify({ error: refusal.error, message: "" });
    return Promise.resolve(new Response(body, { status: refusal.status }));
  }
}

/** A page that shows a recorded state, joined to a fake booth. */
export function open(name: string, changes: Partial<State> = {}, locale?: Locale) {
  const booth = new FakeBooth();
  const session = new Session();
  const send = (message: Message): void => session.receive(message);
  send({ ...recorded(name, changes), ...(locale === undefined ? {} : { locale }), reset: true });
  return { booth, session, send, ...render(<App session={session} />) };
}
