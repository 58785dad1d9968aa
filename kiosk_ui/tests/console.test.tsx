// The console's pages, fed by a fake booth, in both languages: words, calls, keys on the screen, no violation.
import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Console } from "../src/admin/console";
import { square } from "../src/admin/guide";
import { lastDays } from "../src/admin/overview";
import { suggestion } from "../src/admin/panel";
import { targetOf } from "../src/panel";
import { ConsoleBooth, TOLD } from "./console_booth";

const PAGES = ["overview", "shared", "questions", "health", "data", "notices", "audit", "setup"];
// jsdom has no layout: contrast and target size are looked at in the browser (tests/e2e/test_console.py)
const RULES = { "color-contrast": { enabled: false }, "target-size": { enabled: false }, region: { enabled: false } };
const press = (id: string) => userEvent.click(screen.getByTestId(id));

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
});

async function open(page: string, booth = new ConsoleBooth()) {
  render(<Console />);
  await userEvent.click(await screen.findByTestId(`go-${page}`));
  await waitFor(() => expect(screen.getByTestId(`page-${page}`).textContent).not.toMatch(/Loading …|लोड हो रहा/));
  return booth;
}

async function type(testid: string, text: string): Promise<void> {
  const field = screen.getByTestId(testid);
  await userEvent.clear(field);
  await userEvent.type(field, text);
}

describe.each(PAGES)("%s", (page) => {
  it.each(["en", "hi"] as const)("is worded in %s and has no violation", async (locale) => {
    await open(page, new ConsoleBooth(locale));
    const main = screen.getByTestId(`page-${page}`);
    expect(main.textContent?.replaceAll("{contact}", "")).not.toMatch(/\{\w+\}|undefined|NaN|\[object|\w+\.\w+_\w+/);
    expect(document.documentElement.lang).toBe(locale);
    const { violations } = await axe.run(document.body, { rules: RULES });
    expect(violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  });
});

describe("the door", () => {
  it("asks for the PIN by its own keys and sends it", async () => {
    const booth = new ConsoleBooth("en", { signed_in: false });
    render(<Console />);
    for (const digit of "271828") await userEvent.click(await screen.findByTestId(`pin-${digit}`));
    await press("enter");
    expect(booth.last("POST", "login")?.body).toEqual({ pin: "271828" });
  });

  it("says how long it is locked, and lets nobody try", async () => {
    new ConsoleBooth("en", { signed_in: false, locked_seconds: 290 });
    render(<Console />);
    expect((await screen.findByTestId("locked")).textContent).toContain("5");
    await userEvent.type(screen.getByTestId("pin"), "271828");
    expect(screen.getByTestId("enter")).toBeDisabled();
  });

  it("opens by itself when the lock is over", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const booth = new ConsoleBooth("en", { signed_in: false, locked_seconds: 20 });
    render(<Console />);
    await screen.findByTestId("locked");
    booth.answer("session", { ...(TOLD.session as object), signed_in: false, locked_seconds: 0 });
    await act(() => vi.advanceTimersByTimeAsync(11_000));
    await waitFor(() => expect(screen.queryByTestId("locked")).toBeNull());
    vi.useRealTimers();
  });

  it("speaks the other language before anybody has signed in", async () => {
    new ConsoleBooth("en", { signed_in: false });
    render(<Console />);
    await userEvent.click(await screen.findByTestId("other-language"));
    expect(screen.getByTestId("enter").textContent).toBe("साइन इन");
  });

  it("gives the panel back when nobody is at it", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const went = vi.fn();
    vi.stubGlobal("location", { ...location, assign: went });
    const booth = new ConsoleBooth();
    render(<Console />);
    await screen.findByTestId("go-audit");
    await act(() => vi.advanceTimersByTimeAsync(179_000));
    expect(booth.last("POST", "logout")).toBeUndefined();
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(booth.last("POST", "logout")).toBeDefined();
    await waitFor(() => expect(went).toHaveBeenCalledWith("/"));
    vi.unstubAllGlobals();
  });
});

