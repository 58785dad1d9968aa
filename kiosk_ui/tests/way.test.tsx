// The candidate's way: every press sends the command that docs/wire.md names, and nothing else moves the page on.
import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Device } from "../src/protocol";
import { readCode } from "../src/components/qr_code";
import { open, recorded } from "./fake_booth";

const press = (id: string) => userEvent.click(screen.getByTestId(id));

describe("before the interview", () => {
  it("begins", async () => {
    const { booth } = open("attract");
    await press("begin");
    expect(booth.last()).toEqual({ command: "begin" });
  });

  it("chooses Hindi", async () => {
    const { booth } = open("language");
    await press("lang-hi");
    expect(booth.last()).toEqual({ command: "choose_language", locale: "hi" });
  });

  it("asks for what the candidate switched on, and nothing was ticked before", async () => {
    const { booth } = open("consent");
    for (const box of screen.getAllByRole("switch")) expect(box).not.toBeChecked();
    await press("consent-microphone");
    await press("age-yes");
    await press("consent-keep");
    await press("consent-next");
    const rest = { camera: false, expression: false, share: false };
    expect(booth.last()).toEqual({ command: "consent", microphone: true, keep: true, adult: true, ...rest });
  });

  it("does not go on before the age is answered", async () => {
    const { booth } = open("consent");
    await press("consent-next");
    expect(booth.last()).toBeUndefined();
    expect(screen.getByRole("alert")).toHaveTextContent("answer this question");
  });

  it("keeps nothing of a minor", async () => {
    const { booth } = open("consent");
    await press("age-yes");
    await press("consent-keep");
    await press("age-no");
    await press("consent-next");
    expect(booth.last()).toMatchObject({ keep: false, share: false, adult: false });
  });

  it("offers no keeping where the placement cell keeps nothing", async () => {
    open("consent_ephemeral");
    await press("age-yes");
    expect(within(screen.getByTestId("consent-keep")).getByRole("switch")).toBeDisabled();
    expect(screen.getByTestId("consent-keep")).toHaveTextContent("keeps nothing");
  });

  it("chooses role, shape and level in steps of nine choices at most", async () => {
    const { booth } = open("role");
    await press("group-software");
    await press("role-software_developer");
    expect(screen.getAllByRole("radio").length).toBeLessThanOrEqual(9);
    await press("shape-technical");
    await press("level-hard");
    await press("role-next");
    const chosen = { role: "software_developer", shape: "technical", level: "hard", typed: false };
    expect(booth.last()).toEqual({ command: "choose_interview", ...chosen });
  });

  it("types where the microphone was not agreed to", async () => {
    const consent = { microphone: false, camera: false, expression: false, keep: false, share: false, adult: true };
    const { booth } = open("role", { consent });
    await press("group-speaking");
    await press("role-just_a_minute");
    await press("role-next");
    expect(booth.last()).toMatchObject({ typed: true, shape: "talk" });
  });

  it("continues an earlier history by code and PIN, and says when the PIN is wrong", async () => {
    const { booth } = open("role");
    await press("claim");
    for (const key of "K7MQ3XPA") await userEvent.click(screen.getByRole("button", { name: key }));
    await press("claim-next");
    for (const key of "2468") await press(`pin-${key}`);
    booth.refuse(403, "store.wrong_pin");
    await press("claim-next");
    expect(booth.last()).toEqual({ command: "claim", code: "K7MQ3XPA", pin: "2468" });
    expect(await screen.findByTestId("refused")).toHaveTextContent("PIN does not belong");
  });
});

