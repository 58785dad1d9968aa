// The page's one connection to the booth: events in, commands out; reconnects for ever.
import type { CommandName, Message } from "./protocol";
import { merge, type Known } from "./state";

export interface View {
  known: Known | null;
  /** connected, or not for less than TROUBLE_SECONDS */
  connected: boolean;
  /** code of the last refused command, until it is dismissed */
  refused: string | null;
}

const JSON_TYPE = { "Content-Type": "application/json" };
const RECONNECT_MS = 1000;
const TROUBLE_MS = 3000;
/** the booth was restarted since the page was loaded */
const NO_COOKIE = "web.no_cookie";
/** refusals that explain themselves: the page that follows is already on its way */
const QUIET: ReadonlySet<string> = new Set(["interview.wrong_phase"]);

export class Session {
  private view: View = { known: null, connected: true, refused: null };
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | null = null;
  private again: ReturnType<typeof setTimeout> | undefined;
  private trouble: ReturnType<typeof setTimeout> | undefined;
  private presenceAt = -Infinity;
  private closed = false;

  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): View => this.view;

  /** Opens the events socket and keeps it open. */
  open(): void {
    this.closed = false;
    this.expectTrouble();
    const socket = new WebSocket(eventsUrl());
    this.socket = socket;
    socket.onmessage = (event: MessageEvent<string>) => this.receive(JSON.parse(event.data) as Message);
    socket.onclose = () => this.lost(socket);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.again);
    clearTimeout(this.trouble);
    this.socket?.close();
  }

  /** Merges a message of the booth. */
  receive(message: Message): void {
    clearTimeout(this.trouble);
    this.trouble = undefined;
    this.change({ known: merge(this.view.known, message, this.now()), connected: true });
  }

  /** Sends a command; a refusal is shown, the phase itself comes by the events. */
  readonly command = async (name: CommandName, args: Record<string, unknown> = {}): Promise<boolean> => {
    const code = await this.post({ command: name, ...args });
    if (code !== null && !QUIET.has(code) && name !== "presence" && name !== "spoken") this.change({ refused: code });
    return code === null;
  };

  /** Asks for something that is given back; a refusal is shown, and gives null. */
  readonly ask = async (path: string, body: Record<string, unknown>): Promise<unknown> => {
    const asked = (): Promise<Response> => fetch(path, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) });
    try {
      let answer = await asked();
      if ((await codeOf(answer)) === NO_COOKIE) {
        await renewCookie();
        answer = await asked();
      }
      const code = await codeOf(answer);
      if (code === null) return await answer.json();
      this.change({ refused: code });
    } catch {
      this.change({ refused: "page.no_booth" });
    }
    return null;
  };

  /** Says that somebody is there; at most once a second. */
  readonly presence = (): void => {
    const now = this.now();
    if (this.view.known === null || now - this.presenceAt < 1) return;
    this.presenceAt = now;
    void this.command("presence");
  };

  readonly dismiss = (): void => this.change({ refused: null });

  /** Null when it went well, else the error's code. */
  private async post(body: Record<string, unknown>): Promise<string | null> {
    try {
      const code = await send(body);
      if (code !== NO_COOKIE) return code;
      await renewCookie();
      return await send(body);
    } catch {
      return "page.no_booth";
    }
  }

  private lost(socket: WebSocket): void {
    if (this.closed || socket !== this.socket) return;
    this.expectTrouble();
    // a booth that was restarted has a new cookie: ask for it before the next try
    this.again = setTimeout(() => void renewCookie().finally(() => this.closed || this.open()), RECONNECT_MS);
  }

  private expectTrouble(): void {
    this.trouble ??= setTimeout(() => this.change({ connected: false }), TROUBLE_MS);
  }

  private change(part: Partial<View>): void {
    this.view = { ...this.view, ...part };
    for (const listener of this.listeners) listener();
  }
}

/** Null when the booth did it, else the code of its refusal. */
async function send(body: Record<string, unknown>): Promise<string | null> {
  return codeOf(await fetch("/api/kiosk/command", { method: "POST", headers: JSON_TYPE, body: JSON.stringify(body) }));
}

/** Null when it went well, else the code of the refusal; what was given back stays to be read. */
async function codeOf(answer: Response): Promise<string | null> {
  if (answer.ok) return null;
  const error = (await answer.clone().json().catch(() => ({}))) as { error?: string };
  return error.error ?? "page.refused";
}

function eventsUrl(): string {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/api/kiosk/events`;
}

async function renewCookie(): Promise<void> {
  await fetch("/", { cache: "no-store" }).catch(() => undefined);
}