describe("what leaves and enters", () => {
  it("goes by the stick where the panel has no downloads", async () => {
    vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes("fullscreen"), addEventListener: () => undefined }));
    const booth = await open("shared");
    expect(document.querySelector("a[download]")).toBeNull();
    expect(screen.getByText("7K2Q")).toBeInTheDocument();
    await press("stick-ours");
    expect(booth.last("POST", "stick/report")?.body).toEqual({ session_id: "ours" });
    await press("go-questions");
    expect(screen.queryByTestId("pack-file")).toBeNull();
    await userEvent.click(await screen.findByTestId("bring-Our Pack.csv"));
    expect(booth.last("POST", "stick/pack")?.body).toEqual({ name: "Our Pack.csv" });
    vi.unstubAllGlobals();
  });

  it.each([
    ["en", "our-pack.csv, line 3: “level” must be one of: easy, medium, hard. Here it is “trivial”."],
    ["hi", "our-pack.csv, पंक्ति 3: “level” इनमें से एक हो: easy, medium, hard। यहाँ “trivial” है।"],
  ] as const)("shows a pack's problems by line, in %s", async (locale, words) => {
    const booth = await open("questions", new ConsoleBooth(locale));
    const values = { name: "level", value: "trivial", allowed: "easy, medium, hard" };
    const problem = { file: "our-pack.csv", line: 3, code: "not_one_of", values };
    booth.refuse("stick/pack", { error: "web.bad_pack", problems: [problem], problem_count: 7 });
    await userEvent.click(await screen.findByTestId("bring-Our Pack.csv"));
    const items = within(await screen.findByTestId("problems")).getAllByRole("listitem");
    expect(items.map((item) => item.textContent)).toEqual([words, expect.stringContaining("6")]);
  });

  it("words what it does not know in its own language too, with the code", async () => {
    const booth = await open("questions", new ConsoleBooth("hi"));
    booth.refuse("stick/pack", { error: "web.something_new", message: "something new happened" });
    await userEvent.click(await screen.findByTestId("bring-Our Pack.csv"));
    expect((await screen.findByTestId("said-error")).textContent).toBe("कुछ गड़बड़ हो गई (web.something_new)।");
  });

  it.each([
    [true, "No USB stick is plugged in."],
    [false, "This booth lets no USB sticks in yet"],
  ])("says why nothing goes to the stick, let in: %s", async (let_in, words) => {
    const booth = new ConsoleBooth();
    booth.answer("stick", { stick: false, let_in, backups: [], packs: [] });
    await open("data", booth);
    expect((await screen.findAllByText(words, { exact: false })).length).toBe(3); // at each thing that needs it
  });

  it("backs up under a passphrase that is long enough", async () => {
    const booth = await open("data");
    await type("backup-passphrase", "too short");
    expect(screen.getByTestId("backup")).toBeDisabled();
    await press("backup-suggest");
    await press("backup");
    const sent = booth.last("POST", "stick/backup")?.body as { passphrase: string };
    expect(sent.passphrase).toMatch(/^(\w{4}-){3}\w{4}$/);
    expect(screen.getByTestId("backup-passphrase")).toHaveValue("");
    expect(new Set(Array.from({ length: 50 }, suggestion)).size).toBe(50);
  });

  it("restores after a question, and words a wrong passphrase", async () => {
    const booth = await open("data");
    booth.refuse("stick/restore", { error: "store.wrong_passphrase", message: "…" });
    const name = "kabil-backup-20261122-101010.kabil";
    expect(await screen.findByTestId(`restore-${name}`)).toBeDisabled();
    await type("restore-passphrase", "monsoon guava 27");
    await press(`restore-${name}`);
    expect(booth.last("POST", "stick/restore")).toBeUndefined();
    await press(`restore-${name}-yes`);
    expect(booth.last("POST", "stick/restore")?.body).toEqual({ name, passphrase: "monsoon guava 27" });
    expect((await screen.findByTestId("said-error")).textContent).toMatch(/not the passphrase/);
  });
});

