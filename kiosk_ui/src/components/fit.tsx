// A region whose words become as small as needed (not below FLOOR), so that nothing overflows and nothing scrolls.
import { useLayoutEffect, useRef, type ReactNode } from "react";
import { useDisplay } from "../display";

const FLOOR = 0.6;
/** a try is a layout of the region: a good guess spares most of them */
const TRIES = 4;
const CLOSE = 0.02;
/** the blank edge of a line's box may lie outside: Devanagari needs it high, and most lines do not use it */
const BLANK_REM = 0.45;

interface FitProps {
  children: ReactNode;
  className?: string;
}

/** Fills the room it is given; its `--fit` scales the type sizes inside (design/tokens.css). */
export function Fit({ children, className = "" }: FitProps) {
  const box = useRef<HTMLDivElement>(null);
  const { text } = useDisplay();
  useLayoutEffect(() => (box.current === null ? undefined : keepFitting(box.current)), [text]);
  return (
    <div ref={box} className={`fit ${className}`}>
      {children}
    </div>
  );
}

/** Fits now, and again whenever its words, its room or its letters change: not with every drawing of the page. */
function keepFitting(element: HTMLElement): () => void {
  let frame = 0;
  let size = "";
  // before the next picture, but not in the task that drew the page: two short tasks instead of a long one
  const again = (): void => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      fit(element);
      size = sizeOf(element);
    });
  };
  again();
  const words = new MutationObserver(again);
  words.observe(element, { childList: true, characterData: true, subtree: true });
  const resized = (): void => {
    if (size !== sizeOf(element)) again();
  };
  const room = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(resized);
  room?.observe(element);
  document.fonts.addEventListener("loadingdone", again);
  return () => {
    cancelAnimationFrame(frame);
    words.disconnect();
    room?.disconnect();
    document.fonts.removeEventListener("loadingdone", again);
  };
}

function sizeOf(element: HTMLElement): string {
  return `${element.clientWidth}x${element.clientHeight}`;
}

function fit(element: HTMLElement): void {
  // the room is that of the full size: it shrinks with the words in it, and the last try must not decide the next.
  // Most words fit as they are: nothing is written then, and nothing is laid out again
  element.style.removeProperty("--fit");
  const room = element.clientHeight + BLANK_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fits = (scale: number): boolean => {
    if (scale < 1) element.style.setProperty("--fit", String(scale));
    if (element.scrollWidth > element.clientWidth + 1) return false;
    return element.scrollHeight <= room && holdsBoxes(element);
  };
  if (fits(1)) return;
  let low = FLOOR;
  let high = 1;
  // words that wrap need room with the square of their size
  let guess = Math.max(FLOOR, Math.sqrt(room / Math.max(element.scrollHeight, 1)) - CLOSE);
  for (let tries = 0; tries < TRIES && high - low > CLOSE; tries += 1) {
    if (guess <= low || guess >= high) guess = (low + high) / 2;
    if (fits(guess)) low = guess;
    else high = guess;
    guess = low + (high - low) / 3;
  }
  element.style.setProperty("--fit", String(low));
}

/** Boxes have borders: of them not a pixel may lie outside. */
function holdsBoxes(element: HTMLElement): boolean {
  const { bottom } = element.getBoundingClientRect();
  return [...element.children].every((child) => child.getBoundingClientRect().bottom <= bottom + 1);
}
