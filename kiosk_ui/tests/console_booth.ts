// A booth's console for tests: answers by path, remembers what was asked of it, refuses on demand.
import { vi } from "vitest";
import notice from "../src/locales/notice.json";

const setting = (path: string, value: unknown, more: object = {}) => {
  const plain = { path, low: null, high: null, choices: null, value, next: value, live: true, fixed: false };
  return { ...plain, ...more };
};

/** What the booth tells, by path. */
export const TOLD: Record<string, unknown> = {
  session: {
    pin_set: true,
    pin_length: 6,
    may_set_up: false,
    signed_in: true,
    locked_seconds: 0,
    version: "0.1.0",
    locale: "en",
    at_the_booth: true,
  },
  cohort: {
    since: "2026-05-26T00:00:00+00:00",
    smallest_group: 5,
    finished: {
      count: 12,
      by_role: { ml_engineer: 9, sales: 3 },
      by_level: { easy: 10, hard: 2 },
      by_day: [{ date: "2026-11-20", count: 12 }],
    },
    means: { ml_engineer: { count: 9, scores: { fluency: 5.5, posture: null } }, sales: { count: 3, scores: null } },
    spreads: { ml_engineer: { fluency: 1.2, posture: null } },
    titles: { ml_engineer: { en: "ML engineer", hi: "एमएल इंजीनियर" } },
    not_measured: { en: { fluency: 0, posture: 0.4 }, hi: { fluency: 0.2, posture: 1 } },
  },
  shared: {
    shared: [{ session_id: "ours", report_number: "7K2Q", date: "2026-11-20", role: "ml_engineer", level: "easy", scores: { fluency: 6, posture: null } }],
    titles: { ml_engineer: { en: "ML engineer", hi: "एमएल इंजीनियर" } },
  },
  packs: {
    in_use: [{ role: "sales", title: "Sales", counts: { easy: 20, medium: 20, hard: 18 } }],
    files: [
      { name: "cell.csv", on: true, asked_now: true, questions: 2, roles: ["sales"] },
      { name: "new.csv", on: false, asked_now: false, questions: 4, roles: ["sales"] },
    ],
  },
  "packs/cell.csv": {
    questions: [{ id: "q1", level: "easy", text: "How would you sell chalk?", texts: { hi: "चाक कैसे बेचेंगे?" }, key_points: ["Ask first."] }],
  },
  stick: { stick: true, let_in: true, backups: [{ name: "kabil-backup-20261122-101010.kabil", bytes: 81920 }], packs: ["Our Pack.csv"] },
  health: {
    lines: [
      { what: "booth", state: "good", say: "booth_works", do: "", values: { hours: 3 } },
      { what: "camera", state: "bad", say: "device_lost", do: "cable", values: {} },
      { what: "disk", state: "look", say: "disk_low", do: "shorten", values: {} },
    ],
    problems: [
      { code: "no_camera", do: "plug_in", values: {} },
      { code: "wrong_file", do: "fetch", values: { name: "face_landmarker" } },
    ],
    in_use: false,
  },
  notices: {
    in_force: "2026-11.site-1",
    chosen: "2026-11.site-1",
    shipped: "2026-11",
    contact: "Desk 3",
    versions: [{ version: "2026-11.site-1", made_at: "2026-11-20T10:00:00+00:00", texts: notice.texts }],
    rules: {
      needed: [
        ["who", "microphone", "camera", "expression"],
        ["never_stored", "offline", "staff"],
        ["kept", "otherwise_erased", "log"],
        ["withdraw", "rights", "complaints"],
      ],
      longest: 300,
      most_lines: 5,
    },
  },
  audit: {
    entries: [
      { id: 9, at: "2026-11-22T10:00:00+00:00", event: "setting_changed", detail: { setting: "voice.volume" } },
      { id: 8, at: "2026-11-22T09:59:00+00:00", event: "refused", detail: { code: "web.wrong_pin" } },
      { id: 7, at: "2026-11-22T09:58:00+00:00", event: "pack_brought", detail: { problems: 3 } },
    ],
    more: true,
  },
  "audit?before=7": { entries: [{ id: 1, at: "2026-11-01T09:00:00+00:00", event: "set_up", detail: {} }], more: false },
  settings: {
    settings: [
      setting("store.retention", "days", { choices: ["ephemeral", "days", "year"] }),
      setting("store.retention_days", 30, { low: 1, high: 365 }),
      setting("interview.questions", 5, { low: 3, high: 8 }),
      setting("voice.volume", 80, { low: 0, high: 100, next: 60, live: false }),
      setting("expression.available", true, { live: false }),
      setting("web.grievance_contact", "", { fixed: true }),
      setting("web.console_locale", "en", { choices: ["en", "hi"] }),
      setting("web.panel_inches", 10.1, { low: 0, high: 32 }),
    ],
    restart: true,
    in_use: false,
  },
  steps: { steps: ["language", "devices", "panel", "retention", "notice", "done"], step: "panel" },
  trial: {
    running: true,
    microphone: { state: "ok", level: 0.5 },
    framing: "too_near",
    light: "ok",
    bystander: true,
    devices: { camera: { owner: "off", state: "disabled" }, microphone: { owner: "box", state: "live" } },
  },
};

export interface Asked {
  method: string;
  path: string;
  body: unknown;
}

/** Answers the console's calls; `answer` changes one, `refuse` makes one fail. */
export class ConsoleBooth {
  readonly asked: Asked[] = [];
  private readonly changed = new Map<string, unknown>();
  private readonly refusals = new Map<string, object>();

  constructor(locale: "en" | "hi" = "en", session: object = {}) {
    this.answer("session", { ...(TOLD.session as object), locale, ...session });
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => this.take(url, init));
  }

  answer(path: string, value: unknown): void {
    this.changed.set(path, value);
  }

  refuse(path: string, told: object): void {
    this.refusals.set(path, told);
  }

  last(method: string, path: string): Asked | undefined {
    return this.asked.findLast((one) => one.method === method && one.path === path);
  }

  private take(url: string, init?: RequestInit): Promise<Response> {
    const path = url.replace("/api/admin/", "");
    const method = init?.method ?? "GET";
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : init?.body;
    this.asked.push({ method, path, body });
    const refusal = this.refusals.get(path);
    if (refusal) return Promise.resolve(new Response(JSON.stringify(refusal), { status: 400 }));
    if (method === "DELETE") return Promise.resolve(new Response(null, { status: 204 }));
    const told = this.changed.get(path) ?? TOLD[path] ?? { now: true, name: "kabil-file", number: "R1", version: "2026-11.site-2" };
    return Promise.resolve(new Response(JSON.stringify(told), { status: 200 }));
  }
}
