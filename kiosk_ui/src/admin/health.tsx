// How the booth is, in words, with what to do.
import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import { Button } from "../components/controls";
import { useLoaded } from "./api";
import { Panel, Shown } from "./parts";

interface Line {
  what: string;
  state: "good" | "look" | "bad";
  words: string;
  to_do: string;
}
interface Told {
  lines: Line[];
  problems: string[];
  in_use: boolean;
}
const ORDER = { bad: 0, look: 1, good: 2 };
const SIGNS = {
  good: <CircleCheck aria-label="Good" />,
  look: <CircleAlert aria-label="Look at it" />,
  bad: <CircleX aria-label="Does not work" />,
};

export function Health() {
  const loaded = useLoaded<Told>("health");
  return (
    <>
      <Shown loaded={loaded}>{(told) => <Lines told={told} />}</Shown>
      <div className="row">
        <Button compact onPress={loaded.reload} testid="look-again">
          Look again
        </Button>
      </div>
    </>
  );
}

function Lines({ told }: { told: Told }) {
  const lines = [...told.lines].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  return (
    <>
      <Panel title={lines.some((line) => line.state !== "good") ? "Something needs you" : "All is well"}>
        <ul className="lines">
          {lines.map((line, place) => (
            <li key={place} className={line.state}>
              {SIGNS[line.state]}
              <span>
                <span className="strong">{line.what}. </span>
                {line.words}
                {line.to_do && <span className="to-do">{line.to_do}</span>}
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Devices and models">
        {told.in_use && <p>Somebody is at an interview. Devices are looked for afterwards.</p>}
        {!told.in_use && told.problems.length === 0 && <p>Camera, microphone, voice and models are all there.</p>}
        {told.problems.length > 0 && (
          <ul className="lines">
            {told.problems.map((problem) => (
              <li key={problem} className="look">
                {SIGNS.look}
                <span>{problem}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  );
}
