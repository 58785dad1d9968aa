// What lies over or beside every page: refused commands, trouble of the booth, "still there?".
import { CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { createPortal } from "react-dom";
import { useIdleSeconds, useSpeech, useWire } from "../booth";
import { Button } from "./controls";
import type { Booth as BoothState } from "../protocol";
import { Sheet } from "./sheet";

const SHOWN_MS = 7000;
const PASSING_MS = 3000;

/** What did not work, in the candidate's words; goes by itself. */
export function Refused({ code, onDismiss }: { code: string | null; onDismiss: () => void }) {
  const { maybe, t } = useSpeech();
  useEffect(() => {
    if (code === null) return;
    const timer = setTimeout(onDismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [code, onDismiss]);
  // above an open sheet: behind it, it would be neither seen, read out nor put away
  return createPortal(
    <div className="notice-place" aria-live="assertive" data-react-aria-top-layer="true">
      {code !== null && (
        <div className="notice" data-testid="refused">
          <CircleAlert aria-hidden />
          <p>{maybe(`error.${code}`) ?? t("error.other")}</p>
          <Button kind="quiet" compact onPress={onDismiss}>
            {t("action.ok")}
          </Button>
        </div>
      )}
    </div>,
    document.body,
  );
}

/** What is wrong with the booth now; the interview goes on with what is there. */
export function TroubleLine() {
  const { maybe, t } = useSpeech();
  const { trouble, booth } = useWire("trouble", "booth");
  const told = trouble?.code ?? trouble?.error ?? null;
  const code = useLasting(told, told !== null && isOwnDevice(booth, told));
  return (
    <div role="status" className="trouble-place">
      {code !== null && (
        <p className="trouble-line" data-testid="trouble" data-code={code}>
          <CircleAlert aria-hidden />
          <span>{maybe(`trouble.${code}`) ?? t("trouble.other")}</span>
        </p>
      )}
    </div>
  );
}

/** The page's own camera or microphone: after a reload it is back before anybody has to read of it. */
function isOwnDevice(booth: BoothState, code: string): boolean {
  const { camera, microphone } = booth.devices;
  const device = code.startsWith("capture.camera") ? camera : code.startsWith("capture.microphone") ? microphone : null;
  return device?.owner === "page";
}

/** The code at once, or where it may pass by itself, only once it has lasted. */
function useLasting(code: string | null, mayPass: boolean): string | null {
  const [lasted, setLasted] = useState<string | null>(null);
  useEffect(() => {
    if (code === null || !mayPass) return;
    const timer = setTimeout(() => setLasted(code), PASSING_MS);
    return () => {
      clearTimeout(timer);
      setLasted(null);
    };
  }, [code, mayPass]);
  return mayPass ? lasted : code;
}

/** "Still there?" with the seconds that are left; any touch is an answer. */
export function StillThere() {
  const { t, command } = useSpeech();
  const seconds = useIdleSeconds() ?? 0;
  const open = useWire("idle").idle?.kind === "page";
  const here = (): void => void command("presence");
  return (
    <Sheet
      title={t("idle.title")}
      open={open}
      onClose={here}
      firm
      testid="idle"
      actions={
        <Button kind="primary" onPress={here} testid="still-here" autoFocus>
          {t("idle.here")}
        </Button>
      }
    >
      <p className="lead">{t("idle.text", { seconds })}</p>
    </Sheet>
  );
}
