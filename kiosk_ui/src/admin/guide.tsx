// The guided set-up: one step a page, back and next; the booth remembers the step, so that it goes on there.
import { ArrowLeft, ArrowRight, Check } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, Options } from "../components/controls";
import type { Locale } from "../protocol";
import { ask, useDoing, useLoaded, type Doing } from "./api";
import { NoticeText, textsOf } from "./notices";
import { toTop } from "./panel";
import { Panel, Said, Shown } from "./parts";
import { DAYS, put, Restart, Rows, type Settings } from "./settings";
import { Trial } from "./trial";
import { useWords, type Key } from "./words";

export interface Steps {
  steps: string[];
  step: string;
}
interface GuideProps {
  steps: Steps;
  settings: Settings;
  reload: () => void;
  look: () => void;
  leave: () => void;
}
/** usual panels: inches, width and height in points */
const PANELS = [
  { inches: 7, width: 800, height: 480 },
  { inches: 10.1, width: 1280, height: 800 },
  { inches: 15.6, width: 1920, height: 1080 },
  { inches: 21.5, width: 1920, height: 1080 },
];
const TARGET_MM = 20;
const MM_PER_INCH = 25.4;

export function Guide({ steps, settings, reload, look, leave }: GuideProps) {
  const { t } = useWords();
  const [step, setStep] = useState(steps.step);
  const doing = useDoing();
  useEffect(toTop, [step]);
  const at = Math.max(0, steps.steps.indexOf(step));
  const last = at === steps.steps.length - 1;
  const go = (to: number): void => {
    const next = steps.steps[to];
    if (next === undefined) return;
    doing.run(async () => {
      await ask("PUT", "steps", { step: next });
      setStep(next);
      return "";
    });
  };
  return (
    <>
      <Panel title={t(`guide.${step}` as Key)} lead={t("guide.step", { number: at + 1, count: steps.steps.length })} testid={`step-${step}`}>
        {step === "language" && <Language settings={settings} look={look} />}
        {step === "devices" && (
          <>
            <p className="soft">{t("trial.lead")}</p>
            <Trial />
          </>
        )}
        {step === "panel" && <PanelSize settings={settings} reload={reload} />}
        {step === "retention" && <Retention settings={settings} reload={reload} />}
        {step === "notice" && <Notice />}
        {step === "done" && <p>{t("guide.done_lead")}</p>}
        <Said doing={doing} />
        <div className="row guide-foot">
          <Button compact icon={<ArrowLeft aria-hidden />} isDisabled={at === 0 || doing.busy} onPress={() => go(at - 1)} testid="guide-back">
            {t("console.back")}
          </Button>
          {!last && (
            <Button kind="quiet" onPress={leave} testid="guide-later">
              {t("guide.later")}
            </Button>
          )}
          <span className="console-space" />
          {last ? (
            <Button kind="primary" compact icon={<Check aria-hidden />} onPress={leave} testid="guide-finish">
              {t("guide.finish")}
            </Button>
          ) : (
            <Button kind="primary" compact icon={<ArrowRight aria-hidden />} isDisabled={doing.busy} onPress={() => go(at + 1)} testid="guide-next">
              {t("console.next")}
            </Button>
          )}
        </div>
      </Panel>
      {last && settings.restart && <Restart needed />}
    </>
  );
}

function Language({ settings, look }: { settings: Settings; look: () => void }) {
  const { t, locale } = useWords();
  const doing = useDoing();
  const fixed = isFixed(settings, "web.console_locale");
  const options = [
    { id: "en" as const, title: "English" },
    { id: "hi" as const, title: "हिन्दी" },
  ];
  const choose = (chosen: Locale): void =>
    doing.run(async () => {
      await put("web.console_locale", chosen);
      look();
      return "";
    });
  return (
    <>
      {fixed && <p className="soft small">{t("settings.fixed")}</p>}
      <Options label={t("guide.language")} hideLabel options={options} value={locale} onChange={choose} prefix="console-language" />
      <Said doing={doing} />
    </>
  );
}

function isFixed(settings: Settings, path: string): boolean {
  return settings.settings.find((setting) => setting.path === path)?.fixed === true;
}

function PanelSize({ settings, reload }: { settings: Settings; reload: () => void }) {
  const { t } = useWords();
  const doing: Doing = useDoing();
  const set = Number(settings.settings.find((setting) => setting.path === "web.panel_inches")?.next ?? 0);
  const options = [
    ...PANELS.map(({ inches, width, height }) => ({ id: String(inches), title: `${inches}″`, note: `${width} × ${height}` })),
    { id: "0", title: t("guide.panel_unknown") },
  ];
  const side = square(set);
  const choose = (inches: string): void =>
    doing.run(async () => {
      await put("web.panel_inches", Number(inches));
      reload();
      return "";
    });
  return (
    <>
      <p>{t("guide.panel_lead")}</p>
      <Options label={t("guide.panel_lead")} hideLabel options={options} value={String(set)} onChange={choose} prefix="panel" />
      <p className="soft small">{t("guide.panel_screen", { width: screen.width, height: screen.height })}</p>
      {set > 0 && (
        <div className="row">
          <svg className="measure" width={side} height={side} role="img" aria-label={t("guide.panel_measure")}>
            <rect x="0" y="0" width={side} height={side} />
          </svg>
          <p>{t("guide.panel_measure")}</p>
        </div>
      )}
      <Said doing={doing} />
    </>
  );
}

/** Points of 20 mm on a panel of that diagonal with this screen's points. */
export function square(inches: number): number {
  if (inches <= 0) return 0;
  const perInch = Math.hypot(screen.width, screen.height) / inches;
  return Math.round((TARGET_MM / MM_PER_INCH) * perInch);
}

function Retention({ settings, reload }: { settings: Settings; reload: () => void }) {
  const { t } = useWords();
  const shown = ["store.retention", DAYS, "web.grievance_contact"];
  return (
    <>
      <p className="soft">{t("guide.retention_lead")}</p>
      <Rows settings={settings.settings.filter((setting) => shown.includes(setting.path))} reload={reload} />
    </>
  );
}

function Notice() {
  const { t } = useWords();
  const loaded = useLoaded<Parameters<typeof textsOf>[0]>("notices");
  return (
    <>
      <p className="soft">{t("guide.notice_lead")}</p>
      <Shown loaded={loaded}>
        {(told) => <NoticeText texts={textsOf(told, told.in_force)} version={told.in_force} contact={told.contact} />}
      </Shown>
    </>
  );
}
