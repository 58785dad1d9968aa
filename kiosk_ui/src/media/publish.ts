// The page's own camera and microphone, sent to the booth by WHIP where the browser owns them.
import { useEffect, useState } from "react";
import type { State } from "../protocol";
import { negotiate, newConnection, type Peer } from "./peer";

const RETRY_MS = 2000;
const WANTED: ReadonlySet<string> = new Set(["check", "think", "answer", "paused", "reviewing", "review"]);

export interface Wanted {
  session_id: string;
  audio: boolean;
  video: boolean;
}

/** What the page has to send now; null when nothing. */
export function wanted(wire: State | null): Wanted | null {
  if (wire === null || wire.interview === null || wire.consent === null || !WANTED.has(wire.phase)) return null;
  const { camera, microphone } = wire.booth.devices;
  const audio = microphone.owner === "page" && wire.consent.microphone && !wire.interview.typed;
  const video = camera.owner === "page" && wire.consent.camera;
  return audio || video ? { session_id: wire.interview.session_id, audio, video } : null;
}

/** Sends what is wanted until it is not; tries again for ever. Gives the stream for the self-view. */
export function usePublish(wire: State | null, connected: boolean): MediaStream | null {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const want = wanted(wire);
  const key = want === null || !connected ? "" : JSON.stringify(want);
  useEffect(() => {
    if (key === "") return;
    const publisher = new Publisher(JSON.parse(key) as Wanted, setStream);
    void publisher.run();
    return () => publisher.stop();
  }, [key]);
  return key === "" ? null : stream;
}

class Publisher {
  private peer: Peer | null = null;
  private stream: MediaStream | null = null;
  private stopped = false;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly want: Wanted,
    private readonly show: (stream: MediaStream | null) => void,
  ) {}

  async run(): Promise<void> {
    const connection = newConnection();
    try {
      this.stream ??= await navigator.mediaDevices.getUserMedia(constraints(this.want));
      if (this.stopped) return this.stop();
      this.show(this.stream);
      for (const track of this.stream.getTracks()) connection.addTrack(track, this.stream);
      connection.onconnectionstatechange = () => this.watch(connection);
      this.peer = await negotiate(connection, `/whip/${this.want.session_id}`);
      if (this.stopped) this.stop();
    } catch {
      connection.close();
      this.later();
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.again);
    this.peer?.close();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.show(null);
  }

  private watch(connection: RTCPeerConnection): void {
    if (connection.connectionState !== "failed" && connection.connectionState !== "disconnected") return;
    this.peer?.close();
    this.peer = null;
    this.later();
  }

  private later(): void {
    clearTimeout(this.again);
    if (this.stream?.getTracks().some((track) => track.readyState === "ended")) this.stream = null;
    if (!this.stopped) this.again = setTimeout(() => void this.run(), RETRY_MS);
  }
}

/** The room's sound as it is: what is measured must not be levelled out; the booth's own voice must not come back. */
function constraints(want: Wanted): MediaStreamConstraints {
  const audio = { echoCancellation: true, noiseSuppression: false, autoGainControl: false };
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 30 } };
  return { audio: want.audio ? audio : false, video: want.video ? video : false };
}
