// Figures of groups: how many interviews, of what, with what scores; never a person.
import { useState } from "react";
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
const DAY_MS = 86_400_000;

export function Overview() {
  const loaded = useLoaded<Cohort>("cohort");
  return <Shown loaded={loaded}>{(cohort) => <Figures cohort={cohort} />}</Shown>;
}

function Figures({ cohort }: { cohort: Cohort }) {
  const { t, named, locale, day } = useWords();
  const titled: Titled = (role) => cohort.titles[role]?.[locale] ?? cohort.titles[role]?.en ?? plain(role);
  const { finished, means, spreads, not_measured: unmeasured, smallest_group: count } = cohort;
  return (
    <>
      <Panel title={t("overview.interviews")} lead={t("overview.interviews_lead", { date: day(cohort.since) })}>
        <p className="figure" data-testid="count">
          {finished.count}
        </p>
        <Days counted={finished.by_day} />
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
    words.score(mean) + (typeof mean === "number" && typeof deviation === "number" ? `\u00a0±\u00a0${deviation.toFixed(1)}` : "");
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

/** The last days of the calendar, those without an interview too. */
export function lastDays(counted: { date: string; count: number }[], today: Date): { date: string; count: number }[] {
  const counts = new Map(counted.map((day) => [day.date, day.count]));
  return Array.from({ length: SHOWN_DAYS }, (_, place) => {
    const date = new Date(today.getTime() - (SHOWN_DAYS - 1 - place) * DAY_MS).toISOString().slice(0, 10);
    return { date, count: counts.get(date) ?? 0 };
  });
}

function Days({ counted }: { counted: { date: string; count: number }[] }) {
  const { t, day } = useWords();
  const [today] = useState(() => new Date());
  const days = lastDays(counted, today);
  const most = Math.max(...days.map((one) => one.count));
  if (most === 0) return null;
  const told = days.filter((one) => one.count > 0).map((one) => `${one.date}: ${one.count}`).join("; ");
  return (
    <figure className="days">
      <svg viewBox={`0 0 ${SHOWN_DAYS * 10} 60`} role="img" aria-label={t("overview.days_chart", { told })}>
        <line x1="0" y1="59.5" x2={SHOWN_DAYS * 10} y2="59.5" />
        {days.map(({ date, count }, place) => {
          const height = Math.round((count / most) * 56);
          return <rect key={date} x={place * 10 + 1} y={59 - height} width="8" height={height} />;
        })}
      </svg>
      <p className="days-ends soft small">
        <span>{day(days[0]?.date ?? "")}</span>
        <span>{day(days.at(-1)?.date ?? "")}</span>
      </p>
      <figcaption className="soft small">{t("overview.days", { count: SHOWN_DAYS, most })}</figcaption>
    </figure>
  );
}
