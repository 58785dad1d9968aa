// The connection: whole state on connect, reconnect for ever, trouble after three seconds, refusals, presence.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "../src/session";
import { FakeBooth, recorded } from "./fake_booth";
import { FakeSocket } from "./fake_media";

const THINK = recorded("think");
const newest = (): FakeSocket => FakeSocket.made.at(-1) as FakeSocket;
let booth: FakeBooth;
let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  booth = new FakeBooth();
  session = new Session(() => Date.now() / 1000);
  session.open();
});

describe("events", () => {
  it("come from the booth's own address", () => {
    expect(newest().url).toBe(`ws://${location.host}/api/kiosk/events`);
  });

  it("make the state", () => {
    newest().say(THINK);
    newest().say({ prompt: "take_your_time" });
    expect(session.snapshot().known?.wire).toEqual({ ...THINK, prompt: "take_your_time" });
  });

  it("are asked for again a second after they stopped, for ever", async () => {
    newest().say(THINK);
    for (let again = 2; again < 6; again += 1) {
      newest().drop();
      await vi.advanceTimersByTimeAsync(1100);
      expect(FakeSocket.made.length).toBe(again);
    }
  });

  it("are trouble after three seconds without, and none when they are back", async () => {
    newest().say(THINK);
    newest().drop();
    await vi.advanceTimersByTimeAsync(2900);
    expect(session.snapshot().connected).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(session.snapshot().connected).toBe(false);
    newest().say({ ...recorded("answer"), reset: true });
    expect(session.snapshot()).toMatchObject({ connected: true, known: { wire: { phase: "answer" } } });
  });

  it("are trouble when none ever came", async () => {
    await vi.advanceTimersByTimeAsync(3100);
    expect(session.snapshot()).toMatchObject({ connected: false, known: null });
  });

  it("stop when the page is closed", async () => {
    session.close();
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.made.length).toBe(1);
  });
});

describe("commands", () => {
  it("tell what was refused, until it is dismissed", async () => {
    booth.refuse(403, "store.wrong_pin");
    expect(await session.command("claim", { code: "A", pin: "1" })).toBe(false);
    expect(session.snapshot().refused).toBe("store.wrong_pin");
    session.dismiss();
    expect(session.snapshot().refused).toBeNull();
  });

  it("are sent once more with a new cookie", async () => {
    booth.refuse(403, "web.no_cookie");
    expect(await session.command("done")).toBe(true);
    expect(booth.commands.map((sent) => sent.command)).toEqual(["done", "done"]);
  });

  it("say that the booth did not answer", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
    await session.command("done");
    expect(session.snapshot().refused).toBe("page.no_booth");
  });

  it("tell of presence at most once a second, and only when there is a booth", async () => {
    session.presence();
    newest().say(THINK);
    for (let touch = 0; touch < 10; touch += 1) session.presence();
    await vi.advanceTimersByTimeAsync(1000);
    session.presence();
    expect(booth.commands).toHaveLength(2);
  });
});
