// Setup: the first steps, settings in safe ranges, the PIN, the notice that students read.
import { useState } from "react";
import { Button, SwitchRow } from "../components/controls";
import notice from "../locales/notice.json";
import { ask, useDoing, useLoaded } from "./api";
import type { PageId } from "./console";
import { Field, Panel, Said, Shown } from "./parts";
import type { Session } from "./sign_in";

type Value = boolean | number | string;
interface Setting {
  path: string;
  title: string;
  help: string;
  low: number | null;
  high: number | null;
  choices: string[] | null;
  value: Value;
  next: Value;
}

interface SetupProps {
  session: Session;
  first: boolean;
  go: (page: PageId) => void;
}

export function Setup({ session, first, go }: SetupProps) {
  const loaded = useLoaded<{ settings: Setting[]; notice_version: string }>("settings");
  return (
    <>
      {first && <FirstSteps go={go} />}
      <Panel title="Settings" lead="A change holds from the booth's next start: switch it off and on again.">
        <Shown loaded={loaded}>
          {({ settings }) => (
            <ul className="settings">
              {settings.map((setting) => (
                <Row key={`${setting.path} ${setting.next}`} setting={setting} reload={loaded.reload} />
              ))}
            </ul>
          )}
        </Shown>
      </Panel>
      <ChangePin length={session.pin_length} />
      <Notice />
      <Panel title="Software">
        <p>Kabil, version {session.version}.</p>
      </Panel>
    </>
  );
}

function FirstSteps({ go }: { go: (page: PageId) => void }) {
  return (
    <Panel title="First steps">
      <ol className="steps">
        <li>The PIN is set. Write it down and lock it away.</li>
        <li>
          Look whether camera, microphone and models are there.{" "}
          <Button compact onPress={() => go("health")} testid="first-health">
            Booth health
          </Button>
        </li>
        <li>Below, choose what is kept and for how long, and say whom students may ask about their data.</li>
        <li>Read the notice that students agree to, at the end of this page.</li>
        <li>Switch the booth off and on again, and hold one interview yourself.</li>
      </ol>
    </Panel>
  );
}

function Row({ setting, reload }: { setting: Setting; reload: () => void }) {
  const doing = useDoing();
  const change = (value: Value): void =>
    doing.run(async () => {
      await ask("PUT", `settings/${setting.path}`, { value });
      reload();
      return "";
    });
  return (
    <li className="setting">
      <Control setting={setting} change={change} />
      {setting.next !== setting.value && <p className="said-done">Changed; holds from the next start.</p>}
      <Said doing={doing} />
    </li>
  );
}

function Control({ setting, change }: { setting: Setting; change: (value: Value) => void }) {
  const { title, help, next, path, choices, low, high } = setting;
  const id = `setting-${path}`;
  const range = low === null ? "" : ` From ${low} to ${high}.`;
  if (typeof next === "boolean") {
    const yesNo = { yes: "On", no: "Off" };
    return <SwitchRow name={title} note={help} on={next} words={yesNo} onChange={change} testid={id} />;
  }
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
        <select id={id} value={next} onChange={(event) => change(event.target.value)} data-testid={id}>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <Typed id={id} setting={setting} change={change} />
      )}
    </div>
  );
}

function Typed({ id, setting, change }: { id: string; setting: Setting; change: (value: Value) => void }) {
  const [text, setText] = useState(String(setting.next));
  const isNumber = setting.low !== null;
  const number = Number(text);
  const wrong = isNumber && !(text !== "" && number >= (setting.low ?? 0) && number <= (setting.high ?? 0));
  return (
    <div className="row">
      <input
        id={id}
        type={isNumber ? "number" : "text"}
        min={setting.low ?? undefined}
        max={setting.high ?? undefined}
        maxLength={120}
        value={text}
        aria-invalid={wrong}
        onChange={(event) => setText(event.target.value)}
        data-testid={id}
      />
      <Button
        compact
        isDisabled={wrong || text === String(setting.next)}
        onPress={() => change(isNumber ? number : text)}
        aria-label={`Save ${setting.title}`}
        testid={`${id}-save`}
      >
        Save
      </Button>
    </div>
  );
}

function ChangePin({ length }: { length: number }) {
  const [old, setOld] = useState("");
  const [pin, setPin] = useState("");
  const doing = useDoing();
  const change = (): void =>
    doing.run(async () => {
      try {
        await ask("POST", "pin", { old, new: pin });
        return "The PIN is changed. Everybody else is signed out.";
      } finally {
        setOld("");
        setPin("");
      }
    });
  return (
    <Panel title="PIN of this console" lead={`${length} digits. Ten wrong tries lock the console, longer each time.`}>
      <div className="row fields">
        <Field label="PIN now" type="password" digits={length} value={old} onChange={setOld} testid="pin-old" />
        <Field label="New PIN" type="password" digits={length} value={pin} onChange={setPin} testid="pin-new" />
        <Button
          compact
          isDisabled={old.length !== length || pin.length !== length || doing.busy}
          onPress={change}
          testid="pin-change"
        >
          Change the PIN
        </Button>
      </div>
      <Said doing={doing} />
    </Panel>
  );
}

function Notice() {
  return (
    <Panel title="Notice that students read" lead={`Version ${notice.version}, in English and Hindi.`}>
      <details>
        <summary>Read it in English</summary>
        {notice.texts.en.map((part) => (
          <div key={part.title} className="notice-part">
            <h3>{part.title}</h3>
            {part.lines.map((line) => (
              <p key={line}>{line}</p>
            ))}
          </div>
        ))}
      </details>
    </Panel>
  );
}
