// Sound and pictures: the booth's voice once per saying, the page's own devices by WHIP, the self-view by WHEP.
import { act } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { wanted } from "../src/media/publish";
import type { Device, State } from "../src/protocol";
import { open, recorded } from "./fake_booth";
import { FakeConnection, FakeSound, FakeStream } from "./fake_media";

const SAYING = { id: 1, text: "What is a hash table?", url: "/api/kiosk/speech/1.wav", seconds: 3 };
const PAGE: Device = { owner: "page", state: "live", code: null };
const owned = (name: string, changes: Partial<State> = {}): State => {
  const state = recorded(name, changes);
  return { ...state, booth: { ...state.booth, devices: { camera: PAGE, microphone: PAGE } } };
};
const settle = () => act(() => vi.advanceTimersByTimeAsync(0));

describe("the booth's voice", () => {
  it("is played once at the chosen volume, and reported when it ended", async () => {
    const { booth, send } = open("think", { speaking: SAYING, switches: { live_strip: false, volume: 40 } });
    act(() => send({ speaking: { ...SAYING } }));
    expect(FakeSound.made.map((sound) => [sound.src, sound.volume])).toEqual([[SAYING.url, 0.4]]);
    await act(async () => FakeSound.made[0]?.onended?.());
    expect(booth.last()).toEqual({ command: "spoken", id: 1 });
  });

  it("follows the volume while it speaks, and is silent when it is hushed", () => {
    const { send } = open("think", { speaking: SAYING });
    act(() => send({ switches: { live_strip: false, volume: 10 } }));
    expect(FakeSound.made[0]?.volume).toBe(0.1);
    act(() => send({ speaking: null }));
    expect(FakeSound.made[0]?.playing).toBe(false);
  });

  it("is reported after its length when it cannot be played", async () => {
    vi.useFakeTimers();
    FakeSound.broken = true;
    const { booth } = open("think", { speaking: SAYING });
    await act(() => vi.advanceTimersByTimeAsync(2900));
    expect(booth.last()).toBeUndefined();
    await act(() => vi.advanceTimersByTimeAsync(200));
    FakeSound.broken = false;
    expect(booth.last()).toEqual({ command: "spoken", id: 1 });
  });
});

describe("the page's own devices", () => {
  it("are sent only where the page owns them, was allowed to, and an interview runs", () => {
    expect(wanted(null)).toBeNull();
    expect(wanted(recorded("think"))).toBeNull();
    expect(wanted(owned("role"))).toBeNull();
    expect(wanted(owned("results"))).toBeNull();
    expect(wanted(owned("think"))).toMatchObject({ audio: true, video: true });
    expect(wanted(owned("check_no_camera"))).toMatchObject({ audio: true, video: false });
    expect(wanted(owned("answer_typed"))).toBeNull();
  });

  it("go to the booth by WHIP, again after a break, and stop with the interview", async () => {
    vi.useFakeTimers();
    const stream = new FakeStream(["audio", "video"]);
    const ask = vi.fn(() => Promise.resolve(stream));
    Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia: ask } });
    const { send } = open("think");
    const posts: string[] = [];
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
      posts.push(`${init?.method ?? "GET"} ${url}`);
      const headers = { Location: "/whip/resource/1" };
      return Promise.resolve(new Response("answer", { status: init?.method === "POST" ? 201 : 200, headers }));
    });
    act(() => send({ ...owned("think"), reset: true }));
    await settle();
    expect(posts).toEqual([`POST /whip/${recorded("think").interview?.session_id ?? ""}`]);
    expect(FakeConnection.made[0]).toMatchObject({ remote: "answer", configuration: { iceServers: [] } });
    expect(FakeConnection.made[0]?.tracks).toHaveLength(2);

    FakeConnection.made[0]?.become("failed");
    await act(() => vi.advanceTimersByTimeAsync(2100));
    expect(FakeConnection.made).toHaveLength(2);
    expect(ask).toHaveBeenCalledTimes(1);

    act(() => send({ ...owned("goodbye"), reset: true }));
    await settle();
    expect(FakeConnection.made[1]?.closed).toBe(true);
    expect(stream.tracks.map((track) => track.readyState)).toEqual(["ended", "ended"]);
    expect(posts.at(-1)).toBe("DELETE /whip/resource/1");
  });

  it("are asked for again when the browser refuses them", async () => {
    vi.useFakeTimers();
    const ask = vi.fn(() => Promise.reject(new Error("in use")));
    Object.defineProperty(navigator, "mediaDevices", { configurable: true, value: { getUserMedia: ask } });
    open("think", owned("think"));
    await act(() => vi.advanceTimersByTimeAsync(4200));
    expect(ask.mock.calls.length).toBeGreaterThanOrEqual(3);
  });
});

describe("the self-view", () => {
  it("comes from the booth by WHEP in the check, and ends with it", async () => {
    const { send } = open("check_devices");
    await act(async () => undefined);
    expect(FakeConnection.made).toHaveLength(1);
    act(() => send({ ...recorded("think"), reset: true }));
    await act(async () => undefined);
    expect(FakeConnection.made).toHaveLength(1);
    expect(FakeConnection.made[0]?.closed).toBe(true);
  });
});
