// How the booth is, in words, with what to do; and camera and microphone tried live.
import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { Button } from "../components/controls";
import { useLoaded } from "./api";
import { Panel, Shown } from "./parts";
import { Trial } from "./trial";
import { plain, useWords, type ConsoleWords } from "./words";

interface Line {
  what: string;
  state: "good" | "look" | "bad";
  say: string;
  do: string;
  values: Record<string, string | number>;
}
interface Told {
  lines: Line[];
  problems: string[];
  in_use: boolean;
}
const ORDER = { bad: 0, look: 1, good: 2 };

export function Health() {
  const { t } = useWords();
  const loaded = useLoaded<Told>("health");
  return (
    <>
      <Shown loaded={loaded}>{(told) => <Lines told={told} />}</Shown>
      <div className="row">
        <Button compact onPress={loaded.reload} testid="look-again">
          {t("console.look_again")}
        </Button>
      </div>
      <Panel title={t("guide.devices")} lead={t("trial.lead")}>
        <Trial />
      </Panel>
    </>
  );
}

function sign({ t }: ConsoleWords, state: Line["state"]) {
  if (state === "good") return <CircleCheck role="img" aria-label={t("health.good")} />;
  if (state === "look") return <CircleAlert role="img" aria-label={t("health.look")} />;
  return <CircleX role="img" aria-label={t("health.bad")} />;
}

function Lines({ told }: { told: Told }) {
  const words = useWords();
  const { t, maybe } = words;
  const lines = [...told.lines].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  return (
    <>
      <Panel title={t(lines.some((line) => line.state !== "good") ? "health.needs" : "health.well")}>
        <ul className="lines">
          {lines.map((line, place) => (
            <li key={place} className={line.state}>
              {sign(words, line.state)}
              <span>
                <span className="strong">{maybe(`health.what.${line.what}`) ?? plain(line.what)}. </span>
                {maybe(`health.say.${line.say}`, line.values) ?? plain(line.say)}
                {line.do && <span className="to-do">{maybe(`health.do.${line.do}`) ?? plain(line.do)}</span>}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("health.devices")}>
        {told.in_use && <p>{t("health.in_use")}</p>}
        {!told.in_use && told.problems.length === 0 && <p>{t("health.all_there")}</p>}
        {told.problems.length > 0 && (
          <ul className="lines" lang="en">
            {told.problems.map((problem) => (
              <li key={problem} className="look">
                {sign(words, "look")}
                <span>{problem}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