describe("the check", () => {
  it.each([
    ["check_devices", "check-next", "look"],
    ["check_eyes", "eyes-start", "follow"],
    ["check_eyes", "eyes-skip", "look"],
    ["check_eyes_corner", "eyes-skip", "look"],
    ["check_look", "warmup-start", "warmup"],
    ["check_look", "warmup-skip", "done"],
    ["check_warmup", "warmup-done", "done"],
    ["check_done", "check-next", "done"],
    ["check_typed", "check-next", "done"],
  ])("%s: %s leads to %s", async (name, id, step) => {
    const { booth } = open(name);
    await press(id);
    expect(booth.last()).toEqual({ command: "check_step", step });
  });

  it("goes to the eyes when the face is well in the picture, and past them when it is not", async () => {
    const seen = recorded("check_devices").check;
    const { booth } = open("check_devices", { check: seen && { ...seen, framing: "ok" } });
    await press("check-next");
    expect(booth.last()).toEqual({ command: "check_step", step: "eyes" });
  });

  it("shows the dot in the corner that the booth names, and none when the lens is meant", () => {
    const { send } = open("check_eyes_corner");
    expect(screen.getByTestId("eye-dot")).toHaveClass("bottom_right");
    act(() => send(recorded("check_eyes_turn")));
    expect(screen.queryByTestId("eye-dot")).toBeNull();
    expect(screen.getByTestId("eye-words")).toHaveTextContent("to your left");
    act(() => send(recorded("check_look")));
    expect(screen.getByTestId("warmup-start")).toBeInTheDocument();
  });

  it("sends who types on to the questions after the eyes", async () => {
    const interview = recorded("check_eyes").interview;
    const { booth } = open("check_eyes", { interview: interview && { ...interview, typed: true } });
    await press("eyes-skip");
    expect(booth.last()).toEqual({ command: "check_step", step: "done" });
  });

  it("shows no picture of anybody after the check", () => {
    open("answer");
    expect(document.querySelector("video")).toBeNull();
  });
});

describe("a question", () => {
  it.each([
    ["think", "ready", "start_answer"],
    ["think", "repeat", "repeat_question"],
    ["think", "skip", "skip"],
    ["answer", "done", "done"],
    ["answer_live", "not-yet", "continue"],
    ["paused", "continue", "continue"],
    ["review", "retry", "retry"],
    ["review", "next", "next"],
    ["review", "finish", "finish"],
    ["results", "take-home", "take_home"],
    ["results", "end", "end"],
    ["take_home", "end", "end"],
    ["take_home", "usb", "usb"],
    ["take_home", "print", "print"],
    ["take_home", "back", "back"],
  ])("%s: %s sends %s", async (name, id, command) => {
    const { booth } = open(name);
    await press(id);
    expect(booth.last()).toMatchObject({ command });
  });

  it("shows the words as they come, and a late partial never outlives its answer", () => {
    const { send } = open("answer");
    act(() => send({ caption: { final: "one two", partial: "three" } }));
    expect(screen.getByTestId("captions")).toHaveTextContent("one two three");
    act(() => send({ ...recorded("think"), reset: true }));
    expect(document.body.textContent).not.toContain("three");
  });

  it("has a lamp in words while it listens", () => {
    open("answer");
    expect(screen.getByTestId("lamp")).toHaveTextContent("not saved");
  });

  it("shows the live strip only when it is switched on", () => {
    const { send } = open("answer");
    expect(screen.queryByTestId("live-strip")).toBeNull();
    act(() => send({ switches: { live_strip: true, volume: 60 } }));
    expect(screen.getByTestId("live-strip")).toHaveTextContent("not measured");
  });

  it("types on the on-screen keyboard, capitals and corrections too", async () => {
    const { booth } = open("answer_typed", { caption: null });
    const key = (name: string) => userEvent.click(screen.getByRole("button", { name }));
    await userEvent.click(screen.getAllByRole("button", { name: "Shift" })[0] as HTMLElement);
    await key("H");
    await key("i");
    await key("x");
    await key("Delete");
    await press("done");
    expect(booth.last()).toEqual({ command: "done", text: "Hi" });
  });

  it("types Devanagari", async () => {
    const { booth } = open("answer_typed_hi", { caption: null });
    await userEvent.click(screen.getByRole("button", { name: "न" }));
    await userEvent.click(screen.getByRole("button", { name: "म" }));
    await press("done");
    expect(booth.last()).toEqual({ command: "done", text: "नम" });
  });

  it("brings the draft back after a reload", () => {
    open("answer_typed");
    expect(screen.getByTestId("typed-text")).toHaveValue(recorded("answer_typed").caption?.final);
  });
});

