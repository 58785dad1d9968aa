// Data: what a student asks for with claim code and PIN, backups on the USB stick.
import { useState } from "react";
import { Button } from "../components/controls";
import { ask, useDoing, useLoaded } from "./api";
import { Field, Panel, Said, Shown, Sure, Table } from "./parts";

const CODE_LENGTH = 8;

export function Data() {
  return (
    <>
      <Claim />
      <Stick />
    </>
  );
}

function Claim() {
  const [code, setCode] = useState("");
  const [pin, setPin] = useState("");
  const doing = useDoing();
  const ready = code.replaceAll(/[^a-z0-9]/gi, "").length === CODE_LENGTH && pin.length >= 4 && !doing.busy;
  const forget = (): void => {
    setCode("");
    setPin("");
  };
  const take = (): void =>
    doing.run(async () => {
      save("kabil-my-data.json", await ask<unknown>("POST", "claim/export", { code, pin }));
      forget();
      return "The file is in this computer's downloads. Give it to the student and delete it here.";
    });
  const erase = (): void =>
    doing.run(async () => {
      const receipt = await ask<{ number: string }>("POST", "claim/erase", { code, pin });
      forget();
      return `Everything under this code is erased. Receipt ${receipt.number}.`;
    });
  return (
    <Panel
      title="A student asks for their data"
      lead="The student gives the claim code and types the PIN. Nobody else can open or erase what is theirs."
    >
      <div className="row fields">
        <Field label="Claim code" value={code} onChange={(typed) => setCode(typed.slice(0, 12))} testid="claim-code" />
        <Field label="The student's PIN" type="password" digits={6} value={pin} onChange={setPin} testid="claim-pin" />
        <Button compact isDisabled={!ready} onPress={take} testid="claim-export">
          Give them a copy
        </Button>
        <Sure
          label="Erase"
          ask="Erase everything under this code?"
          explain="Interviews, answers, scores and the code itself are gone for good."
          yes="Erase everything"
          disabled={!ready}
          onYes={erase}
          testid="claim-erase"
        />
      </div>
      <Said doing={doing} />
    </Panel>
  );
}

interface Sticks {
  stick: boolean;
  backups: { name: string; bytes: number }[];
}

function Stick() {
  const loaded = useLoaded<Sticks>("stick");
  const doing = useDoing();
  const run = (work: () => Promise<string>): void =>
    doing.run(async () => {
      try {
        return await work();
      } finally {
        loaded.reload();
      }
    });
  const write = (what: "backup" | "tables", words: string): void =>
    run(async () => `${words}: ${(await ask<{ name: string }>("POST", `stick/${what}`)).name}`);
  const restore = (name: string): void =>
    run(async () => {
      await ask("POST", "stick/restore", { name });
      return "The backup is in place. What had been erased since then was erased again.";
    });
  return (
    <Panel
      title="USB stick"
      lead="A backup is encrypted and can be restored on this booth only, whose key never leaves it. Delete old backups from the stick: they still hold what is erased later."
    >
      <Shown loaded={loaded}>
        {({ stick, backups }) => (
          <>
            {!stick && <p>No USB stick is plugged in.</p>}
            <div className="row">
              {stick && (
                <>
                  <Button
                    kind="primary"
                    compact
                    isDisabled={doing.busy}
                    onPress={() => write("backup", "The backup is on the stick")}
                    testid="backup"
                  >
                    Back up now
                  </Button>
                  <Button
                    compact
                    isDisabled={doing.busy}
                    onPress={() => write("tables", "The tables are on the stick")}
                    testid="stick-tables"
                  >
                    Write the tables
                  </Button>
                </>
              )}
              <Button compact onPress={loaded.reload} testid="stick-look">
                Look again
              </Button>
            </div>
            <Said doing={doing} />
            {stick && (
              <Table
                caption="Backups on the stick"
                columns={["Backup", "Size", "What you can do"]}
                rows={backups.map(({ name, bytes }) => [
                  name,
                  `${Math.ceil(bytes / 1000)} kB`,
                  <Sure
                    key="restore"
                    label="Restore"
                    ask="Put this backup in place?"
                    explain="Everything kept since this backup is replaced by it. The replaced records stay aside for a week."
                    yes="Restore it"
                    disabled={doing.busy}
                    onYes={() => restore(name)}
                    testid={`restore-${name}`}
                  />,
                ])}
                none="No backups on this stick."
              />
            )}
          </>
        )}
      </Shown>
    </Panel>
  );
}

function save(name: string, value: unknown): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
