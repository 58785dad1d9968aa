// The notice that students read: what is in force, every version, and a site's own words as a new version.
import { useState } from "react";
import { Button } from "../components/controls";
import shipped from "../locales/notice.json";
import type { Locale } from "../protocol";
import { ask, Refused, useDoing, useLoaded, type Place } from "./api";
import { toTop } from "./panel";
import { Panel, Said, Shown, Table } from "./parts";
import { useWords, type ConsoleWords, type Key } from "./words";

interface Part {
  title: string;
  lines: string[];
}
type Texts = Record<Locale, Part[]>;
interface Told {
  in_force: string;
  chosen: string;
  shipped: string;
  versions: { version: string; made_at: string; texts: Texts }[];
  /** whom to ask, as it is set now; may be empty */
  contact: string;
  rules: { needed: string[][]; longest: number; most_lines: number };
}
const LOCALES = ["en", "hi"] as const;

export function Notices() {
  const loaded = useLoaded<Told>("notices");
  return <Shown loaded={loaded}>{(told) => <All told={told} reload={loaded.reload} />}</Shown>;
}

/** The words of a version. */
export function textsOf(told: Told, version: string): Texts {
  return told.versions.find((one) => one.version === version)?.texts ?? shipped.texts;
}

function All({ told, reload }: { told: Told; reload: () => void }) {
  const { t } = useWords();
  const [read, setRead] = useState(told.in_force);
  const [editing, setEditing] = useState(false);
  const [kept, setKept] = useState<string | null>(null);
  const show = (version: string): void => {
    setRead(version);
    toTop();
  };
  const saved = (version: string, words: string): void => {
    setEditing(false);
    show(version);
    setKept(words);
    reload();
  };
  return (
    <>
      <Panel
        title={t(read === told.in_force ? "notice.in_force" : "notice.reading", { version: read })}
        lead={t("notice.lead")}
        testid="notice-in-force"
      >
        {told.chosen !== told.in_force && <p className="said-done">{t("notice.waits", { version: told.chosen })}</p>}
        <Said doing={{ error: null, done: kept }} />
        {read !== told.in_force && (
          <div className="row">
            <Button compact onPress={() => show(told.in_force)} testid="notice-back">
              {t("notice.back")}
            </Button>
          </div>
        )}
        <NoticeText texts={textsOf(told, read)} version={read} contact={told.contact} />
      </Panel>
      <Versions told={told} read={show} reload={reload} />
      <Panel title={t("notice.edit")} lead={t("notice.edit_lead")}>
        {editing ? (
          <Editor told={told} from={textsOf(told, read)} saved={saved} cancel={() => setEditing(false)} />
        ) : (
          <div className="row">
            <Button compact onPress={() => setEditing(true)} testid="notice-edit">
              {t("notice.edit_go")}
            </Button>
          </div>
        )}
      </Panel>
    </>
  );
}