describe("reviews and results", () => {
  it("tells how a point was measured on a tap", async () => {
    open("review");
    await userEvent.click(screen.getAllByTestId("how-measured")[0] as HTMLElement);
    expect(screen.getByTestId("reason")).toHaveTextContent("Matched by meaning");
  });

  it("shows what changed since the last try", () => {
    open("review_retry");
    expect(screen.getByTestId("difference")).toHaveTextContent("Two keys can land in the same slot");
  });

  it("says what was heard and missed", async () => {
    open("review");
    await press("tab-key-points");
    expect(screen.getAllByTestId("key-point-heard")).toHaveLength(3);
    expect(screen.getAllByTestId("key-point-missed")).toHaveLength(1);
  });

  it("never guesses a score that was not measured", () => {
    open("results_no_camera");
    expect(screen.getByTestId("score-posture")).toHaveTextContent("not measured");
    expect(screen.getByTestId("score-posture")).not.toHaveTextContent("0");
  });

  it("opens what a score is made of", async () => {
    open("results");
    await press("score-fluency");
    expect(within(screen.getByTestId("score-sheet")).getAllByRole("row")).toHaveLength(5);
  });

  it("gives charts a text alternative", () => {
    open("results");
    expect(screen.getByRole("img", { name: /Communication 9\.6/ })).toBeInTheDocument();
  });

  it("says what was noticed besides, and the expression only to who asked for it", async () => {
    const { review, consent } = recorded("review");
    if (!review || !consent) throw new Error("the recorded review has both");
    const measured = (value: number | null) => ({ value, coverage: 1, reason: value === null ? "too_short" : null });
    const gestures = { smile_ratio: measured(0.12), nod_count: measured(3), blink_per_minute: measured(null) };
    const noticed = { ...gestures, mouth_moving_ratio: measured(0.6) };
    const expression = { neutral: 0.8, happiness: 0.15, fear: 0.05 };
    const seen = { ...review, numbers: { ...review.numbers, ...noticed }, expression };
    const { send } = open("review", { review: seen, consent: { ...consent, expression: false } });
    await press("tab-timeline");
    const line = screen.getByTestId("noticed");
    expect(line).toHaveTextContent("Also noticed, in no score: smiling 12 % of the time · nods: 3 · mouth moving 60 %");
    expect(line).not.toHaveTextContent(/blinks|neutral/);
    act(() => send({ consent: { ...consent, expression: true } }));
    expect(line).toHaveTextContent("neutral 80 %, happy 15 %");
    expect(line).not.toHaveTextContent("afraid");
    act(() => send({ review: { ...seen, expression: null } }));
    expect(line).toHaveTextContent("facial expression: not measured");
  });

  it("leafs through the answers", async () => {
    const { results } = recorded("results");
    const [first] = results?.answers ?? [];
    const five = [1, 2, 3, 4, 5].map((number) => ({ ...first, answer_id: `${number}` }) as NonNullable<typeof first>);
    open("results", { results: results && { ...results, answers: five } });
    await press("tab-answers");
    expect(screen.getByTestId("answer-1")).toHaveTextContent("87 / 100");
    await userEvent.click(screen.getByRole("button", { name: "More" }));
    expect(screen.getByTestId("answer-5")).toBeInTheDocument();
  });

  it("gives a code for a PIN", async () => {
    const { booth, send } = open("take_home");
    await press("keep");
    for (const key of "13579") await press(`pin-${key}`);
    await press("keep-next");
    expect(booth.last()).toEqual({ command: "keep", pin: "13579" });
    act(() => send({ take_home: recorded("take_home_code").take_home }));
    expect(screen.getByTestId("claim-code")).toHaveTextContent("K7MQ3XPA");
  });

  it("gives who shares the number by which the placement cell finds the report, nobody else", () => {
    const { send } = open("take_home");
    expect(screen.getByTestId("kept")).not.toHaveTextContent("7K2Q");
    const { consent } = recorded("take_home");
    act(() => send({ consent: consent && { ...consent, share: true } }));
    expect(screen.getByTestId("kept")).toHaveTextContent("7K2Q");
  });
});

