// Camera and microphone tried live: loudness, framing in words, the picture; nothing is kept.
import { useEffect, useRef, useState } from "react";
import { Button } from "../components/controls";
import { FramingPicture } from "../components/senses";
import { negotiate, newConnection, type Peer } from "../media/peer";
import { WORDS } from "../text";
import { ask } from "./api";
import { Said } from "./parts";
import { useWords } from "./words";

interface Device {
  owner: "box" | "page" | "off";
  state: string;
}
interface Found {
  running: boolean;
  microphone: { state: string; level: number | null };
  framing: string | null;
  light: string | null;
  bystander: boolean;
  devices: { camera: Device; microphone: Device };
}
const EVERY_MS = 300;
const BARS = 16;

export function Trial() {
  const { t } = useWords();
  const [on, setOn] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = (trouble: unknown): void => {
    setOn(false);
    setError(trouble);
  };
  return (
    <>
      {on ? (
        <Running stop={stop} />
      ) : (
        <div className="row">
          <Button
            kind="primary"
            compact
            onPress={() => {
              setError(null);
              setOn(true);
            }}
            testid="trial-begin"
          >
            {t("trial.begin")}
          </Button>
        </div>
      )}
      <Said doing={{ error, done: null }} />
    </>
  );
}

/** Asks the booth what it finds while it is shown; ends the trial when it is not. */
function useFound(stop: (trouble: unknown) => void): Found | null {
  const [found, setFound] = useState<Found | null>(null);
  const told = useRef(stop);
  useEffect(() => {
    told.current = stop;
  });
  useEffect(() => {
    let living = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (method: "GET" | "POST"): void =>
      void ask<Found>(method, "trial").then(
        (news) => {
          if (!living) return;
          setFound(news);
          timer = setTimeout(() => look("GET"), EVERY_MS);
        },
        (trouble: unknown) => living && told.current(trouble),
      );
    look("POST");
    return () => {
      living = false;
      clearTimeout(timer);
      void ask("DELETE", "trial").catch(() => undefined);
    };
  }, []);
  return found;
}

function Running({ stop }: { stop: (trouble: unknown) => void }) {
  const { t } = useWords();
  const found = useFound(stop);
  const stream = useStream(found);
  return (
    <>
      {found && (
        <div className="trial" data-testid="trial">
          <Hearing found={found} />
          <Seeing found={found} stream={stream} />
        </div>
      )}
      <div className="row">
        <Button compact onPress={() => stop(null)} testid="trial-end">
          {t("trial.end")}
        </Button>
      </div>
    </>
  );
}

function Hearing({ found }: { found: Found }) {
  const { t, locale } = useWords();
  const { state, level } = found.microphone;
  if (found.devices.microphone.owner === "off") return <Missing title={t("trial.microphone")} />;
  const lit = Math.round((level ?? 0) * BARS);
  return (
    <section aria-label={t("trial.microphone")} className="trial-part">
      <h3>{t("trial.microphone")}</h3>
      <div
        className={`level ${state === "ok" ? "good" : ""}`}
        role="meter"
        aria-label={t("trial.level")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((level ?? 0) * 100)}
        data-testid="trial-level"
      >
        {Array.from({ length: BARS }, (_, n) => (
          <span key={n} className={n < lit ? "lit" : ""} />
        ))}
      </div>
      <p aria-live="polite" data-testid="trial-hearing" data-state={state}>
        {WORDS[locale].maybe(`check.mic.${state}`) ?? state}
      </p>
    </section>
  );
}

function Seeing({ found, stream }: { found: Found; stream: MediaStream | null }) {
  const { t, locale } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  if (found.devices.camera.owner === "off") return <Missing title={t("trial.camera")} />;
  const { maybe } = WORDS[locale];
  const dim = found.framing === "ok" && (found.light === "too_dark" || found.light === "backlit");
  const hint = dim ? `check.light.${found.light}` : `check.framing.${found.framing ?? "unknown"}`;
  return (
    <section aria-label={t("trial.camera")} className="trial-part">
      <h3>{t("trial.camera")}</h3>
      <div className="trial-view">
        <video ref={video} autoPlay muted playsInline aria-label={t("trial.view")} data-testid="trial-view" />
        {stream === null && <p className="soft">{t("trial.no_picture")}</p>}
      </div>
      <div className="row">
        <FramingPicture framing={found.framing} />
        <p aria-live="polite" data-testid="trial-seeing">
          {maybe(hint) ?? hint}
        </p>
      </div>
      {found.bystander && <p className="soft small">{maybe("check.bystander")}</p>}
    </section>
  );
}

function Missing({ title }: { title: string }) {
  const { t } = useWords();
  return (
    <section aria-label={title} className="trial-part">
      <h3>{title}</h3>
      <p className="soft">{t("trial.off")}</p>
    </section>
  );
}

/** The picture: the booth's own camera, or this browser's, which is then sent to the booth as at an interview. */
function useStream(found: Found | null): MediaStream | null {
  const [stream, setStream] = useState<MediaStream | null>(null);
  const camera = found?.devices.camera.owner ?? "off";
  const microphone = found?.devices.microphone.owner ?? "off";
  useEffect(() => {
    if (camera === "off" && microphone === "off") return;
    const joined = join(camera, microphone, setStream);
    return joined;
  }, [camera, microphone]);
  return stream;
}

function join(camera: Device["owner"], microphone: Device["owner"], show: (stream: MediaStream | null) => void): () => void {
  const peers: Peer[] = [];
  let own: MediaStream | null = null;
  let stopped = false;
  const send = async (): Promise<void> => {
    const audio = { echoCancellation: true, noiseSuppression: false, autoGainControl: false };
    own = await navigator.mediaDevices.getUserMedia({ audio: microphone === "page" ? audio : false, video: camera === "page" });
    if (stopped) return end();
    if (camera === "page") show(own);
    const connection = newConnection();
    for (const track of own.getTracks()) connection.addTrack(track, own);
    peers.push(await negotiate(connection, "/api/admin/trial/send"));
    if (stopped) end();
  };
  const view = async (): Promise<void> => {
    const connection = newConnection();
    connection.addTransceiver("video", { direction: "recvonly" });
    connection.ontrack = (event) => show(event.streams[0] ?? new MediaStream([event.track]));
    peers.push(await negotiate(connection, "/api/admin/trial/view"));
    if (stopped) end();
  };
  const end = (): void => {
    for (const peer of peers.splice(0)) peer.close();
    for (const track of own?.getTracks() ?? []) track.stop();
  };
  if (camera === "page" || microphone === "page") void send().catch(() => undefined);
  if (camera === "box") void view().catch(() => undefined);
  return () => {
    stopped = true;
    end();
    show(null);
  };
}
