// Figures of groups: how many interviews, of what, with what scores; never a person.
import { useLoaded } from "./api";
import { Panel, Shown, Table } from "./parts";
import { Take } from "./take";
import { plain, useWords } from "./words";

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
  /** role -> language -> title */
  titles: Record<string, Record<string, string>>;
}
type Titled = (role: string) => string;
const SHOWN_DAYS = 30;

export function Overview() {
  const loaded = useLoaded<Cohort>("cohort");
  return <Shown loaded={loaded}>{(cohort) => <Figures cohort={cohort} />}</Shown>;
}

function Figures({ cohort }: { cohort: Cohort }) {
  const { t, named, locale } = useWords();
  const titled: Titled = (role) => cohort.titles[role]?.[locale] ?? cohort.titles[role]?.en ?? plain(role);
  const { finished, means, spreads, not_measured: unmeasured, smallest_group: count } = cohort;
  return (
    <>
      <Panel title={t("overview.interviews")} lead={t("overview.interviews_lead", { date: cohort.since.slice(0, 10) })}>
        <p className="figure" data-testid="count">
          {finished.count}
        </p>
        <Days days={finished.by_day.slice(-SHOWN_DAYS)} />
        <div className="columns">
          <Table
            caption={t("overview.by_role")}
            columns={[t("overview.role"), t("overview.interviews")]}
            rows={counted(finished.by_role, titled)}
            none={t("overview.none")}
          />
          <Table
            caption={t("overview.by_level")}
            columns={[t("overview.level"), t("overview.interviews")]}
            rows={counted(finished.by_level, (level) => named("level", level))}
            none=""
          />
        </div>
      </Panel>
      <Panel title={t("overview.means")} lead={t("overview.means_lead", { count })}>
        <Means means={means} spreads={spreads} titled={titled} />
      </Panel>
      <Panel title={t("overview.unmeasured")} lead={t("overview.unmeasured_lead")}>
        <Unmeasured languages={unmeasured} />
      </Panel>
      <Take table="cohort" />
    </>
  );
}

function counted(counts: Record<string, number>, name: (id: string) => string): [string, number][] {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([id, count]) => [name(id), count]);
}

function Means({ means, spreads, titled }: Pick<Cohort, "means" | "spreads"> & { titled: Titled }) {
  const words = useWords();
  const { t, named } = words;
  const names = [...new Set(Object.values(means).flatMap((group) => Object.keys(group.scores ?? {})))].sort();
  const cell = (mean: number | null | undefined, deviation: number | null | undefined): string =>
    deviation === null || deviation === undefined ? words.score(mean) : `${words.score(mean)} ± ${deviation.toFixed(1)}`;
  const rows = Object.entries(means).map(([role, group]) => [
    titled(role),
    group.count,
    ...names.map((name) => (group.scores === null ? t("word.too_few") : cell(group.scores[name], spreads[role]?.[name]))),
  ]);
  const columns = [t("overview.role"), t("overview.kept"), ...names.map((name) => named("score", name))];
  return <Table caption={t("overview.means")} columns={columns} rows={rows} none={t("overview.no_kept")} />;
}

function Unmeasured({ languages }: { languages: Cohort["not_measured"] }) {
  const { t, named } = useWords();
  const names = [...new Set(Object.values(languages).flatMap((shares) => Object.keys(shares)))].sort();
  const rows = Object.entries(languages).map(([locale, shares]) => [
    named("lang", locale),
    ...names.map((name) => `${Math.round((shares[name] ?? 1) * 100)} %`),
  ]);
  const columns = [t("word.language"), ...names.map((name) => named("score", name))];
  return <Table caption={t("overview.unmeasured")} columns={columns} rows={rows} none={t("overview.unmeasured_none")} />;
}

function Days({ days }: { days: { date: string; count: number }[] }) {
  const { t } = useWords();
  const most = Math.max(1, ...days.map((day) => day.count));
  if (days.length === 0) return null;
  const told = days.map((day) => `${day.date}: ${day.count}`).join("; ");
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${SHOWN_DAYS * 10} 60`} role="img" aria-label={t("overview.days_chart", { told })}>
        <line x1="0" y1="59.5" x2={SHOWN_DAYS * 10} y2="59.5" />
        {days.map((day, place) => {
          const height = Math.round((day.count / most) * 56);
          return <rect key={day.date} x={place * 10 + 1} y={59 - height} width="8" height={height} />;
        })}
      </svg>
      <figcaption className="soft small">{t("overview.days", { count: days.length, most })}</figcaption>
    </figure>
  );
}
