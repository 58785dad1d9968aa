// The booth's voice: each saying is played once, at the chosen volume, and reported when it has ended.
import { useEffect, useRef } from "react";
import type { Speaking } from "../protocol";

/** Plays what the booth says; calls `ended` with its id once, also when it could not be played. */
export function useVoice(speaking: Speaking | null, volume: number, ended: (id: number) => void): void {
  const player = useRef<Player | null>(null);
  const told = useRef(ended);
  useEffect(() => {
    told.current = ended;
  }, [ended]);
  useEffect(() => {
    player.current ??= new Player((id) => told.current(id));
    player.current.volume(volume);
    player.current.say(speaking);
  }, [speaking, volume]);
  useEffect(() => () => player.current?.say(null), []);
}

class Player {
  private id = 0;
  private loudness = 1;
  private sound: HTMLAudioElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ended: (id: number) => void) {}

  volume(percent: number): void {
    this.loudness = percent / 100;
    if (this.sound !== null) this.sound.volume = this.loudness;
  }

  /** Says it once; null is silence, also in the middle of a word. */
  say(speaking: Speaking | null): void {
    if (speaking?.id === this.id) return;
    this.hush();
    if (speaking === null) return;
    const { id, url, seconds } = speaking;
    this.id = id;
    if (url === null) this.inSilence(id, seconds);
    else this.play(id, url, seconds);
  }

  private play(id: number, url: string, seconds: number): void {
    const sound = new Audio(url);
    sound.volume = this.loudness;
    sound.onended = () => this.end(id);
    sound.onerror = () => this.inSilence(id, seconds);
    sound.play().catch(() => this.inSilence(id, seconds));
    this.sound = sound;
  }

  /** Without sound the words are on the page: they stand as long as they would have been said. */
  private inSilence(id: number, seconds: number): void {
    if (id !== this.id) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(id), seconds * 1000);
  }

  private end(id: number): void {
    if (id === this.id) this.ended(id);
  }

  private hush(): void {
    clearTimeout(this.timer);
    this.sound?.pause();
    this.sound = null;
    this.id = 0;
  }
}
