// The six delivery scores; a tap opens what each is made of; what was not measured says so.
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useSpeech } from "../booth";
import type { MadeOf, Results, ScoreName } from "../protocol";
import { unhurried } from "./controls";
import { Fit } from "./fit";
import { SCORE_NAMES } from "./radar";
import { Sheet } from "./sheet";

export function ScoreCards({ results }: { results: Results }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState<ScoreName | null>(null);
  return (
    <>
      <Fit className="score-cards">
        {SCORE_NAMES.map((name) => (
          <ScoreCard key={name} name={name} value={results.scores[name] ?? null} onOpen={() => setOpen(name)} />
        ))}
      </Fit>
      <Sheet
        title={open === null ? "" : t(`score.${open}`)}
        open={open !== null}
        onClose={() => setOpen(null)}
        wide
        testid="score-sheet"
      >
        {open !== null && <Parts parts={results.made_of[open] ?? []} missing={missing(results, open)} />}
      </Sheet>
    </>
  );
}

function ScoreCard({ name, value, onOpen }: { name: ScoreName; value: number | null; onOpen: () => void }) {
  const { t, score } = useSpeech();
  return (
    <AriaButton className="score-card" onPress={unhurried(onOpen)} data-testid={`score-${name}`}>
      <span className="score-name">{t(`score.${name}`)}</span>
      {value === null ? (
        <span className="score-none">{t("score.none")}</span>
      ) : (
        <span className="score-value">
          {score(value)}
          <span className="soft small"> / 10</span>
        </span>
      )}
      <ChevronRight aria-hidden />
    </AriaButton>
  );
}

function missing(results: Results, name: string): string | null {
  return results.not_measured.find((entry) => entry.what === name)?.reason ?? null;
}

/** The observable parts of a score, as a table. */
function Parts({ parts, missing: reason }: { parts: MadeOf[]; missing: string | null }) {
  const { t, maybe, number, score } = useSpeech();
  const why = reason === null ? null : (maybe(`reason.${reason}`) ?? t("reason.other"));
  return (
    <Fit className="parts">
      <p className="soft">{why === null ? t("score.made_of") : t("score.why_none", { why })}</p>
      {parts.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("score.part")}</th>
              <th scope="col">{t("score.measured")}</th>
              <th scope="col">{t("score.weight")}</th>
              <th scope="col">{t("score.score")}</th>
            </tr>
          </thead>
          <tbody>
            {parts.map((part) => (
              <tr key={part.name}>
                <th scope="row">{maybe(`part.${part.name}`) ?? part.name.replaceAll("_", " ")}</th>
                <td>{part.value === null ? t("score.none") : `${number(part.value, 1)} ${maybe(`unit.${part.unit}`) ?? part.unit}`}</td>
                <td>{number(100 * part.weight)} %</td>
                <td>{part.score === null ? t("score.none") : score(part.score)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Fit>
  );
}
