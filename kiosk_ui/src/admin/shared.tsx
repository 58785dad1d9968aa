// Reports whose students pressed Share; no others can be seen.
import { Button } from "../components/controls";
import { ask, useDoing, useLoaded } from "./api";
import { Panel, Said, score, Shown, Table, words } from "./parts";

interface Row {
  session_id: string;
  date: string;
  role: string;
  level: string;
  scores: Record<string, number | null>;
}

export function Shared() {
  const loaded = useLoaded<{ shared: Row[] }>("shared");
  return (
    <Shown loaded={loaded}>
      {({ shared }) => (
        <>
          <Panel
            title="Shared with the placement cell"
            lead="Only students who pressed Share are here. The booth knows no names: a student tells you which report is theirs."
          >
            <Rows shared={shared} />
          </Panel>
          {shared.length > 0 && (
            <Panel title="Take the table along" lead="To this computer. On the booth's own panel, use the USB stick under Data.">
              <div className="row">
                <a className="button compact" href="/api/admin/export/shared.xlsx" download>
                  Excel file
                </a>
                <a className="button compact" href="/api/admin/export/shared.csv" download>
                  CSV file
                </a>
              </div>
            </Panel>
          )}
        </>
      )}
    </Shown>
  );
}

function Rows({ shared }: { shared: Row[] }) {
  const stick = useLoaded<{ stick: boolean }>("stick");
  const doing = useDoing();
  const toStick = ({ session_id }: Row): void =>
    doing.run(async () => {
      const { name } = await ask<{ name: string }>("POST", "stick/report", { session_id });
      return `The report is on the stick: ${name}`;
    });
  const names = [...new Set(shared.flatMap((row) => Object.keys(row.scores)))].sort();
  const rows = shared.map((row) => [
    row.date,
    `${words(row.role)}, ${row.level}`,
    ...names.map((name) => score(row.scores[name])),
    <div key="open" className="row">
      <a className="button compact" href={`/api/admin/shared/${row.session_id}.pdf`} download>
        PDF
      </a>
      {stick.value?.stick && (
        <Button compact isDisabled={doing.busy} onPress={() => toStick(row)} testid={`stick-${row.session_id}`}>
          To stick
        </Button>
      )}
    </div>,
  ]);
  return (
    <>
      <Table
        caption="Shared interviews"
        columns={["Date", "Interview", ...names.map(words), "Report"]}
        rows={rows}
        none="Nobody has shared a report yet."
      />
      <Said doing={doing} />
    </>
  );
}
