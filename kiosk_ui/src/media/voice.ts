// The booth's voice: each saying is played once, at the chosen volume, and reported when it has ended.
import { useEffect, useRef } from "react";
import type { Speaking } from "../protocol";

/** Plays what the booth says; calls `ended` with its id once, also when it could not be played. */
export function useVoice(speaking: Speaking | null, volume: number, ended: (id: number) => void): void {
  const played = useRef(0);
  const sound = useRef<HTMLAudioElement | null>(null);
  const told = useRef(ended);
  useEffect(() => {
    told.current = ended;
  }, [ended]);
  useEffect(() => {
    if (sound.current !== null) sound.current.volume = volume / 100;
  }, [volume]);
  const id = speaking?.id ?? null;
  const url = speaking?.url ?? null;
  const seconds = speaking?.seconds ?? 0;
  useEffect(() => {
    if (id === null || id === played.current) return;
    played.current = id;
    return say(id, url, seconds);
    // the volume of a running sound is set above
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, url, seconds]);

  function say(which: number, from: string | null, length: number): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      clearTimeout(timer);
      told.current(which);
    };
    const inSilence = (): void => {
      timer = setTimeout(end, length * 1000);
    };
    if (from === null) inSilence();
    else {
      const audio = new Audio(from);
      audio.volume = volume / 100;
      audio.onended = end;
      audio.onerror = inSilence;
      audio.play().catch(inSilence);
      sound.current = audio;
    }
    return () => {
      clearTimeout(timer);
      sound.current?.pause();
      sound.current = null;
    };
  }
}
