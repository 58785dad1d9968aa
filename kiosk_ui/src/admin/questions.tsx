// Question packs: bring a file, see its problems by line, look at its questions, switch it on and off.
import { useRef, useState } from "react";
import { Button } from "../components/controls";
import { ask, Refused, useDoing, useLoaded, type Loaded, type Problem } from "./api";
import { isPanel } from "./panel";
import { NoStick, Panel, Said, Shown, Sure, Table, type StickTold } from "./parts";
import { plain, useWords, type ConsoleWords } from "./words";

interface Pack {
  name: string;
  on: boolean;
  asked_now: boolean;
  questions: number;
  roles: string[];
}
interface Packs {
  in_use: { role: string; title: string; counts: Record<string, number> }[];
  files: Pack[];
}
interface Question {
  id: string;
  level: string;
  text: string;
  texts: Record<string, string>;
  key_points: string[];
}
type Run = (work: () => Promise<string>) => void;
type Titled = (role: string) => string;
type Stick = StickTold & { packs: string[] };

export function Questions() {
  const { t } = useWords();
  const loaded = useLoaded<Packs>("packs");
  const stick = useLoaded<Stick>("stick");
  const [wrong, setWrong] = useState<Refused | null>(null);
  const [preview, setPreview] = useState<{ name: string; questions: Question[] } | null>(null);
  const doing = useDoing();
  const run: Run = (work) => {
    setWrong(null);
    doing.run(async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refused && error.problems.length > 0) setWrong(error);
        throw error;
      } finally {
        loaded.reload();
      }
    });
  };
  return (
    <>
      <Panel title={t("questions.title")} lead={t("questions.lead")}>
        {!isPanel() && <Bring run={run} busy={doing.busy} />}
        <FromStick stick={stick} run={run} busy={doing.busy} />
        <Said doing={doing} />
        {wrong && <Problems problems={wrong.problems} count={wrong.problemCount} />}
        <Shown loaded={loaded}>
          {(packs) => <Files packs={packs} run={run} busy={doing.busy} show={setPreview} />}
        </Shown>
        <Template has={stick.value?.stick === true} run={run} busy={doing.busy} />
      </Panel>
      {preview && <Preview {...preview} />}
      <Panel title={t("questions.asked")} lead={t("questions.asked_lead")}>
        <Shown loaded={loaded}>{({ in_use }) => <InUse roles={in_use} />}</Shown>
      </Panel>
    </>
  );
}

function Bring({ run, busy }: { run: Run; busy: boolean }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const bring = (file: File): void =>
    run(async () => {
      const name = file.name.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, "-");
      await ask("POST", `packs/${encodeURIComponent(name)}`, file);
      return t("questions.kept", { name });
    });
  return (
    <div className="row">
      <input
        ref={input}
        type="file"
        accept=".csv,.xlsx,.yaml,.yml"
        className="hidden-text"
        tabIndex={-1}
        aria-label={t("questions.file")}
        data-testid="pack-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) bring(file);
          event.target.value = "";
        }}
      />
      <Button kind="primary" compact isDisabled={busy} onPress={() => input.current?.click()} testid="bring">
        {t("questions.bring")}
      </Button>
    </div>
  );
}

function Problems({ problems, count }: { problems: Problem[]; count: number }) {
  const { t, maybe } = useWords();
  return (
    <ul className="problems" data-testid="problems" aria-label={t("questions.problems")}>
      {problems.map((problem, place) => (
        <li key={place}>
          <span className="strong">{t("questions.place", { file: problem.file, line: problem.line })}</span>{" "}
          {maybe(`pack.${problem.code}`, problem.values) ?? plain(problem.code)}
        </li>
      ))}
      {count > problems.length && <li>{t("questions.more", { count: count - problems.length })}</li>}
    </ul>
  );
}

/** What to start from: a workbook that explains itself. */
function Template({ has, run, busy }: { has: boolean; run: Run; busy: boolean }) {
  const { t } = useWords();
  const toStick = (): void =>
    run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/template");
      return t("take.done", { name });
    });
  return (
    <div className="template">
      <p className="soft">{t("questions.template_lead")}</p>
      <div className="row">
        <Button compact isDisabled={!has || busy} onPress={toStick} testid="template-stick">
          {t("questions.template_stick")}
        </Button>
        {!isPanel() && (
          <a className="button compact" href="/api/admin/pack-template.xlsx" download>
            {t("questions.template")}
          </a>
        )}
      </div>
    </div>
  );
}