describe("the log", () => {
  it("tells what and outcome in words, and leafs", async () => {
    await open("audit");
    const rows = screen.getAllByRole("row").map((row) => row.textContent);
    expect(rows[1]).toContain("Setting changed: Volume of the booth's voice");
    expect(rows[2]).toContain("This is not the console's PIN.");
    expect(rows[3]).toContain("problems: 3");
    await press("audit-older");
    expect(await screen.findByText("First PIN set")).toBeVisible();
    expect(screen.getByTestId("audit-older")).toBeDisabled();
  });
});

describe("the notice", () => {
  it("is read as students read it, and says which version is not in force", async () => {
    await open("notices");
    expect(screen.getByTestId("notice-text").textContent).toContain("Complaints and questions: Desk 3.");
    await press("read-2026-11");
    expect(screen.getByTestId("notice-in-force").textContent).toContain("Version 2026-11, not in force");
    await press("notice-back");
    expect(screen.getByTestId("notice-in-force").textContent).toContain("In force: version 2026-11.site-1");
  });

  it("is written anew, and what it lacks is told at its line", async () => {
    const booth = await open("notices");
    await press("notice-edit");
    const places = [{ locale: "hi", part: 4, line: 3, why: "contact" }];
    booth.refuse("notices", { error: "web.bad_notice", places });
    await press("notice-save");
    expect((await screen.findByTestId("wrong-hi-4-3")).textContent).toContain("{contact}");
    expect(screen.getByTestId("line-hi-4-3")).toHaveAttribute("aria-invalid", "true");
    const sent = booth.last("POST", "notices")?.body as { texts: Record<string, { lines: string[] }[]> };
    expect(sent.texts.en?.map((part) => part.lines.length)).toEqual([4, 3, 3, 3]); // the empty line is not sent
  });
});

describe("the PIN", () => {
  it("is typed twice when it is changed, so that no slip locks everybody out", async () => {
    const booth = await open("setup");
    await type("pin-old", "271828");
    await type("pin-new", "314159");
    await type("pin-again", "314158");
    await press("pin-change");
    expect((await screen.findByTestId("said-error")).textContent).toContain("differ");
    expect(booth.last("POST", "pin")).toBeUndefined();
    await type("pin-old", "271828");
    await type("pin-new", "314159");
    await type("pin-again", "314159");
    await press("pin-change");
    expect(booth.last("POST", "pin")?.body).toEqual({ old: "271828", new: "314159" });
  });
});

describe("figures", () => {
  it("show each of the last days, those without an interview too", () => {
    const days = lastDays([{ date: "2026-11-20", count: 12 }, { date: "2026-05-01", count: 3 }], new Date("2026-11-22T20:00:00Z"));
    expect(days.length).toBe(30);
    expect([days[0]?.date, days.at(-1)?.date]).toEqual(["2026-10-24", "2026-11-22"]);
    expect(days.filter((day) => day.count > 0)).toEqual([{ date: "2026-11-20", count: 12 }]);
  });
});

