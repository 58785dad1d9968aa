// Whether the panel has room for a whole page of switches, or for one group at a time.
import { useSyncExternalStore } from "react";
import { useDisplay } from "../display";

const WIDE = 760;
const HIGH = 700;

/** True on panels of about 10 inches and more, unless the words are at their largest. */
export function useRoomy(): boolean {
  const { text } = useDisplay();
  const large = useSyncExternalStore(subscribe, () => innerWidth >= WIDE && innerHeight >= HIGH);
  return large && text !== "largest";
}

/** True where besides there are two columns. */
export function useTwoColumns(): boolean {
  const lying = useSyncExternalStore(subscribe, () => innerWidth > innerHeight);
  return useRoomy() && lying;
}

function subscribe(listener: () => void): () => void {
  addEventListener("resize", listener);
  return () => removeEventListener("resize", listener);
}
