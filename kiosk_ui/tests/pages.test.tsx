// Every recorded state on its page in both languages: the right phase, no accessibility violation, no missing words.
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { open, STATES } from "./fake_booth";

const BOTH = Object.entries(STATES).flatMap(([name, state]) => [
  [name, state.locale] as const,
  ...(state.locale === "en" ? [[name, "hi"] as const] : []),
]);
// jsdom has no layout: contrast and target size are looked at in the browser (scripts/look.py)
const RULES = { "color-contrast": { enabled: false }, "target-size": { enabled: false }, region: { enabled: false } };

describe.each(BOTH)("%s in %s", (name, locale) => {
  it("shows its phase, in words, without a violation", async () => {
    const { container } = open(name, {}, locale);
    const page = container.querySelector("[data-testid=page]");
    expect(page?.getAttribute("data-phase")).toBe(STATES[name]?.phase);
    expect(page?.querySelectorAll("h1").length).toBe(1);
    expect(document.documentElement.lang).toBe(locale);
    expect(document.body.textContent).not.toMatch(/\{\w+\}|undefined|NaN|\[object/);
    const { violations } = await axe.run(document.body, { rules: RULES });
    expect(violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
  });
});
