// Tables that leave the booth: by download at a desk, by USB stick anywhere.
import { Button } from "../components/controls";
import { ask, useDoing, useLoaded } from "./api";
import { isPanel } from "./panel";
import { NoStick, Panel, Said, type StickTold } from "./parts";
import { useWords } from "./words";

export function Take({ table }: { table: "cohort" | "shared" }) {
  const { t } = useWords();
  const stick = useLoaded<StickTold>("stick");
  const doing = useDoing();
  const write = (kind: "xlsx" | "csv"): void =>
    doing.run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/tables", { kind });
      return t("take.done", { name });
    });
  const has = stick.value?.stick === true;
  return (
    <Panel title={t("take.title")} lead={!has && isPanel() ? t("take.panel") : t("take.stick")}>
      <div className="row">
        <Button compact isDisabled={!has || doing.busy} onPress={() => write("xlsx")} testid="stick-xlsx">
          {t("take.stick_excel")}
        </Button>
        <Button compact isDisabled={!has || doing.busy} onPress={() => write("csv")} testid="stick-csv">
          {t("take.stick_csv")}
        </Button>
        {!isPanel() && (
          <>
            <a className="button compact" href={`/api/admin/export/${table}.xlsx`} download>
              {t("take.excel")}
            </a>
            <a className="button compact" href={`/api/admin/export/${table}.csv`} download>
              {t("take.csv")}
            </a>
          </>
        )}
      </div>
      <NoStick stick={stick} />
      <Said doing={doing} />
    </Panel>
  );
}
