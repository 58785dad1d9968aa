// Data: what a student asks for with claim code and PIN; backups under a passphrase on the USB stick.
import { useState } from "react";
import { Button } from "../components/controls";
import { ask, useDoing, useLoaded, type Loaded } from "./api";
import { isPanel, suggestion } from "./panel";
import { Field, NoStick, Panel, Said, Shown, Sure, Table, type StickTold } from "./parts";
import { useWords } from "./words";

const CODE_LENGTH = 8;
const SHORTEST_PASSPHRASE = 12;

interface Sticks extends StickTold {
  backups: { name: string; bytes: number }[];
}

export function Data() {
  const { t } = useWords();
  const stick = useLoaded<Sticks>("stick");
  const has = stick.value?.stick === true;
  return (
    <>
      <Claim stick={stick} has={has} />
      <BackUp stick={stick} has={has} />
      <Panel title={t("restore.title")} lead={t("restore.lead")}>
        <Shown loaded={stick}>
          {(found) => (found.stick ? <Restore found={found} look={stick.reload} /> : <NoStick stick={stick} />)}
        </Shown>
      </Panel>
    </>
  );
}

function Claim({ stick, has }: { stick: Loaded<Sticks>; has: boolean }) {
  const { t } = useWords();
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
      return t("claim.done");
    });
  const toStick = (): void =>
    doing.run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/claim", { code, pin });
      forget();
      return t("claim.done_stick", { name });
    });
  const erase = (): void =>
    doing.run(async () => {
      const receipt = await ask<{ number: string }>("POST", "claim/erase", { code, pin });
      forget();
      return t("claim.erased", { number: receipt.number });
    });
  return (
    <Panel title={t("claim.title")} lead={t("claim.lead")}>
      <div className="row fields">
        <Field
          label={t("claim.code")}
          keys="code"
          value={code}
          onChange={(typed) => setCode(typed.toUpperCase().slice(0, 12))}
          testid="claim-code"
        />
        <Field label={t("claim.pin")} secret keys="digits" digits={6} value={pin} onChange={setPin} testid="claim-pin" />
        <Button compact isDisabled={!ready || !has} onPress={toStick} testid="claim-stick">
          {t("claim.stick")}
        </Button>
        {!isPanel() && (
          <Button compact isDisabled={!ready} onPress={take} testid="claim-export">
            {t("claim.download")}
          </Button>
        )}
        <Sure
          label={t("claim.erase")}
          ask={t("claim.erase_ask")}
          explain={t("claim.erase_explain")}
          yes={t("claim.erase_yes")}
          disabled={!ready}
          onYes={erase}
          testid="claim-erase"
        />
      </div>
      <NoStick stick={stick} />
      <Said doing={doing} />
    </Panel>
  );
}

function BackUp({ stick, has }: { stick: Loaded<Sticks>; has: boolean }) {
  const { t } = useWords();
  const [passphrase, setPassphrase] = useState("");
  const doing = useDoing();
  const backUp = (): void =>
    doing.run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/backup", { passphrase });
      setPassphrase("");
      stick.reload();
      return t("backup.done", { name });
    });
  return (
    <Panel title={t("backup.title")} lead={t("backup.lead")}>
      <div className="row fields">
        <Field
          label={t("backup.passphrase")}
          keys="text"
          lang="en"
          wide
          value={passphrase}
          onChange={setPassphrase}
          testid="backup-passphrase"
        />
        <Button compact onPress={() => setPassphrase(suggestion())} testid="backup-suggest">
          {t("backup.suggest")}
        </Button>
        <Button
          kind="primary"
          compact
          isDisabled={!has || doing.busy || passphrase.trim().length < SHORTEST_PASSPHRASE}
          onPress={backUp}
          testid="backup"
        >
          {t("backup.go")}
        </Button>
      </div>
      <p className="soft small">{t("backup.passphrase_note")}</p>
      <NoStick stick={stick} />
      <Said doing={doing} />
    </Panel>
  );
}

function Restore({ found, look }: { found: Sticks; look: () => void }) {
  const { t } = useWords();
  const [passphrase, setPassphrase] = useState("");
  const doing = useDoing();
  const restore = (name: string): void =>
    doing.run(async () => {
      await ask("POST", "stick/restore", { name, passphrase });
      setPassphrase("");
      return t("restore.done");
    });
  const ready = passphrase.trim() !== "" && !doing.busy;
  const rows = found.backups.map(({ name, bytes }) => [
    name,
    `${Math.ceil(bytes / 1000)} kB`,
    <Sure
      key="restore"
      label={t("restore.go")}
      ask={t("restore.ask")}
      explain={t("restore.explain")}
      yes={t("restore.yes")}
      disabled={!ready}
      onYes={() => restore(name)}
      testid={`restore-${name}`}
    />,
  ]);
  return (
    <>
      {rows.length > 0 && (
        <Field
          label={t("restore.passphrase")}
          keys="text"
          lang="en"
          wide
          value={passphrase}
          onChange={setPassphrase}
          testid="restore-passphrase"
        />
      )}
      <Said doing={doing} />
      <Table
        caption={t("restore.caption")}
        columns={[t("restore.backup"), t("restore.size"), t("questions.do")]}
        rows={rows}
        none={t("restore.none")}
      />
      <div className="row">
        <Button compact onPress={look} testid="stick-look">
          {t("console.look_again")}
        </Button>
      </div>
    </>
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
