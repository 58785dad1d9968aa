// What is kept of a student, in their own hands: by code and PIN they see it, take it along, erase it.
import { FileDown, FolderOpen, Trash2, Usb } from "lucide-react";
import { useEffect, useState } from "react";
import { useBooth, useSpeech } from "../booth";
import { titleOf } from "../roles";
import { Claim } from "./claim";
import { Button } from "./controls";
import { Fit } from "./fit";
import { Sheet } from "./sheet";

/** nobody else reads on what was left open (our choice) */
const LEFT_ALONE_MS = 45_000;
const MOST_ROWS = 4;

interface Proof {
  code: string;
  pin: string;
}
interface Kept {
  interviews: { session_id: string; started_at: string; role: string; answered: unknown[] }[];
}

/** The way in, on the attract page. */
export function OwnData() {
  const { t, ask } = useSpeech();
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<(Proof & { kept: Kept }) | null>(null);
  const open = async (code: string, pin: string): Promise<boolean> => {
    const kept = (await ask("/api/kiosk/own/export", { code, pin })) as Kept | null;
    if (kept !== null) setShown({ code, pin, kept });
    return kept !== null;
  };
  const close = (): void => {
    setAsking(false);
    setShown(null);
  };
  useLeftAlone(asking || shown !== null, close);
  return (
    <>
      <Button kind="quiet" icon={<FolderOpen aria-hidden />} onPress={() => setAsking(true)} testid="own-data">
        {t("own.open")}
      </Button>
      <Claim title={t("own.open")} open={asking && shown === null} onClose={() => setAsking(false)} onClaim={open} />
      {shown !== null && <OwnSheet proof={{ code: shown.code, pin: shown.pin }} kept={shown.kept} onClose={close} />}
    </>
  );
}

function OwnSheet({ proof, kept, onClose }: { proof: Proof; kept: Kept; onClose: () => void }) {
  const { t, ask } = useSpeech();
  const [sure, setSure] = useState(false);
  const [number, setNumber] = useState<string | null>(null);
  const erase = async (): Promise<void> => {
    const receipt = (await ask("/api/kiosk/own/erase", { ...proof })) as { number: string } | null;
    setSure(false);
    if (receipt !== null) setNumber(receipt.number);
  };
  const actions = number !== null ? null : sure ? (
    <>
      <Button onPress={() => setSure(false)} testid="own-keep">
        {t("own.keep")}
      </Button>
      <Button kind="danger" icon={<Trash2 aria-hidden />} onPress={() => void erase()} testid="own-erase-confirm">
        {t("erase.now")}
      </Button>
    </>
  ) : (
    <>
      <TakeAlong proof={proof} kept={kept} />
      <Button kind="danger" icon={<Trash2 aria-hidden />} onPress={() => setSure(true)} testid="own-erase">
        {t("erase.now")}
      </Button>
    </>
  );
  return (
    <Sheet title={t("own.title")} open onClose={onClose} wide testid="own-sheet" actions={actions}>
      <Fit className="stack">
        {number !== null ? (
          <>
            <p className="lead" role="status" data-testid="own-receipt">
              {t("own.erased")}
            </p>
            <p className="soft">{t("goodbye.receipt", { number })}</p>
          </>
        ) : sure ? (
          <p className="lead">{t("own.sure")}</p>
        ) : (
          <Listed kept={kept} />
        )}
      </Fit>
    </Sheet>
  );
}

/** Which interviews there are, the newest first, and what to do where something in them is wrong. */
function Listed({ kept }: { kept: Kept }) {
  const { wire, t, date, locale } = useBooth();
  const newest = [...kept.interviews].reverse();
  const role = (id: string): string => {
    const found = wire.booth.roles.find((one) => one.id === id);
    return found === undefined ? id : titleOf(found, locale);
  };
  return (
    <>
      <p className="lead">{t("own.count", { count: newest.length })}</p>
      <ul className="own-rows" data-testid="own-rows">
        {newest.slice(0, MOST_ROWS).map((one) => (
          <li key={one.session_id}>
            <span className="strong">{date(one.started_at)}</span>
            <span>{role(one.role)}</span>
            <span className="soft">{t("own.answers", { count: one.answered.length })}</span>
          </li>
        ))}
      </ul>
      <p className="soft">{t("own.what")}</p>
      <p className="soft">{t("own.wrong", { contact: wire.booth.contact || t("notice.contact_unknown") })}</p>
    </>
  );
}

/** Everything as a file: onto the stick on the booth's own panel, as a download on the student's own machine. */
function TakeAlong({ proof, kept }: { proof: Proof; kept: Kept }) {
  const { wire, t, ask } = useBooth();
  const [written, setWritten] = useState(false);
  const { camera, microphone } = wire.booth.devices;
  const own = camera.owner !== "box" && microphone.owner !== "box";
  const toStick = async (): Promise<void> => setWritten((await ask("/api/kiosk/own/stick", { ...proof })) !== null);
  return (
    <>
      {wire.booth.usb && (
        <Button icon={<Usb aria-hidden />} onPress={() => void toStick()} testid="own-usb">
          {t(written ? "take_home.usb.done" : "own.usb")}
        </Button>
      )}
      {own && (
        <Button icon={<FileDown aria-hidden />} onPress={() => save(kept)} testid="own-file">
          {t("own.file")}
        </Button>
      )}
    </>
  );
}

function save(kept: Kept): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: "kabil-my-data.json" });
  link.click();
  URL.revokeObjectURL(address);
}

/** Closes what nobody has touched for a while. */
function useLeftAlone(open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    let timer = setTimeout(close, LEFT_ALONE_MS);
    const touched = (): void => {
      clearTimeout(timer);
      timer = setTimeout(close, LEFT_ALONE_MS);
    };
    addEventListener("pointerdown", touched);
    addEventListener("keydown", touched);
    return () => {
      clearTimeout(timer);
      removeEventListener("pointerdown", touched);
      removeEventListener("keydown", touched);
    };
  });
}
