// The reducer: whole states, changes, what is missing and what is gone; the clock that counts on.
import { describe, expect, it } from "vitest";
import type { Clock } from "../src/protocol";
import { elapsed, left, merge } from "../src/state";
import { recorded } from "./fake_booth";

const THINK = recorded("think");

describe("merge", () => {
  it("takes a whole state at first", () => {
    expect(merge(null, THINK, 5)?.wire).toEqual(THINK);
  });

  it("waits for a whole state", () => {
    expect(merge(null, { prompt: "move_on" }, 5)).toBeNull();
  });

  it("leaves missing keys as they were, and null means gone", () => {
    const known = merge(merge(null, THINK, 0), { question: null }, 1);
    expect(known?.wire.question).toBeNull();
    expect(known?.wire.interview).toEqual(THINK.interview);
  });

  it("replaces a key wholly", () => {
    const known = merge(merge(null, THINK, 0), { caption: { final: "b", partial: "" } }, 1);
    expect(known?.wire.caption).toEqual({ final: "b", partial: "" });
  });

  it("forgets everything of the old state on a reset", () => {
    const attract = recorded("attract");
    const known = merge(merge(null, recorded("review"), 0), { ...attract, reset: true }, 1);
    expect(known?.wire).toEqual(attract);
    expect(known?.wire).not.toHaveProperty("reset");
  });

  it("remembers when the clock came, not when something else did", () => {
    const first = merge(null, THINK, 10);
    const known = merge(first, { prompt: "take_your_time" }, 12);
    expect(known?.clock_at).toBe(10);
    expect(merge(known, { clock: THINK.clock }, 14)?.clock_at).toBe(14);
  });
});

describe("clock", () => {
  const clock: Clock = { kind: "think", elapsed: 7, limit: 30 };

  it("counts on by itself", () => {
    expect(elapsed(clock, 100, 102.5)).toBe(9.5);
    expect(left(clock, 100, 102.5)).toBe(21);
  });

  it("stops at the limit", () => {
    expect(elapsed(clock, 100, 500)).toBe(30);
    expect(left(clock, 100, 500)).toBe(0);
  });

  it("has no rest where time is not limited", () => {
    expect(left({ kind: "answer", elapsed: 7, limit: null }, 0, 50)).toBeNull();
  });
});
