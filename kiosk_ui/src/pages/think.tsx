// A question was asked: time to think, or to start at once.
import { ArrowRight, RotateCcw, SkipForward } from "lucide-react";
import { useClock, useSpeech, useWire } from "../booth";
import { AskingTop, QuestionText } from "../components/asking";
import { Button } from "../components/controls";
import { Countdown } from "../components/countdown";
import { Page } from "../components/page";

export function Think() {
  const { t, command } = useSpeech();
  return (
    <Page
      title={t("think.title")}
      top={<AskingTop lamp={false} />}
      className="asking think"
      others={
        <>
          <Button kind="quiet" icon={<SkipForward aria-hidden />} onPress={() => void command("skip")} testid="skip">
            {t("action.skip")}
          </Button>
          <Button icon={<RotateCcw aria-hidden />} onPress={() => void command("repeat_question")} testid="repeat">
            {t("action.repeat")}
          </Button>
        </>
      }
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={() => void command("start_answer")} testid="ready">
          {t("think.ready")}
        </Button>
      }
    >
      <QuestionText />
      <TimeToThink />
    </Page>
  );
}

/** Counts on by itself, without drawing the page around it again. */
function TimeToThink() {
  const { t } = useSpeech();
  const { question, booth, speaking, interview } = useWire("question", "booth", "speaking", "interview");
  const clock = useClock();
  const limit = clock?.limit ?? question?.think_seconds ?? booth.limits.think_seconds;
  return (
    <div className="think-time">
      {speaking !== null ? (
        <p className="lead soft">{t("think.listen")}</p>
      ) : (
        <Countdown left={clock?.left ?? limit} limit={limit} label={t("think.left")} />
      )}
      {interview?.resumed && <p className="soft">{t("think.resumed")}</p>}
    </div>
  );
}
