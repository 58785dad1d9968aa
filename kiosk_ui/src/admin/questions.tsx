// Question packs: bring a file, see its problems by line, look at its questions, switch it on and off.
import { useRef, useState } from "react";
import { Button } from "../components/controls";
import { ask, Refused, useDoing, useLoaded } from "./api";
import { isPanel } from "./panel";
import { Panel, Said, Shown, Sure, Table } from "./parts";
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

export function Questions() {
  const { t } = useWords();
  const loaded = useLoaded<Packs>("packs");
  const [problems, setProblems] = useState<string[]>([]);
  const [preview, setPreview] = useState<{ name: string; questions: Question[] } | null>(null);
  const doing = useDoing();
  const run: Run = (work) => {
    setProblems([]);
    doing.run(async () => {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Refused) setProblems(error.problems);
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
        <FromStick run={run} busy={doing.busy} />
        <Said doing={doing} />
        {problems.length > 0 && (
          <ul className="problems" data-testid="problems" lang="en" aria-label={t("questions.problems")}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
        <Shown loaded={loaded}>
          {({ files }) => <Files files={files} run={run} busy={doing.busy} show={setPreview} />}
        </Shown>
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

function FromStick({ run, busy }: { run: Run; busy: boolean }) {
  const { t } = useWords();
  const stick = useLoaded<{ stick: boolean; packs: string[] }>("stick");
  if (stick.value === null) return null;
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
        <span className="soft small">{t(stick.value.stick ? "questions.stick_hint" : "take.no_stick")}</span>
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
  files: Pack[];
  busy: boolean;
  run: Run;
  show: (preview: { name: string; questions: Question[] }) => void;
}

function Files({ files, busy, run, show }: FilesProps) {
  const words = useWords();
  const { t } = words;
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
  const rows = files.map((file) => [
    file.name,
    t("questions.for", { count: file.questions, roles: file.roles.map(plain).join(", ") }),
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