/** A notice in both languages, to read. */
export function NoticeText({ texts, version, contact }: { texts: Texts; version: string; contact: string }) {
  const { t } = useWords();
  const fill = (text: string): string => text.replace("{contact}", contact || t("notice.contact_unset"));
  return (
    <div className="columns" data-testid="notice-text">
      {LOCALES.map((locale) => (
        <div key={locale} lang={locale} className="notice-part">
          <p className="soft small">
            <span lang={locale}>{locale === "hi" ? "हिन्दी" : "English"}</span> · {t("notice.version")} {version}
          </p>
          {texts[locale].map((part) => (
            <div key={part.title}>
              <h3>{part.title}</h3>
              {part.lines.map((line) => (
                <p key={line}>{fill(line)}</p>
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function Versions({ told, read, reload }: { told: Told; read: (version: string) => void; reload: () => void }) {
  const words = useWords();
  const { t } = words;
  const doing = useDoing();
  const choose = (version: string): void =>
    doing.run(async () => {
      const { now } = await ask<{ now: boolean }>("POST", "notices/choose", { version });
      reload();
      return t(now ? "notice.chosen" : "notice.waits", { version });
    });
  const all = [...told.versions, { version: told.shipped, made_at: null }];
  const rows = all.map(({ version, made_at }) => [
    version,
    made_at === null ? t("notice.shipped") : words.time(made_at),
    <div key="do" className="row">
      <Button compact onPress={() => read(version)} testid={`read-${version}`}>
        {t("notice.read")}
      </Button>
      <Button
        compact
        isDisabled={doing.busy || version === told.chosen}
        onPress={() => choose(version)}
        testid={`choose-${version}`}
      >
        {t("notice.choose")}
      </Button>
    </div>,
  ]);
  const columns = [t("notice.version"), t("notice.made"), t("questions.do")];
  return (
    <Panel title={t("notice.versions")}>
      <Table caption={t("notice.versions")} columns={columns} rows={rows} none="" />
      <Said doing={doing} />
    </Panel>
  );
}

interface EditorProps {
  told: Told;
  from: Texts;
  saved: (version: string, words: string) => void;
  cancel: () => void;
}

function Editor({ told, from, saved, cancel }: EditorProps) {
  const { t } = useWords();
  const [texts, setTexts] = useState<Texts>(() => structuredClone(from));
  const [places, setPlaces] = useState<Place[]>([]);
  const doing = useDoing();
  const change = (locale: Locale, part: number, edit: (part: Part) => Part): void =>
    setTexts({ ...texts, [locale]: texts[locale].map((one, n) => (n === part ? edit(one) : one)) });
  const save = (): void =>
    doing.run(async () => {
      setPlaces([]);
      try {
        const sent = { texts: withoutEmptyEnds(texts, told.rules.needed) };
        const { version, now } = await ask<{ version: string; now: boolean }>("POST", "notices", sent);
        saved(version, t(now ? "notice.saved" : "notice.saved_later", { version }));
        return "";
      } catch (error) {
        if (error instanceof Refused) setPlaces(error.places);
        throw error;
      }
    });
  return (
    <>
      <p className="soft small">{t("notice.contact_note", { contact: "{contact}" })}</p>
      {told.rules.needed.map((needed, part) => (
        <fieldset key={part} className="notice-edit">
          <legend>{t("notice.part", { number: part + 1 })}</legend>
          {LOCALES.map((locale) => (
            <div key={locale} className="notice-edit-side">
              <PartFields
                locale={locale}
                number={part + 1}
                part={texts[locale][part] ?? { title: "", lines: [] }}
                needed={needed}
                longest={told.rules.longest}
                places={places.filter((place) => place.locale === locale && place.part === part + 1)}
                change={(edit) => change(locale, part, edit)}
              />
            </div>
          ))}
        </fieldset>
      ))}
      <Said doing={doing} />
      <div className="row">
        <Button kind="primary" compact isDisabled={doing.busy} onPress={save} testid="notice-save">
          {t("notice.save")}
        </Button>
        <Button compact onPress={cancel} testid="notice-cancel">
          {t("notice.cancel")}
        </Button>
      </div>
    </>
  );
}

/** One line more than needed may be written; left empty it is not sent. */
function withoutEmptyEnds(texts: Texts, needed: string[][]): Texts {
  const trimmed = (part: Part, n: number): Part => ({
    title: part.title.trim(),
    lines: part.lines.map((line) => line.trim()).filter((line, k) => line !== "" || k < (needed[n]?.length ?? 0)),
  });
  return { en: texts.en.map(trimmed), hi: texts.hi.map(trimmed) };
}

interface PartFieldsProps {
  locale: Locale;
  number: number;
  part: Part;
  needed: string[];
  longest: number;
  places: Place[];
  change: (edit: (part: Part) => Part) => void;
}

function PartFields({ locale, number, part, needed, longest, places, change }: PartFieldsProps) {
  const words = useWords();
  const { t } = words;
  const lines = part.lines.length > needed.length ? part.lines : [...part.lines, ""];
  const line = (n: number, text: string): void =>
    change((before) => ({ ...before, lines: lines.map((old, k) => (k === n ? text : (before.lines[k] ?? old))) }));
  const label = (n: number): string =>
    n < needed.length ? t(`notice.item.${needed[n] ?? ""}` as Key, { contact: "{contact}" }) : t("notice.more_line");
  return (
    <>
      <p className="soft small" lang={locale}>
        {locale === "hi" ? "हिन्दी" : "English"}
      </p>
      <Line
        id={`${locale}-${number}-0`}
        locale={locale}
        label={t("notice.part_title")}
        value={part.title}
        longest={longest}
        wrong={why(places, 0, words)}
        onChange={(title) => change((before) => ({ ...before, title }))}
      />
      {lines.map((text, n) => (
        <Line
          key={n}
          id={`${locale}-${number}-${n + 1}`}
          locale={locale}
          label={label(n)}
          value={text}
          longest={longest}
          wrong={why(places, n + 1, words)}
          onChange={(typed) => line(n, typed)}
        />
      ))}
    </>
  );
}

function why(places: Place[], line: number, { maybe }: ConsoleWords): string | null {
  const found = places.filter((place) => place.line === line);
  if (found.length === 0) return null;
  return found.map((place) => maybe(`notice.why.${place.why}`, { contact: "{contact}" }) ?? place.why).join(" ");
}

interface LineProps {
  id: string;
  locale: Locale;
  label: string;
  value: string;
  longest: number;
  wrong: string | null;
  onChange: (value: string) => void;
}

function Line({ id, locale, label, value, longest, wrong, onChange }: LineProps) {
  return (
    <div className="field notice-line">
      <label htmlFor={`line-${id}`}>{label}</label>
      <textarea
        id={`line-${id}`}
        rows={2}
        lang={locale}
        inputMode="none"
        spellCheck={false}
        maxLength={longest}
        value={value}
        aria-invalid={wrong !== null}
        aria-describedby={wrong === null ? undefined : `wrong-${id}`}
        onChange={(event) => onChange(event.target.value.replaceAll("\n", " "))}
        data-keys="text"
        data-testid={`line-${id}`}
      />
      {wrong !== null && (
        <span id={`wrong-${id}`} className="said-error small" data-testid={`wrong-${id}`}>
          {wrong}
        </span>
      )}
    </div>
  );
}