describe("settings", () => {
  it("say that they were saved, and hide days that mean nothing", async () => {
    const booth = await open("setup");
    await type("setting-interview.questions", "4");
    await press("setting-interview.questions-save");
    expect(await screen.findByText("Saved.")).toBeVisible();
    expect(screen.getByTestId("setting-store.retention_days")).toBeVisible();
    const { settings, ...rest } = TOLD.settings as { settings: { path: string }[] };
    const year = settings.map((one) => (one.path === "store.retention" ? { ...one, value: "year", next: "year" } : one));
    booth.answer("settings", { settings: year, ...rest });
    await userEvent.selectOptions(screen.getByTestId("setting-store.retention"), "year");
    await waitFor(() => expect(screen.queryByTestId("setting-store.retention_days")).toBeNull());
  });

  it("of the screen are gone with who chose them", async () => {
    vi.stubGlobal("location", { ...location, assign: () => undefined });
    await open("setup");
    await press("screen-contrast");
    expect(document.documentElement.dataset["contrast"]).toBe("high");
    await press("leave");
    await waitFor(() => expect(document.documentElement.dataset["contrast"]).toBe("normal"));
    vi.unstubAllGlobals();
  });

  it("stay in their range, and say what they wait for", async () => {
    const booth = await open("setup");
    expect(screen.getByText("Changed; holds after a restart.")).toBeVisible();
    await type("setting-interview.questions", "99");
    expect(screen.getByTestId("setting-interview.questions-save")).toBeDisabled();
    await type("setting-interview.questions", "4");
    await press("setting-interview.questions-save");
    expect(booth.last("PUT", "settings/interview.questions")?.body).toEqual({ value: 4 });
    expect(screen.getByTestId("setting-web.grievance_contact")).toBeDisabled();
  });

  it("restart the booth only after a question", async () => {
    const booth = await open("setup");
    await press("restart");
    expect(booth.last("POST", "restart")).toBeUndefined();
    await press("restart-yes");
    expect(booth.last("POST", "restart")).toBeDefined();
  });
});

describe("the guided set-up", () => {
  it("goes on at the step where it was left, back and forth", async () => {
    const booth = await open("setup");
    await press("guide");
    expect(screen.getByTestId("step-panel")).toBeVisible();
    await press("panel-15.6");
    expect(booth.last("PUT", "settings/web.panel_inches")?.body).toEqual({ value: 15.6 });
    await press("guide-next");
    expect(await screen.findByTestId("step-retention")).toBeVisible();
    expect(booth.last("PUT", "steps")?.body).toEqual({ step: "retention" });
    await press("guide-back");
    await screen.findByTestId("step-panel");
    await press("guide-back");
    await screen.findByTestId("step-devices");
    await press("trial-begin");
    const trial = await screen.findByTestId("trial");
    expect(within(trial).getByTestId("trial-level")).toHaveAttribute("aria-valuenow", "50");
    expect(trial.textContent).toContain("There is none.");
    await press("guide-next");
    await waitFor(() => expect(booth.last("DELETE", "trial")).toBeDefined());
  });

  it("draws a square of 20 mm for the panel", () => {
    vi.stubGlobal("screen", { width: 1280, height: 800 });
    expect(square(10.1)).toBe(118);
    expect(targetOf(10.1, 1280, 800)).toBe(118);
    expect(targetOf(21.5, 1920, 1080)).toBe(81);
    expect([targetOf(7, 800, 480), targetOf(0, 800, 480)]).toEqual([null, null]);
    expect(targetOf(10, 4000, 3000)).toBe(150);
    vi.unstubAllGlobals();
  });
});

describe("keys on the screen", () => {
  it("come with a touch, write into the field, and go", async () => {
    await open("data");
    const field = screen.getByTestId("claim-code");
    act(() => field.focus());
    expect(screen.queryByTestId("keys")).toBeNull(); // no finger yet
    act(() => field.blur());
    fireEvent.pointerDown(field, { pointerType: "touch" });
    act(() => field.focus());
    const keys = screen.getByTestId("keys");
    const key = (name: string) => userEvent.click(within(keys).getByRole("button", { name }));
    await key("K");
    await key("7");
    expect(field).toHaveValue("K7");
    await key("Delete");
    expect(field).toHaveValue("K");
    await key("Hide");
    expect(screen.queryByTestId("keys")).toBeNull();
  });
});

describe("health", () => {
  it("begins with what does not work, and says what to do", async () => {
    await open("health");
    const lines = screen.getAllByRole("listitem").map((line) => line.textContent);
    expect(lines[0]).toBe("Camera – It is not there. Interviews go on without it and say so.Check its cable.");
    expect(screen.getByTestId("findings").textContent).toContain("Plug one in, then look again.");
  });
});
