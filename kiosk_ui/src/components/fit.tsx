// A region whose words become as small as needed (not below FLOOR), so that nothing overflows and nothing scrolls.
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";

const FLOOR = 0.6;
const STEPS = 5;
/** the blank edge of a line's box may lie outside: Devanagari needs it high, and most lines do not use it */
const BLANK_REM = 0.45;

interface FitProps {
  children: ReactNode;
  className?: string;
}

/** Fills the room it is given; its `--fit` scales the type sizes inside (design/tokens.css). */
export function Fit({ children, className = "" }: FitProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current !== null) fit(box.current);
  });
  useEffect(() => {
    const element = box.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const again = (): void => fit(element);
    const observer = new ResizeObserver(again);
    observer.observe(element);
    document.fonts.addEventListener("loadingdone", again);
    return () => {
      observer.disconnect();
      document.fonts.removeEventListener("loadingdone", again);
    };
  }, []);
  return (
    <div ref={box} className={`fit ${className}`}>
      {children}
    </div>
  );
}

function fit(element: HTMLElement): void {
  const blank = BLANK_REM * parseFloat(getComputedStyle(document.documentElement).fontSize);
  const fits = (scale: number): boolean => {
    element.style.setProperty("--fit", String(scale));
    if (element.scrollWidth > element.clientWidth + 1) return false;
    return element.scrollHeight <= element.clientHeight + blank && holdsBoxes(element);
  };
  if (fits(1)) return;
  let low = FLOOR;
  let high = 1;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  element.style.setProperty("--fit", String(low));
}

/** Boxes have borders: of them not a pixel may lie outside. */
function holdsBoxes(element: HTMLElement): boolean {
  const { bottom } = element.getBoundingClientRect();
  return [...element.children].every((child) => child.getBoundingClientRect().bottom <= bottom + 1);
}
