// The booth's state as the page knows it: merging of messages, and the clock that counts on by itself. Pure.
import type { Clock, Message, State } from "./protocol";

/** What the page knows: the wire state and when (page clock, seconds) its clock and countdown arrived. */
export interface Known {
  wire: State;
  clock_at: number;
  idle_at: number;
}

/** Merges a message: keys replace wholly, `reset` starts anew; a change before the first whole state is dropped. */
export function merge(known: Known | null, message: Message, now: number): Known | null {
  const { reset, ...part } = message;
  const whole = reset === true || known === null;
  if (whole && !isWhole(part)) return known;
  const wire = whole ? (part as State) : { ...known.wire, ...part };
  return {
    wire,
    clock_at: whole || "clock" in part ? now : known.clock_at,
    idle_at: whole || "idle" in part ? now : known.idle_at,
  };
}

function isWhole(part: Partial<State>): part is State {
  return typeof part.phase === "string" && part.booth !== undefined && part.booth !== null;
}

/** Seconds that have run, counted on from the last message; never beyond the limit. */
export function elapsed(clock: Clock, clock_at: number, now: number): number {
  const seconds = clock.elapsed + Math.max(0, now - clock_at);
  return clock.limit === null ? seconds : Math.min(seconds, clock.limit);
}

/** Whole seconds that are left; null where time is not limited. */
export function left(clock: Clock, clock_at: number, now: number): number | null {
  return clock.limit === null ? null : Math.max(0, Math.ceil(clock.limit - elapsed(clock, clock_at, now)));
}
