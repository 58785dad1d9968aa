// How the page is shown: text size, contrast, motion; the candidate's choice, gone with the candidate.
import { useSyncExternalStore } from "react";

export type TextSize = "normal" | "large" | "largest";
export interface Display {
  text: TextSize;
  contrast: "normal" | "high";
  motion: "normal" | "reduced";
}

const KEY = "kabil.display";
const PLAIN: Display = { text: "normal", contrast: "normal", motion: "normal" };
const listeners = new Set<() => void>();
let display: Display = remembered();

/** The display as chosen, or as the system asks for. */
export function useDisplay(): Display {
  return useSyncExternalStore(subscribe, () => display);
}

/** Changes the display; survives a reload, not the candidate. */
export function show(part: Partial<Display>): void {
  display = { ...display, ...part };
  sessionStorage.setItem(KEY, JSON.stringify(display));
  apply();
  for (const listener of listeners) listener();
}

/** Back to the plain display: the next candidate chooses anew. */
export function forget(): void {
  if (JSON.stringify(display) !== JSON.stringify(systemWish())) show(systemWish());
  sessionStorage.removeItem(KEY);
}

/** Writes the display onto the page's root, where the tokens read it. */
export function apply(): void {
  const root = document.documentElement.dataset;
  root["text"] = display.text;
  root["contrast"] = display.contrast;
  root["motion"] = display.motion;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function remembered(): Display {
  try {
    return { ...systemWish(), ...(JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Partial<Display>) };
  } catch {
    return systemWish();
  }
}

function systemWish(): Display {
  const asks = (query: string) => typeof matchMedia === "function" && matchMedia(query).matches;
  return {
    ...PLAIN,
    contrast: asks("(prefers-contrast: more)") ? "high" : "normal",
    motion: asks("(prefers-reduced-motion: reduce)") ? "reduced" : "normal",
  };
}
