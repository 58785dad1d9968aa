// Whole fakes of what a browser brings for sound and connections: sockets, sounds, peer connections, a camera.

/** A socket that a test opens, feeds and drops. */
export class FakeSocket {
  static readonly made: FakeSocket[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drop(): void {
    this.closed = true;
    this.onclose?.();
  }

  close(): void {
    this.drop();
  }
}

/** A sound that plays until a test ends it; `broken` sounds refuse. */
export class FakeSound {
  static readonly made: FakeSound[] = [];
  static broken = false;
  volume = 1;
  playing = false;
  onended: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly src: string) {
    FakeSound.made.push(this);
  }

  play(): Promise<void> {
    if (FakeSound.broken) return Promise.reject(new Error("no sound device"));
    this.playing = true;
    return Promise.resolve();
  }

  pause(): void {
    this.playing = false;
  }
}

/** A peer connection that gathers at once, and fails when a test says so. */
export class FakeConnection extends EventTarget {
  static readonly made: FakeConnection[] = [];
  iceGatheringState = "complete";
  connectionState = "new";
  localDescription: { sdp: string } | null = null;
  remote: string | null = null;
  closed = false;
  readonly tracks: MediaStreamTrack[] = [];
  onconnectionstatechange: (() => void) | null = null;
  ontrack: (() => void) | null = null;

  constructor(readonly configuration: RTCConfiguration) {
    super();
    FakeConnection.made.push(this);
  }

  addTrack(track: MediaStreamTrack): void {
    this.tracks.push(track);
  }

  addTransceiver(): void {
    this.tracks.length = 0;
  }

  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: "offer" };
    return Promise.resolve();
  }

  setRemoteDescription(description: { sdp: string }): Promise<void> {
    this.remote = description.sdp;
    return Promise.resolve();
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  close(): void {
    this.closed = true;
  }
}

/** A camera and a microphone; every track tells whether it was stopped. */
export class FakeStream {
  readonly tracks: { kind: string; readyState: string; stop: () => void }[];

  constructor(kinds: string[]) {
    this.tracks = kinds.map((kind) => {
      const track = { kind, readyState: "live", stop: () => void (track.readyState = "ended") };
      return track;
    });
  }

  getTracks() {
    return this.tracks;
  }
}
