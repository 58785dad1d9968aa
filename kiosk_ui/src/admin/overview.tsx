// Figures of groups: how many interviews, of what, with what scores; never a person.
import { useLoaded } from "./api";
import { Panel, score, Shown, Table, words } from "./parts";

interface Group {
  count: number;
  scores: Record<string, number | null> | null;
}
interface Cohort {
  since: string;
  smallest_group: number;
  finished: {
    count: number;
    by_role: Record<string, number>;
    by_level: Record<string, number>;
    by_day: { date: string; count: number }[];
  };
  means: Record<string, Group>;
  /** role -> score -> standard deviation */
  spreads: Record<string, Record<string, number | null>>;
  /** language -> score -> share that was not measured */
  not_measured: Record<string, Record<string, number>>;
}
const LANGUAGES: Record<string, string> = { en: "English", hi: "Hindi" };
const SHOWN_DAYS = 30;

export function Overview() {
  const loaded = useLoaded<Cohort>("cohort");
  return <Shown loaded={loaded}>{(cohort) => <Figures cohort={cohort} />}</Shown>;
}

function Figures({ cohort }: { cohort: Cohort }) {
  const { finished, means, spreads, not_measured: unmeasured } = cohort;
  return (
    <>
      <Panel title="Interviews" lead={`Finished since ${cohort.since.slice(0, 10)}. Figures of groups only.`}>
        <p className="figure" data-testid="count">
          {finished.count}
        </p>
        <Days days={finished.by_day.slice(-SHOWN_DAYS)} />
        <div className="columns">
          <Table
            caption="Interviews by role"
            columns={["Role", "Interviews"]}
            rows={counted(finished.by_role)}
            none="No interviews yet."
          />
          <Table
            caption="Interviews by level"
            columns={["Level", "Interviews"]}
            rows={counted(finished.by_level)}
            none=""
          />
        </div>
      </Panel>
      <Panel
        title="Mean scores"
        lead={`0 to 10, with the spread (standard deviation), of interviews whose students agreed to keep them. Only groups of ${cohort.smallest_group} and more.`}
      >
        <Means means={means} spreads={spreads} />
      </Panel>
      <Panel
        title="Not measured, by language"
        lead="The share of kept interviews in which a score could not be measured. If one language is much higher, the booth serves it worse: do not compare its scores."
      >
        <Unmeasured languages={unmeasured} />
      </Panel>
      <Panel title="Take the figures along" lead="To this computer. On the booth's own panel, use the USB stick under Data.">
        <div className="row">
          <a className="button compact" href="/api/admin/export/cohort.xlsx" download>
            Excel file
          </a>
          <a className="button compact" href="/api/admin/export/cohort.csv" download>
            CSV file
          </a>
        </div>
      </Panel>
    </>
  );
}

function counted(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => [words(name), count]);
}

function Means({ means, spreads }: Pick<Cohort, "means" | "spreads">) {
  const names = [...new Set(Object.values(means).flatMap((group) => Object.keys(group.scores ?? {})))].sort();
  const rows = Object.entries(means).map(([role, group]) => [
    words(role),
    group.count,
    ...names.map((name) => (group.scores === null ? "too few" : spread(group.scores[name], spreads[role]?.[name]))),
  ]);
  return (
    <Table
      caption="Mean scores by role"
      columns={["Role", "Kept", ...names.map(words)]}
      rows={rows}
      none="No kept interviews yet."
    />
  );
}

function spread(mean: number | null | undefined, deviation: number | null | undefined): string {
  const known = deviation !== null && deviation !== undefined;
  return known ? `${score(mean)} ± ${deviation.toFixed(1)}` : score(mean);
}

function Unmeasured({ languages }: { languages: Cohort["not_measured"] }) {
  const names = [...new Set(Object.values(languages).flatMap((shares) => Object.keys(shares)))].sort();
  const rows = Object.entries(languages).map(([locale, shares]) => [
    LANGUAGES[locale] ?? locale,
    ...names.map((name) => `${Math.round((shares[name] ?? 1) * 100)} %`),
  ]);
  return (
    <Table
      caption="Share not measured by language"
      columns={["Language", ...names.map(words)]}
      rows={rows}
      none="Too few kept interviews yet."
    />
  );
}

function Days({ days }: { days: { date: string; count: number }[] }) {
  const most = Math.max(1, ...days.map((day) => day.count));
  if (days.length === 0) return null;
  const told = days.map((day) => `${day.date}: ${day.count}`).join("; ");
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${SHOWN_DAYS * 10} 60`} role="img" aria-label={`Interviews a day. ${told}`}>
        <line x1="0" y1="59.5" x2={SHOWN_DAYS * 10} y2="59.5" />
        {days.map((day, place) => {
          const height = Math.round((day.count / most) * 56);
          return <rect key={day.date} x={place * 10 + 1} y={59 - height} width="8" height={height} />;
        })}
      </svg>
      <figcaption className="soft small">
        Days with interviews, the last {days.length}; at most {most} a day.
      </figcaption>
    </figure>
  );
}
