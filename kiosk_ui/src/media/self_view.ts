// The booth's own camera as a picture on the page, by WHEP; only in the check step.
import { useEffect, useState } from "react";
import { negotiate, newConnection, type Peer } from "./peer";

const RETRY_MS = 2000;

/** The booth's self-view while `wanted`; null until it is there. */
export function useBoothView(wanted: boolean): MediaStream | null {
  const [stream, setStream] = useState<MediaStream | null>(null);
  useEffect(() => (wanted ? receive(setStream) : undefined), [wanted]);
  return wanted ? stream : null;
}

function receive(show: (stream: MediaStream | null) => void): () => void {
  let peer: Peer | null = null;
  let stopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const run = async (): Promise<void> => {
    const connection = newConnection();
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.ontrack = (event) => show(event.streams[0] ?? new MediaStream([event.track]));
    try {
      peer = await negotiate(connection, "/whep");
    } catch {
      connection.close();
      if (!stopped) again = setTimeout(() => void run(), RETRY_MS);
    }
    if (stopped) peer?.close();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(again);
    peer?.close();
    show(null);
  };
}
