// The candidate answers, aloud or typed; Done is the only way that ends it in a hurry.
import { Check, RotateCcw } from "lucide-react";
import { useSpeech, useWire } from "../booth";
import { Captions, LiveStrip, TimeLine } from "../components/answering";
import { AskingTop, QuestionText } from "../components/asking";
import { Button } from "../components/controls";
import { Page } from "../components/page";
import { TypedAnswer } from "../components/typed_answer";

export function Answer() {
  const { interview, question } = useWire("interview", "question");
  return interview?.typed === true ? <TypedAnswer key={question?.id} /> : <Spoken />;
}

function Spoken() {
  const { t, command } = useSpeech();
  const asked = useWire("prompt").prompt === "move_on";
  return (
    <Page
      title={t("answer.title")}
      top={<AskingTop lamp />}
      className="asking answer"
      note={<Prompt />}
      others={
        asked ? (
          <Button onPress={() => void command("continue")} testid="not-yet">
            {t("prompt.not_yet")}
          </Button>
        ) : (
          <Button kind="quiet" icon={<RotateCcw aria-hidden />} onPress={() => void command("repeat_question")} testid="repeat">
            {t("action.repeat")}
          </Button>
        )
      }
      primary={
        <Button kind="primary" icon={<Check aria-hidden />} onPress={() => void command("done")} testid="done">
          {t("action.done")}
        </Button>
      }
    >
      <QuestionText />
      <Captions />
      <LiveStrip />
      <TimeLine />
    </Page>
  );
}

/** What the booth says into a silence; never an end by itself. */
function Prompt() {
  const { t } = useSpeech();
  const { prompt } = useWire("prompt");
  return (
    <div aria-live="polite">
      {prompt !== null && (
        <p className="prompt" data-testid="prompt" data-prompt={prompt}>
          {t(`prompt.${prompt}`)}
        </p>
      )}
    </div>
  );
}
