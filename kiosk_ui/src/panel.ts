// The booth's panel: where staff told how large it is, main targets are 20 mm on it.
import type { Session } from "./session";

const TARGET_MM = 20;
const MM_PER_INCH = 25.4;
/** smaller panels have no room for 20 mm: the design's own sizes hold there */
const SMALLEST_INCHES = 10;
const SMALLEST_PX = 64;
/** a wrong number must not fill the page with one button (our choice) */
const LARGEST_PX = 150;

/** The main targets' size on a panel of that diagonal; null: the design's own. */
export function targetOf(inches: number, width: number, height: number): number | null {
  if (inches < SMALLEST_INCHES) return null;
  const px = Math.round((TARGET_MM / MM_PER_INCH) * (Math.hypot(width, height) / inches));
  return Math.min(LARGEST_PX, Math.max(SMALLEST_PX, px));
}

/** Keeps the page's targets as the booth tells. */
export function followPanel(session: Session): void {
  let told = 0;
  session.subscribe(() => {
    const inches = session.snapshot().known?.wire.booth.panel_inches ?? 0;
    if (inches === told) return;
    told = inches;
    const target = targetOf(inches, screen.width, screen.height);
    const { style } = document.documentElement;
    if (target === null) style.removeProperty("--target");
    else style.setProperty("--target", `${target}px`);
  });
}
