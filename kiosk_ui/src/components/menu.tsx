// The menu of every page: how the page looks and sounds, the language, and what was agreed to.
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useBooth, useSpeech, useWire } from "../booth";
import { show, useDisplay, type TextSize } from "../display";
import type { ConsentSwitch, Locale, Phase } from "../protocol";
import { WORDS } from "../text";
import { Button, Options, Stepper, SwitchRow } from "./controls";
import { EraseSheet } from "./erase";
import { Fit } from "./fit";
import { Panes } from "./panes";
import { Sheet } from "./sheet";

const BEFORE_CONSENT: ReadonlySet<Phase> = new Set(["attract", "language", "consent", "goodbye"]);
const SWITCHES: readonly ConsentSwitch[] = ["microphone", "camera", "expression", "keep", "share"];

export function MenuSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useSpeech();
  const { phase, consent } = useWire("phase", "consent");
  const agreed = !BEFORE_CONSENT.has(phase) && consent !== null;
  const panes = [
    { id: "display", title: t("menu.display"), content: <DisplayPane /> },
    { id: "sound", title: t("menu.sound"), content: <SoundPane /> },
    ...(agreed ? [{ id: "privacy", title: t("menu.privacy"), content: <PrivacyPane onClose={onClose} /> }] : []),
  ];
  return (
    <Sheet title={t("menu.title")} open={open} onClose={onClose} wide testid="menu-sheet">
      <Panes label={t("menu.title")} panes={panes} />
    </Sheet>
  );
}

function DisplayPane() {
  const { t } = useSpeech();
  const display = useDisplay();
  const words = { yes: t("word.on"), no: t("word.off") };
  const sizes: TextSize[] = ["normal", "large", "largest"];
  return (
    <Fit className="settings">
      <Options
        label={t("menu.text")}
        options={sizes.map((id) => ({ id, title: t(`menu.text.${id}`) }))}
        value={display.text}
        onChange={(text) => show({ text })}
        prefix="text"
        className="inline"
      />
      <SwitchRow
        name={t("menu.contrast")}
        on={display.contrast === "high"}
        words={words}
        onChange={(on) => show({ contrast: on ? "high" : "normal" })}
        testid="contrast"
      />
      <SwitchRow
        name={t("menu.motion")}
        on={display.motion === "reduced"}
        words={words}
        onChange={(on) => show({ motion: on ? "reduced" : "normal" })}
        testid="motion"
      />
    </Fit>
  );
}

function SoundPane() {
  const { wire, t, number, command, locale } = useBooth();
  const volume = wire.switches.volume;
  return (
    <Fit className="settings">
      <Options<Locale>
        label={t("menu.language")}
        options={wire.booth.locales.map((id) => ({ id, title: WORDS[id].t("language.name") }))}
        value={locale}
        onChange={(id) => void command("choose_language", { locale: id })}
        prefix="menu-lang"
        className="inline"
      />
      <Stepper
        label={t("menu.volume")}
        value={volume}
        shown={`${number(volume)} %`}
        step={10}
        onChange={(to) => void command("switch", { volume: to })}
        words={{ less: t("menu.quieter"), more: t("menu.louder") }}
        testid="volume"
      />
      <SwitchRow
        name={t("menu.live")}
        note={t("menu.live.note")}
        on={wire.switches.live_strip}
        words={{ yes: t("word.on"), no: t("word.off") }}
        onChange={(on) => void command("switch", { live_strip: on })}
        testid="live-switch"
      />
    </Fit>
  );
}

/** What was agreed to, each withdrawable on its own, and everything at once. */
function PrivacyPane({ onClose }: { onClose: () => void }) {
  const { wire, t, command } = useBooth();
  const [erasing, setErasing] = useState(false);
  const given = SWITCHES.filter((what) => wire.consent?.[what] === true);
  return (
    <Fit className="privacy">
      <p className="soft">{t(given.length > 0 ? "privacy.agreed" : "privacy.nothing")}</p>
      <ul className="agreed">
        {given.map((what) => (
          <li key={what}>
            <span className="strong">{t(`consent.${what}`)}</span>
            <Button compact onPress={() => void command("withdraw", { what })} testid={`withdraw-${what}`}>
              {t("privacy.withdraw")}
            </Button>
          </li>
        ))}
        <li>
          <Button kind="danger" compact icon={<Trash2 aria-hidden />} onPress={() => setErasing(true)} testid="menu-erase">
            {t("erase.now")}
          </Button>
        </li>
      </ul>
      {wire.booth.contact && <p className="soft small">{t("attract.contact", { contact: wire.booth.contact })}</p>}
      <EraseSheet
        open={erasing}
        onClose={() => {
          setErasing(false);
          onClose();
        }}
      />
    </Fit>
  );
}