function FromStick({ stick, run, busy }: { stick: Loaded<Stick>; run: Run; busy: boolean }) {
  const { t } = useWords();
  if (stick.value === null) return null;
  if (!stick.value.stick) return <NoStick stick={stick} />;
  const bring = (name: string): void =>
    run(async () => {
      await ask("POST", "stick/pack", { name });
      return t("questions.kept", { name });
    });
  return (
    <div className="row">
      {stick.value.packs.length > 0 ? (
        <span className="soft">{t("questions.from_stick")}</span>
      ) : (
        <span className="soft">{t("questions.stick_hint")}</span>
      )}
      {stick.value.packs.map((name) => (
        <Button key={name} compact isDisabled={busy} onPress={() => bring(name)} testid={`bring-${name}`}>
          {name}
        </Button>
      ))}
      <Button kind="quiet" onPress={stick.reload} testid="stick-look">
        {t("console.look_again")}
      </Button>
    </div>
  );
}

interface FilesProps {
  packs: Packs;
  busy: boolean;
  run: Run;
  show: (preview: { name: string; questions: Question[] }) => void;
}

function Files({ packs, busy, run, show }: FilesProps) {
  const words = useWords();
  const { t } = words;
  const titled: Titled = (role) => packs.in_use.find((one) => one.role === role)?.title ?? plain(role);
  const path = (file: Pack): string => `packs/${encodeURIComponent(file.name)}`;
  const look = (file: Pack): void =>
    run(async () => {
      const found = await ask<{ questions: Question[] }>("GET", path(file));
      show({ name: file.name, questions: found.questions });
      return "";
    });
  const turn = ({ name, on, ...file }: Pack): void =>
    run(async () => {
      const { now } = await ask<{ now: boolean }>("POST", `${path({ name, on, ...file })}/switch`, { on: !on });
      if (!now) return t("questions.turned_later", { name });
      return t(on ? "questions.turned_off" : "questions.turned_on", { name });
    });
  const remove = (file: Pack): void =>
    run(async () => {
      await ask("DELETE", path(file));
      return t("questions.deleted", { name: file.name });
    });
  const rows = packs.files.map((file) => [
    file.name,
    t("questions.for", { count: file.questions, roles: file.roles.map(titled).join(", ") }),
    state(file, words),
    <div key="do" className="row">
      <Button compact isDisabled={busy} onPress={() => look(file)} testid={`look-${file.name}`}>
        {t("questions.look")}
      </Button>
      <Button compact isDisabled={busy} onPress={() => turn(file)} testid={`turn-${file.name}`}>
        {t(file.on ? "questions.off" : "questions.on")}
      </Button>
      {!file.on && (
        <Sure
          label={t("questions.delete")}
          ask={t("questions.delete_ask", { name: file.name })}
          explain={t("questions.delete_explain")}
          yes={t("questions.delete_yes")}
          disabled={busy}
          onYes={() => remove(file)}
          testid={`delete-${file.name}`}
        />
      )}
    </div>,
  ]);
  const columns = [t("questions.name"), t("questions.count"), t("questions.state"), t("questions.do")];
  return <Table caption={t("questions.caption")} columns={columns} rows={rows} none={t("questions.none")} />;
}

function state(file: Pack, { t }: ConsoleWords): string {
  if (file.on !== file.asked_now) return t("questions.waits");
  return t(file.on ? "questions.is_on" : "questions.is_off");
}

function Preview({ name, questions }: { name: string; questions: Question[] }) {
  const { t, named } = useWords();
  return (
    <Panel title={t("questions.preview", { name })}>
      <ol className="preview">
        {questions.map((question) => (
          <li key={question.id}>
            <p className="strong" lang="en">
              {question.text}
            </p>
            {Object.entries(question.texts).map(([locale, text]) => (
              <p key={locale} lang={locale}>
                {text}
              </p>
            ))}
            <p className="soft small">
              {named("level", question.level)}. {t("questions.listened", { points: question.key_points.join(" ") })}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function InUse({ roles }: { roles: Packs["in_use"] }) {
  const { t } = useWords();
  const levels = ["easy", "medium", "hard"] as const;
  const rows = roles.map((role) => [role.title, ...levels.map((level) => role.counts[level] ?? 0)]);
  const columns = [t("overview.role"), ...levels.map((level) => t(`level.${level}`))];
  return <Table caption={t("questions.asked_caption")} columns={columns} rows={rows} none="–" />;
}
