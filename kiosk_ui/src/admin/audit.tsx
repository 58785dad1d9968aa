// The log of the console: when, what, and what came of it; newest first, a page at a time.
import { useState } from "react";
import { Button } from "../components/controls";
import { useLoaded } from "./api";
import { Panel, Shown, Table } from "./parts";
import { plain, useWords, type ConsoleWords } from "./words";

interface Entry {
  id: number;
  at: string;
  event: string;
  detail: Record<string, string | number | boolean>;
}

export function Audit() {
  const { t } = useWords();
  const [before, setBefore] = useState<number | null>(null);
  const loaded = useLoaded<{ entries: Entry[]; more: boolean }>(before === null ? "audit" : `audit?before=${before}`);
  return (
    <Panel title={t("audit.caption")} lead={t("audit.lead")}>
      <Shown loaded={loaded}>{({ entries }) => <Entries entries={entries} />}</Shown>
      <div className="row">
        <Button
          compact
          isDisabled={loaded.value?.more !== true}
          onPress={() => setBefore(loaded.value?.entries.at(-1)?.id ?? null)}
          testid="audit-older"
        >
          {t("audit.older")}
        </Button>
        <Button compact isDisabled={before === null} onPress={() => setBefore(null)} testid="audit-newest">
          {t("audit.newest")}
        </Button>
      </div>
    </Panel>
  );
}

function Entries({ entries }: { entries: Entry[] }) {
  const words = useWords();
  const { t } = words;
  const rows = entries.map((entry) => [words.time(entry.at), what(entry, words), outcome(entry, words)]);
  const columns = [t("audit.when"), t("audit.what"), t("audit.outcome")];
  return <Table caption={t("audit.caption")} columns={columns} rows={rows} none={t("audit.none")} />;
}

function what({ event, detail }: Entry, { maybe }: ConsoleWords): string {
  const setting = typeof detail.setting === "string" ? (maybe(`setting.${detail.setting}`) ?? detail.setting) : "";
  const values = Object.fromEntries(Object.entries(detail).map(([name, value]) => [name, String(value)]));
  return maybe(`audit.event.${event}`, { ...values, setting }) ?? plain(event);
}

function outcome({ detail }: Entry, { t, maybe }: ConsoleWords): string {
  if (typeof detail.code === "string") return maybe(`error.${detail.code}`) ?? detail.code;
  if (typeof detail.problems === "number" && detail.problems > 0) return t("audit.problems", { count: detail.problems });
  if (typeof detail.on === "boolean") return t(detail.on ? "console.yes" : "console.no");
  return t("audit.done");
}
