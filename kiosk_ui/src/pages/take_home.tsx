// What the candidate takes along: a QR code, a code for next time, paper or a stick; then kept as agreed, or erased.
import { Check, FileDown, KeyRound, Printer, Trash2, Usb } from "lucide-react";
import { useState } from "react";
import { useBooth } from "../booth";
import { BackButton } from "../components/back";
import { Button } from "../components/controls";
import { EraseSheet } from "../components/erase";
import { Fit } from "../components/fit";
import { Page } from "../components/page";
import { QrCode } from "../components/qr_code";
import { PinPad } from "../components/pin_pad";
import { Sheet } from "../components/sheet";
import type { State } from "../protocol";
import { keepsNothing } from "./consent";

export function TakeHome() {
  const { t, command } = useBooth();
  const [erasing, setErasing] = useState(false);
  return (
    <Page
      title={t("take_home.title")}
      className="take-home"
      back={<BackButton />}
      others={
        <Button kind="quiet" icon={<Trash2 aria-hidden />} onPress={() => setErasing(true)} testid="erase">
          {t("erase.now")}
        </Button>
      }
      primary={
        <Button kind="primary" icon={<Check aria-hidden />} onPress={() => void command("end")} testid="end">
          {t("take_home.end")}
        </Button>
      }
    >
      <Code />
      <Ways />
      <EraseSheet open={erasing} onClose={() => setErasing(false)} />
    </Page>
  );
}

function Code() {
  const { wire, t } = useBooth();
  const offer = wire.take_home;
  if (offer === null) return null;
  return (
    <section className="code-side">
      <QrCode svg={offer.qr_svg} label={t("take_home.qr_alt")} />
      <Fit className="code-words">
        <p className="strong">{t("take_home.qr")}</p>
        <p className="soft small">{t("take_home.qr_note")}</p>
      </Fit>
    </section>
  );
}

function Ways() {
  const { wire, t, command } = useBooth();
  const [choosing, setChoosing] = useState(false);
  const offer = wire.take_home;
  if (offer === null) return null;
  return (
    <section className="ways" aria-label={t("take_home.ways")}>
      <Fit className="ways-list">
        {keeps(wire) && offer.claim_code === null && (
          <Button icon={<KeyRound aria-hidden />} onPress={() => setChoosing(true)} testid="keep">
            {t("take_home.keep")}
          </Button>
        )}
        {offer.claim_code !== null && (
          <p className="claim-code">
            <span className="soft">{t("take_home.code")}</span>
            <span className="code" data-testid="claim-code">
              {offer.claim_code}
            </span>
            <span className="soft small">{t("take_home.code_note")}</span>
          </p>
        )}
        {offer.usb !== null && (
          <Button
            icon={<Usb aria-hidden />}
            isDisabled={offer.usb === "writing"}
            onPress={() => void command("usb")}
            testid="usb"
          >
            {t(`take_home.usb.${offer.usb}`)}
          </Button>
        )}
        {offer.printer !== null && (
          <Button
            icon={<Printer aria-hidden />}
            isDisabled={offer.printer === "printing"}
            onPress={() => void command("print")}
            testid="print"
          >
            {t(`take_home.printer.${offer.printer}`)}
          </Button>
        )}
        {ownMachine(wire) && (
          <a className="button plain" href={offer.pdf_url} download="kabil-report.pdf" data-testid="pdf">
            <FileDown aria-hidden />
            <span>{t("take_home.pdf")}</span>
          </a>
        )}
        <p className="soft" data-testid="kept">
          {t(keptWords(wire), { number: offer.report_number })}
        </p>
      </Fit>
      <KeepSheet open={choosing} onClose={() => setChoosing(false)} />
    </section>
  );
}

/** A file is of use where the browser is the candidate's own machine, not where it fills a kiosk's panel. */
function ownMachine(wire: State): boolean {
  const { camera, microphone } = wire.booth.devices;
  const boxes = camera.owner === "box" || microphone.owner === "box";
  return !boxes;
}

function keeps(wire: State): boolean {
  return wire.consent?.keep === true && wire.consent.adult === true && !keepsNothing(wire);
}

function keptWords(wire: State) {
  if (!keeps(wire)) return "take_home.not_kept";
  return wire.consent?.share === true ? "take_home.shared" : "take_home.kept";
}

function KeepSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, command } = useBooth();
  const [pin, setPin] = useState("");
  const close = (): void => {
    setPin("");
    onClose();
  };
  const send = async (): Promise<void> => {
    if (await command("keep", { pin })) close();
  };
  return (
    <Sheet
      title={t("take_home.keep")}
      open={open}
      onClose={close}
      wide
      testid="keep-sheet"
      actions={
        <Button kind="primary" isDisabled={pin.length < 4} onPress={() => void send()} testid="keep-next">
          {t("take_home.get_code")}
        </Button>
      }
    >
      <Fit className="claim-body">
        <PinPad value={pin} onChange={setPin} label={t("take_home.choose_pin")} />
      </Fit>
    </Sheet>
  );
}
