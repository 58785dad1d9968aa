// One WebRTC connection to the booth: an SDP offer posted (WHIP, WHEP), no STUN, loopback only.

const GATHER_MS = 700;

export interface Peer {
  connection: RTCPeerConnection;
  close: () => void;
}

/** Posts the connection's offer and takes the answer; rejects when the booth refuses. */
export async function negotiate(connection: RTCPeerConnection, url: string): Promise<Peer> {
  await connection.setLocalDescription();
  await gathered(connection);
  const headers = { "Content-Type": "application/sdp" };
  const answer = await fetch(url, { method: "POST", headers, body: connection.localDescription?.sdp ?? "" });
  if (answer.status !== 201) throw new Error(`refused: ${answer.status}`);
  const resource = answer.headers.get("Location");
  await connection.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  return { connection, close: () => close(connection, resource) };
}

/** A connection with no server but the booth. */
export function newConnection(): RTCPeerConnection {
  return new RTCPeerConnection({ iceServers: [] });
}

function close(connection: RTCPeerConnection, resource: string | null): void {
  connection.close();
  if (resource !== null) void fetch(resource, { method: "DELETE", keepalive: true }).catch(() => undefined);
}

/** Candidates go with the offer; with no interface but loopback there may be none, so it does not wait for ever. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHER_MS);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    });
  });
}
