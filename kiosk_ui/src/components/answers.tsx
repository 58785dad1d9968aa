// Each question of the interview with its answer: what was heard, when, and the sound while it is in memory.
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useSpeech } from "../booth";
import type { Results, Review } from "../protocol";
import { unhurried } from "./controls";
import { HearYourself } from "./hear";
import { KeyPoints } from "./key_points";
import { Leaves } from "./leaves";
import { Panes } from "./panes";
import { Sheet } from "./sheet";
import { useRoomy } from "./roomy";
import { Timeline } from "./timeline";

type Given = Results["answers"][number];

export function Answers({ answers }: { answers: Given[] }) {
  const { t } = useSpeech();
  const roomy = useRoomy();
  const [open, setOpen] = useState<number | null>(null);
  const chosen = open === null ? undefined : answers[open];
  if (answers.length === 0) return <p className="lead">{t("results.no_answers")}</p>;
  return (
    <>
      <Leaves size={roomy ? 4 : 3} count={answers.length}>
        {({ from, to }) => (
          <ul className="answer-rows">
            {answers.slice(from, to).map((answer, i) => (
              <li key={answer.answer_id}>
                <AnswerRow answer={answer} number={from + i + 1} onOpen={() => setOpen(from + i)} />
              </li>
            ))}
          </ul>
        )}
      </Leaves>
      <Sheet
        title={chosen === undefined ? "" : questionOf(chosen)}
        open={chosen !== undefined}
        onClose={() => setOpen(null)}
        wide
        testid="answer-sheet"
        actions={<HearYourself url={chosen?.sound_url ?? null} />}
      >
        {chosen !== undefined && <Detail answer={chosen} />}
      </Sheet>
    </>
  );
}

function AnswerRow({ answer, number, onOpen }: { answer: Given; number: number; onOpen: () => void }) {
  const { t, maybe, number: figure } = useSpeech();
  const heard = answer.key_points.filter((point) => point.heard).length;
  const points = { heard, count: answer.key_points.length };
  const why = answer.not_judged === null ? "" : (maybe(`reason.${answer.not_judged}`) ?? t("reason.other"));
  return (
    <AriaButton className="answer-row" onPress={unhurried(onOpen)} data-testid={`answer-${number}`}>
      <span className="answer-number">{number}</span>
      <span className="answer-question">
        <span className="clamped">{questionOf(answer)}</span>
        <span className="note">
          {answer.not_judged !== null ? t("results.not_judged", { why }) : answer.key_points.length > 0 && t("results.heard", points)}
        </span>
      </span>
      <span className="answer-overall">{answer.overall === null ? t("score.none") : `${figure(answer.overall)} / 100`}</span>
      <ChevronRight aria-hidden />
    </AriaButton>
  );
}

function Detail({ answer }: { answer: Review }) {
  const { t } = useSpeech();
  const panes = [
    { id: "heard", title: t("review.key_points"), content: <KeyPoints review={answer} /> },
    { id: "when", title: t("review.timeline"), content: <Timeline review={answer} /> },
  ];
  return <Panes label={t("review.parts")} panes={panes} />;
}

function questionOf(answer: Given): string {
  const { question } = answer;
  return typeof question === "string" ? question : (question?.text ?? answer.question_id);
}
