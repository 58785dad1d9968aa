// What lies over or beside every page: refused commands, trouble of the booth, "still there?".
import { CircleAlert } from "lucide-react";
import { useEffect } from "react";
import { useBooth, useIdleSeconds } from "../booth";
import { Button } from "./controls";
import { Sheet } from "./sheet";

const SHOWN_MS = 7000;

/** What did not work, in the candidate's words; goes by itself. */
export function Refused({ code, onDismiss }: { code: string | null; onDismiss: () => void }) {
  const { maybe, t } = useBooth();
  useEffect(() => {
    if (code === null) return;
    const timer = setTimeout(onDismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [code, onDismiss]);
  return (
    <div className="notice-place" aria-live="assertive">
      {code !== null && (
        <div className="notice" data-testid="refused">
          <CircleAlert aria-hidden />
          <p>{maybe(`error.${code}`) ?? t("error.other")}</p>
          <Button kind="quiet" compact onPress={onDismiss}>
            {t("action.ok")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What is wrong with the booth now; the interview goes on with what is there. */
export function TroubleLine() {
  const { wire, maybe, t } = useBooth();
  const code = wire.trouble?.code ?? wire.trouble?.error ?? null;
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

/** "Still there?" with the seconds that are left; any touch is an answer. */
export function StillThere() {
  const { wire, t, command } = useBooth();
  const seconds = useIdleSeconds() ?? 0;
  const open = wire.idle?.kind === "page";
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
