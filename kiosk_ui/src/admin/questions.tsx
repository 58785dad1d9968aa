// Question packs: bring a file, see its problems by line, look at its questions, switch it on and off.
import { useRef, useState } from "react";
import { Button } from "../components/controls";
import { ask, Refused, useDoing, useLoaded } from "./api";
import { Panel, Said, Shown, Sure, Table, words } from "./parts";

interface File_ {
  name: string;
  on: boolean;
  asked_now: boolean;
  questions: number;
  roles: string[];
}
interface Packs {
  in_use: { role: string; title: string; counts: Record<string, number> }[];
  files: File_[];
}
interface Question {
  id: string;
  level: string;
  text: string;
  texts: Record<string, string>;
  key_points: string[];
}

export function Questions() {
  const loaded = useLoaded<Packs>("packs");
  const [problems, setProblems] = useState<string[]>([]);
  const [preview, setPreview] = useState<{ name: string; questions: Question[] } | null>(null);
  const doing = useDoing();
  const run = (work: () => Promise<string>): void => {
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
      <Panel
        title="Your question packs"
        lead="CSV, Excel or YAML. A pack is checked beside all others before it is kept, and again before it is switched on."
      >
        <Bring run={run} busy={doing.busy} />
        <FromStick run={run} busy={doing.busy} />
        <Said doing={doing} />
        {problems.length > 0 && (
          <ul className="problems" data-testid="problems">
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
      <Panel title="Asked now" lead="What the running booth asks from, with the packs that came with it.">
        <Shown loaded={loaded}>{({ in_use }) => <InUse roles={in_use} />}</Shown>
      </Panel>
    </>
  );
}

function Bring({ run, busy }: { run: (work: () => Promise<string>) => void; busy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const bring = (file: File): void =>
    run(async () => {
      const name = file.name.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, "-");
      await ask("POST", `packs/${encodeURIComponent(name)}`, file);
      return `${name} is right. It is kept, and switched off until you switch it on.`;
    });
  return (
    <div className="row">
      <input
        ref={input}
        type="file"
        accept=".csv,.xlsx,.yaml,.yml"
        className="hidden-text"
        tabIndex={-1}
        aria-label="Question file"
        data-testid="pack-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) bring(file);
          event.target.value = "";
        }}
      />
      <Button kind="primary" compact isDisabled={busy} onPress={() => input.current?.click()} testid="bring">
        Bring a pack
      </Button>
      <span className="soft small">From this computer. On the booth's own panel, put the file on a USB stick.</span>
    </div>
  );
}

function FromStick({ run, busy }: { run: (work: () => Promise<string>) => void; busy: boolean }) {
  const { value } = useLoaded<{ packs: string[] }>("stick");
  if (value === null || value.packs.length === 0) return null;
  const bring = (name: string): void =>
    run(async () => {
      await ask("POST", "stick/pack", { name });
      return `${name} is right. It is kept, and switched off until you switch it on.`;
    });
  return (
    <div className="row">
      <span className="soft">On the USB stick:</span>
      {value.packs.map((name) => (
        <Button key={name} compact isDisabled={busy} onPress={() => bring(name)} testid={`bring-${name}`}>
          {name}
        </Button>
      ))}
    </div>
  );
}

interface FilesProps {
  files: File_[];
  busy: boolean;
  run: (work: () => Promise<string>) => void;
  show: (preview: { name: string; questions: Question[] }) => void;
}

function Files({ files, busy, run, show }: FilesProps) {
  const path = (file: File_): string => `packs/${encodeURIComponent(file.name)}`;
  const look = (file: File_): void =>
    run(async () => {
      const found = await ask<{ questions: Question[] }>("GET", path(file));
      show({ name: file.name, questions: found.questions });
      return "";
    });
  const turn = (file: File_): void =>
    run(async () => {
      await ask("POST", `${path(file)}/switch`, { on: !file.on });
      return `${file.name} is ${file.on ? "off" : "on"} from the booth's next start.`;
    });
  const remove = (file: File_): void =>
    run(async () => {
      await ask("DELETE", path(file));
      return `${file.name} is deleted.`;
    });
  const rows = files.map((file) => [
    file.name,
    `${file.questions} for ${file.roles.map(words).join(", ")}`,
    state(file),
    <div key="do" className="row">
      <Button compact isDisabled={busy} onPress={() => look(file)} testid={`look-${file.name}`}>
        Look
      </Button>
      <Button compact isDisabled={busy} onPress={() => turn(file)} testid={`turn-${file.name}`}>
        {file.on ? "Switch off" : "Switch on"}
      </Button>
      {!file.on && (
        <Sure
          label="Delete"
          ask={`Delete ${file.name}?`}
          explain="The file is deleted from the booth. Interviews that used it stay as they are."
          yes="Delete it"
          disabled={busy}
          onYes={() => remove(file)}
          testid={`delete-${file.name}`}
        />
      )}
    </div>,
  ]);
  return (
    <Table
      caption="Your packs"
      columns={["File", "Questions", "State", "What you can do"]}
      rows={rows}
      none="No packs of your own yet."
    />
  );
}

function state(file: File_): string {
  if (file.on) return file.asked_now ? "On" : "On from the next start";
  return file.asked_now ? "Off from the next start" : "Off";
}

function Preview({ name, questions }: { name: string; questions: Question[] }) {
  return (
    <Panel title={`Questions of ${name}`}>
      <ol className="preview">
        {questions.map((question) => (
          <li key={question.id}>
            <p className="strong">{question.text}</p>
            {Object.entries(question.texts).map(([locale, text]) => (
              <p key={locale} lang={locale}>
                {text}
              </p>
            ))}
            <p className="soft small">
              {words(question.level)}. Listened for: {question.key_points.join(" ")}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function InUse({ roles }: { roles: Packs["in_use"] }) {
  const rows = roles.map((role) => [
    role.title,
    ...["easy", "medium", "hard"].map((level) => role.counts[level] ?? 0),
  ]);
  return <Table caption="Questions by role" columns={["Role", "Easy", "Medium", "Hard"]} rows={rows} none="None." />;
}
