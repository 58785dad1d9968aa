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
/** What was found besides. */
interface Finding {
  code: string;
  do: string;
  values: Record<string, string>;
}
interface Told {
  lines: Line[];
  problems: Finding[];
  in_use: boolean;
}
const ORDER = { bad: 0, look: 1, good: 2 };

export function Health() {
  const { t } = useWords();
  const loaded = useLoaded<Told>("health");
  return (
    <>
      <Shown loaded={loaded}>{(told) => <Lines told={told} reload={loaded.reload} />}</Shown>
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

function Lines({ told, reload }: { told: Told; reload: () => void }) {
  const words = useWords();
  const { t, maybe } = words;
  const lines = [...told.lines].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  const well = lines.every((line) => line.state === "good");
  return (
    <>
      <Panel title={t(well ? "health.well" : "health.needs")}>
        <ul className="lines">
          {lines.map((line, place) => (
            <li key={place} className={line.state}>
              {sign(words, line.state)}
              <span>
                <span className="strong">{maybe(`health.what.${line.what}`) ?? plain(line.what)}</span>
                {" – "}
                {maybe(`health.say.${line.say}`, line.values) ?? plain(line.say)}
                {line.do && <span className="to-do">{maybe(`health.do.${line.do}`) ?? plain(line.do)}</span>}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title={t("health.devices")}>
        {told.in_use && <p>{t("health.in_use")}</p>}
        {!told.in_use && told.problems.length === 0 && <p>{t(well ? "health.all_there" : "health.nothing_else")}</p>}
        {told.problems.length > 0 && (
          <ul className="lines" data-testid="findings">
            {told.problems.map(({ code, values, do: what }) => (
              <li key={`${code} ${values["name"] ?? ""}`} className="look">
                {sign(words, "look")}
                <span>
                  {maybe(`health.found.${code}`, values) ?? plain(code)}
                  <span className="to-do">{maybe(`health.do.${what}`) ?? plain(what)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
        <div className="row">
          <Button compact onPress={reload} testid="look-again">
            {t("console.look_again")}
          </Button>
        </div>
      </Panel>
    </>
  );
}
