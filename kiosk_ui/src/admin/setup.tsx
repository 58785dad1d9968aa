// Setup: the guided way, settings in safe ranges, a restart, the PIN, the software.
import { useState } from "react";
import { Button, SwitchRow } from "../components/controls";
import { show, useDisplay } from "../display";
import { ask, useDoing, useLoaded } from "./api";
import { Guide, type Steps } from "./guide";
import { Field, Panel, Said } from "./parts";
import { Restart, SettingsPanel, type Settings } from "./settings";
import type { Session } from "./sign_in";
import { useWords } from "./words";

interface SetupProps {
  session: Session;
  /** the PIN was set a moment ago */
  first: boolean;
  look: () => void;
}

export function Setup({ session, first, look }: SetupProps) {
  const { t } = useWords();
  const loaded = useLoaded<Settings>("settings");
  const steps = useLoaded<Steps>("steps");
  const [guided, setGuided] = useState(first);
  const leave = (): void => {
    setGuided(false);
    steps.reload();
    loaded.reload();
  };
  if (guided && steps.value && loaded.value) {
    return <Guide steps={steps.value} settings={loaded.value} reload={loaded.reload} look={look} leave={leave} />;
  }
  const open = steps.value !== null && steps.value.step !== "done";
  return (
    <>
      <Panel title={t("guide.title")} lead={t("guide.lead")}>
        <div className="row">
          <Button kind={open ? "primary" : "plain"} compact onPress={() => setGuided(true)} testid="guide">
            {t("guide.open")}
          </Button>
        </div>
      </Panel>
      <SettingsPanel loaded={loaded} />
      <ThisScreen />
      <Restart needed={loaded.value?.restart === true} />
      <ChangePin length={session.pin_length} />
      <Panel title={t("software.title")}>
        <p>{t("software.text", { version: session.version })}</p>
      </Panel>
    </>
  );
}

/** How this screen is shown to who stands at it; the students' page has its own. */
function ThisScreen() {
  const { t } = useWords();
  const { contrast, text } = useDisplay();
  const words = { yes: t("console.yes"), no: t("console.no") };
  return (
    <Panel title={t("screen.title")} lead={t("screen.lead")}>
      <ul className="settings">
        <li className="setting">
          <SwitchRow
            name={t("screen.contrast")}
            note={t("screen.contrast_note")}
            on={contrast === "high"}
            words={words}
            onChange={(on) => show({ contrast: on ? "high" : "normal" })}
            testid="screen-contrast"
          />
        </li>
        <li className="setting">
          <SwitchRow
            name={t("screen.large")}
            note={t("screen.large_note")}
            on={text !== "normal"}
            words={words}
            onChange={(on) => show({ text: on ? "large" : "normal" })}
            testid="screen-large"
          />
        </li>
      </ul>
    </Panel>
  );
}

function ChangePin({ length }: { length: number }) {
  const { t } = useWords();
  const [old, setOld] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const doing = useDoing();
  const change = (): void =>
    doing.run(async () => {
      try {
        if (again !== pin) throw new Error(t("pin.differ"));
        await ask("POST", "pin", { old, new: pin });
        return t("pin.changed");
      } finally {
        setOld("");
        setPin("");
        setAgain("");
      }
    });
  return (
    <Panel title={t("pin.title")} lead={t("pin.lead", { digits: length })}>
      <div className="row fields">
        <Field label={t("pin.old")} secret keys="digits" digits={length} value={old} onChange={setOld} testid="pin-old" />
        <Field label={t("pin.new")} secret keys="digits" digits={length} value={pin} onChange={setPin} testid="pin-new" />
        <Field label={t("pin.again")} secret keys="digits" digits={length} value={again} onChange={setAgain} testid="pin-again" />
        <Button
          compact
          isDisabled={[old, pin, again].some((typed) => typed.length !== length) || doing.busy}
          onPress={change}
          testid="pin-change"
        >
          {t("pin.change")}
        </Button>
      </div>
      <Said doing={doing} />
    </Panel>
  );
}
