// The settings that staff may change: in safe ranges, with help, and when they take effect.
import { useState } from "react";
import { Button, SwitchRow } from "../components/controls";
import { ask, useDoing, type Loaded } from "./api";
import { Panel, Said, Shown, Sure } from "./parts";
import { plain, useWords } from "./words";

export type Value = boolean | number | string;
export interface Setting {
  path: string;
  low: number | null;
  high: number | null;
  choices: string[] | null;
  value: Value;
  next: Value;
  live: boolean;
  fixed: boolean;
}
export interface Settings {
  settings: Setting[];
  restart: boolean;
  in_use: boolean;
}

/** of no meaning unless results are kept for a number of days */
export const DAYS = "store.retention_days";
/** what stands together, by the room of a setting */
const GROUPS = { store: ["store"], interview: ["interview", "expression"], voice: ["voice"], web: ["web"] } as const;

/** Puts a setting; true when it holds already. */
export async function put(path: string, value: Value): Promise<boolean> {
  return (await ask<{ now: boolean }>("PUT", `settings/${path}`, { value })).now;
}

export function SettingsPanel({ loaded }: { loaded: Loaded<Settings> }) {
  const { t } = useWords();
  return (
    <Panel title={t("settings.title")} lead={t("settings.lead")}>
      <Shown loaded={loaded}>{({ settings }) => <Groups settings={settings} reload={loaded.reload} />}</Shown>
    </Panel>
  );
}

function Groups({ settings, reload }: { settings: Setting[]; reload: () => void }) {
  const { t } = useWords();
  return (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => {
    const rooms: readonly string[] = GROUPS[group];
    return (
      <section key={group} className="settings-group" aria-labelledby={`settings-${group}`}>
        <h3 id={`settings-${group}`}>{t(`settings.group.${group}`)}</h3>
        <Rows settings={settings.filter(({ path }) => rooms.includes(path.split(".")[0] ?? ""))} reload={reload} />
      </section>
    );
  });
}

/** Some settings, or all. */
export function Rows({ settings, reload }: { settings: Setting[]; reload: () => void }) {
  const days = settings.find(({ path }) => path === "store.retention")?.next === "days";
  const shown = settings.filter(({ path }) => path !== DAYS || days);
  return (
    <ul className="settings">
      {shown.map((setting) => (
        <Row key={setting.path} setting={setting} reload={reload} />
      ))}
    </ul>
  );
}

function Row({ setting, reload }: { setting: Setting; reload: () => void }) {
  const { t } = useWords();
  const doing = useDoing();
  const change = (value: Value): void =>
    doing.run(async () => {
      const now = await put(setting.path, value);
      reload();
      return now ? t("settings.saved") : "";
    });
  const waits = setting.next !== setting.value;
  return (
    <li className="setting">
      <Control setting={setting} change={change} />
      {setting.fixed && <p className="soft small">{t("settings.fixed")}</p>}
      {waits && <p className="said-done">{t(setting.live ? "settings.waits" : "settings.restart")}</p>}
      <Said doing={doing} />
    </li>
  );
}

function Control({ setting, change }: { setting: Setting; change: (value: Value) => void }) {
  const { t, maybe } = useWords();
  const { next, path, choices, low, high, fixed } = setting;
  const id = `setting-${path}`;
  const title = maybe(`setting.${path}`) ?? plain(path);
  const help = maybe(`setting.${path}.help`) ?? "";
  if (typeof next === "boolean") {
    const yesNo = { yes: t("console.yes"), no: t("console.no") };
    return <SwitchRow name={title} note={help} on={next} off={fixed} words={yesNo} onChange={change} testid={id} />;
  }
  const range = low === null || high === null ? "" : ` ${t("settings.range", { low, high })}`;
  return (
    <div className="setting-row">
      <label htmlFor={id}>
        <span className="strong">{title}</span>
        <span className="note soft small">
          {help}
          {range}
        </span>
      </label>
      {choices ? (
        <select id={id} value={next} disabled={fixed} onChange={(event) => change(event.target.value)} data-testid={id}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {maybe(`setting.${path}.${choice}`) ?? choice}
            </option>
          ))}
        </select>
      ) : (
        <Typed key={String(next)} id={id} title={title} setting={setting} change={change} />
      )}
    </div>
  );
}

interface TypedProps {
  id: string;
  title: string;
  setting: Setting;
  change: (value: Value) => void;
}

function Typed({ id, title, setting, change }: TypedProps) {
  const { t } = useWords();
  const [text, setText] = useState(String(setting.next));
  const isNumber = setting.low !== null;
  const number = Number(text);
  const wrong = isNumber && !(text !== "" && number >= (setting.low ?? 0) && number <= (setting.high ?? 0));
  return (
    <div className="row">
      <input
        id={id}
        type="text"
        className={isNumber ? "" : "wide"}
        inputMode="none"
        autoComplete="off"
        spellCheck={false}
        maxLength={120}
        disabled={setting.fixed}
        value={text}
        aria-invalid={wrong}
        onChange={(event) => setText(event.target.value)}
        data-keys={isNumber ? "digits" : "text"}
        data-testid={id}
      />
      <Button
        compact
        isDisabled={setting.fixed || wrong || text === String(setting.next)}
        onPress={() => change(isNumber ? number : text)}
        aria-label={t("settings.save_it", { title })}
        testid={`${id}-save`}
      >
        {t("settings.save")}
      </Button>
    </div>
  );
}

/** Ends the booth in good order, to be started again. */
export function Restart({ needed }: { needed: boolean }) {
  const { t } = useWords();
  const doing = useDoing();
  const go = (): void =>
    doing.run(async () => {
      await ask("POST", "restart");
      return t("restart.going");
    });
  return (
    <Panel title={t("restart.title")} lead={t("restart.lead")} testid="restart-panel">
      {needed && <p className="said-done">{t("restart.needed")}</p>}
      <div className="row">
        <Sure
          label={t("restart.go")}
          ask={t("restart.ask")}
          explain={t("restart.lead")}
          yes={t("restart.yes")}
          disabled={doing.busy}
          onYes={go}
          testid="restart"
        />
      </div>
      <Said doing={doing} />
    </Panel>
  );
}
