// Reports whose students pressed Share; no others can be seen.
import { Button } from "../components/controls";
import { ask, useDoing, useLoaded } from "./api";
import { isPanel } from "./panel";
import { NoStick, Panel, Said, Shown, Table, type StickTold } from "./parts";
import { Take } from "./take";
import { plain, useWords } from "./words";

interface Row {
  session_id: string;
  report_number: string;
  date: string;
  role: string;
  level: string;
  scores: Record<string, number | null>;
}

interface Told {
  shared: Row[];
  /** role -> language -> title */
  titles: Record<string, Record<string, string>>;
}

export function Shared() {
  const { t } = useWords();
  const loaded = useLoaded<Told>("shared");
  return (
    <Shown loaded={loaded}>
      {({ shared, titles }) => (
        <>
          <Panel title={t("shared.title")} lead={t("shared.lead")}>
            <Rows shared={shared} titles={titles} />
          </Panel>
          {shared.length > 0 && <Take table="shared" />}
        </>
      )}
    </Shown>
  );
}

function Rows({ shared, titles }: Told) {
  const words = useWords();
  const { t, named } = words;
  const stick = useLoaded<StickTold>("stick");
  const doing = useDoing();
  const toStick = ({ session_id }: Row): void =>
    doing.run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/report", { session_id });
      return t("take.done", { name });
    });
  const names = [...new Set(shared.flatMap((row) => Object.keys(row.scores)))].sort();
  const rows = shared.map((row) => [
    row.report_number,
    words.day(row.date),
    <span key="interview" className="cell-text">
      {titles[row.role]?.[words.locale] ?? titles[row.role]?.["en"] ?? plain(row.role)}, {named("level", row.level)}
    </span>,
    // before the scores: on a small panel these are looked at by scrolling, the report is not
    <div key="open" className="row">
      {!isPanel() && (
        <a className="button compact" href={`/api/admin/shared/${row.session_id}.pdf`} download>
          PDF
        </a>
      )}
      <Button
        compact
        isDisabled={doing.busy || stick.value?.stick !== true}
        onPress={() => toStick(row)}
        testid={`stick-${row.session_id}`}
      >
        {t("shared.to_stick")}
      </Button>
    </div>,
    ...names.map((name) => words.score(row.scores[name])),
  ]);
  const columns = [t("shared.number"), t("shared.date"), t("shared.interview"), t("shared.report"), ...names.map((name) => named("score", name))];
  return (
    <>
      <Table caption={t("shared.caption")} columns={columns} rows={rows} none={t("shared.none")} />
      {shared.length > 0 && <NoStick stick={stick} />}
      <Said doing={doing} />
    </>
  );
}
