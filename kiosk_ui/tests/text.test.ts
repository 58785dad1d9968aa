// The words: both languages say everything, with the same placeholders; every code of the wire has words.
import { describe, expect, it } from "vitest";
import en from "../src/locales/en.json";
import hi from "../src/locales/hi.json";
import notices from "../src/locales/notice.json";
import { WORDS } from "../src/text";
import { STATES } from "./fake_booth";

const English = en as Record<string, string>;
const Hindi = hi as Record<string, string>;
const places = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe("languages", () => {
  it("have the same keys", () => {
    expect(Object.keys(Hindi).sort()).toEqual(Object.keys(English).sort());
  });

  it("have the same placeholders", () => {
    const same = (key: string) => String(places(Hindi[key] ?? "")) === String(places(English[key] ?? ""));
    expect(Object.keys(English).filter((key) => !same(key))).toEqual([]);
  });

  it("writes Hindi in Devanagari", () => {
    const latin = /^[\x20-\x7e°]*$/;
    const allowed = /^(engine|unit)\./;
    const foreign = Object.keys(Hindi).filter((key) => latin.test(Hindi[key] ?? "") && !allowed.test(key));
    expect(foreign).toEqual(["timeline.words.said"]);
  });

  it("has the notice in both, page by page", () => {
    const lines = (locale: "en" | "hi") => notices.texts[locale].map((leaf) => leaf.lines.length);
    expect(lines("hi")).toEqual(lines("en"));
  });
});

describe("words", () => {
  const { t, maybe, number, score, time, date } = WORDS.en;

  it("fills placeholders and leaves unknown ones", () => {
    expect(t("question.of", { number: 2, count: 5 })).toBe("Question 2 of 5");
    expect(t("question.of", { number: 2 })).toBe("Question 2 of {count}");
  });

  it("says null where there are no words", () => {
    expect(maybe("error.nobody.knows")).toBeNull();
  });

  it("writes numbers and times", () => {
    expect([number(4.61, 1), score(8), time(65.9), date("2026-12-22")]).toEqual(["4.6", "8.0", "1:05", "22 Dec 2026"]);
    expect(date("no date")).toBe("no date");
  });
});

it("has words for every code in the recorded states", () => {
  const codes = Object.values(STATES).flatMap((state) => [
    ...(state.check ? [`check.mic.${state.check.microphone.state}`] : []),
    ...(state.check ? [`check.framing.${state.check.framing ?? "unknown"}`] : []),
    ...(state.prompt ? [`prompt.${state.prompt}`] : []),
    ...(state.trouble ? [`trouble.${state.trouble.code ?? ""}`] : []),
    ...(state.review?.not_judged ? [`reason.${state.review.not_judged}`] : []),
    ...(state.results?.not_measured ?? []).map((entry) => `reason.${entry.reason}`),
  ]);
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => English[code] === undefined)).toEqual([]);
});
