// The whole interview: scores, each answer, the plan, and progress over the candidate's sessions.
import { ArrowRight } from "lucide-react";
import { useBooth } from "../booth";
import { Answers } from "../components/answers";
import { Button } from "../components/controls";
import { Fit } from "../components/fit";
import { Page } from "../components/page";
import { Panes } from "../components/panes";
import { Progress } from "../components/progress";
import { Radar } from "../components/radar";
import { ScoreCards } from "../components/score_cards";
import type { Results as ResultsState } from "../protocol";

export function Results() {
  const { wire, t, command } = useBooth();
  const results = wire.results;
  return (
    <Page
      title={t("results.title")}
      top={<p className="title strong">{t("results.title")}</p>}
      className="results"
      others={
        <Button kind="quiet" onPress={() => void command("end")} testid="end">
          {t("results.end")}
        </Button>
      }
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={() => void command("take_home")} testid="take-home">
          {t("results.take_home")}
        </Button>
      }
    >
      {results !== null && <ResultPanes results={results} />}
    </Page>
  );
}

function ResultPanes({ results }: { results: ResultsState }) {
  const { t } = useBooth();
  return (
    <Panes
      label={t("results.title")}
      panes={[
        { id: "scores", title: t("results.scores"), content: <Overview results={results} /> },
        { id: "answers", title: t("results.answers"), content: <Answers answers={results.answers} /> },
        { id: "plan", title: t("results.plan"), content: <Plan results={results} /> },
        { id: "progress", title: t("results.progress"), content: <Progress history={withThis(results)} /> },
      ]}
    />
  );
}

/** The history with this interview at its end, unless the booth has put it there already. */
function withThis({ history, scores }: ResultsState): ResultsState["history"] {
  const last = history.at(-1);
  if (history.length === 0 || JSON.stringify(last?.scores) === JSON.stringify(scores)) return history;
  return [...history, { date: new Date().toISOString(), scores }];
}

function Overview({ results }: { results: ResultsState }) {
  return (
    <div className="overview">
      <ScoreCards results={results} />
      <Radar scores={results.scores} />
    </div>
  );
}

function Plan({ results }: { results: ResultsState }) {
  const { t, maybe } = useBooth();
  const engine = maybe(`engine.${results.engine}`);
  return (
    <Fit className="plan">
      <p className="lead">{results.feedback}</p>
      <ol className="plan-steps">
        {results.improvement_plan.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {engine !== null && <p className="small soft">{t("results.engine", { engine })}</p>}
    </Fit>
  );
}