describe("on every page", () => {
  it.each(["role", "check_devices", "think", "answer", "answer_typed", "review", "results", "take_home"])(
    "%s: erases everything after one question",
    async (name) => {
      const { booth } = open(name);
      await press("menu");
      await press("tab-privacy");
      await press("menu-erase");
      await press("erase-confirm");
      expect(booth.last()).toEqual({ command: "erase" });
    },
  );

  it("takes a consent back", async () => {
    const { booth } = open("think");
    await press("menu");
    await press("tab-privacy");
    await press("withdraw-camera");
    expect(booth.last()).toEqual({ command: "withdraw", what: "camera" });
  });

  it("changes volume, language and text size without dragging", async () => {
    const { booth } = open("think");
    await press("menu");
    await press("text-largest");
    expect(document.documentElement.dataset["text"]).toBe("largest");
    await press("tab-sound");
    await press("volume-less");
    expect(booth.last()).toEqual({ command: "switch", volume: 70 });
    await press("menu-lang-hi");
    expect(booth.last()).toEqual({ command: "choose_language", locale: "hi" });
  });

  it("forgets the display with the candidate", async () => {
    const { send } = open("think");
    await press("menu");
    await press("text-largest");
    act(() => send({ ...recorded("attract"), reset: true }));
    expect(document.documentElement.dataset["text"]).toBe("normal");
    expect(sessionStorage.length).toBe(0);
  });

  it("asks whether somebody is still there", async () => {
    const { booth, send } = open("review");
    act(() => send({ idle: { kind: "page", seconds_left: 12 } }));
    expect(screen.getByTestId("idle")).toHaveTextContent("12 seconds");
    await press("still-here");
    expect(booth.commands.at(-1)).toEqual({ command: "presence" });
  });

  it("words trouble by its code, in either key", () => {
    const { send } = open("trouble");
    expect(screen.getByTestId("trouble")).toHaveTextContent("microphone is gone");
    act(() => send({ trouble: { error: "store.disk_full", message: "" } }));
    expect(screen.getByTestId("trouble")).toHaveTextContent("disk is full");
    act(() => send({ trouble: { error: "nobody.knows", message: "secret" } }));
    expect(screen.getByTestId("trouble")).not.toHaveTextContent("secret");
  });

  it("is patient with the page's own camera after a reload, and no longer than needed", async () => {
    vi.useFakeTimers();
    const { booth } = recorded("trouble");
    const own: Device = { owner: "page", state: "lost", code: "capture.microphone_lost" };
    open("trouble", { booth: { ...booth, devices: { ...booth.devices, microphone: own } } });
    expect(screen.queryByTestId("trouble")).toBeNull();
    await act(() => vi.advanceTimersByTimeAsync(3100));
    expect(screen.getByTestId("trouble")).toHaveTextContent("microphone is gone");
  });

  it("is quiet about a command that came too late", async () => {
    const { booth } = open("think");
    booth.refuse(409, "interview.wrong_phase");
    await press("ready");
    expect(screen.queryByTestId("refused")).toBeNull();
  });
});

describe("the QR code", () => {
  it("is drawn from the booth's one path, scaled or not", () => {
    const plain = '<svg viewBox="0 0 33 33"><script>bad()</script><path stroke="#000" d="M4 4.5h7"/></svg>';
    expect(readCode(plain)).toEqual({ size: 33, path: "M4 4.5h7", transform: null });
    const scaled = '<svg width="200" height="200"><path transform="scale(8)" stroke="#000" d="M2 2.5h7"/></svg>';
    expect(readCode(scaled)).toEqual({ size: 200, path: "M2 2.5h7", transform: "scale(8)" });
  });

  it("is none when there is no picture", () => {
    expect(readCode("")).toBeNull();
    expect(readCode("<svg></svg>")).toBeNull();
  });
});
