// Reports whose students pressed Share; no others can be seen.
import { useLoaded } from "./api";
import { Panel, score, Shown, Table, words } from "./parts";

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
            <Panel title="Take the table along">
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
  const names = [...new Set(shared.flatMap((row) => Object.keys(row.scores)))].sort();
  const rows = shared.map((row) => [
    row.date,
    `${words(row.role)}, ${row.level}`,
    ...names.map((name) => score(row.scores[name])),
    <a key="open" className="button compact" href={`/api/admin/shared/${row.session_id}.pdf`} download>
      Report
    </a>,
  ]);
  return (
    <Table
      caption="Shared interviews"
      columns={["Date", "Interview", ...names.map(words), "Report"]}
      rows={rows}
      none="Nobody has shared a report yet."
    />
  );
}
