// The top edge of the question pages: which question it is, the interviewer, the lamp; and the question below.
import { Mic, MicOff } from "lucide-react";
import { useSpeech, useWire } from "../booth";
import { Fit } from "./fit";
import { Interviewer } from "./interviewer";

/** Progress to the left, the interviewer in the middle, the lamp to the right. */
export function AskingTop({ lamp }: { lamp: boolean }) {
  const { t } = useSpeech();
  const { interview, question } = useWire("interview", "question");
  const step = interview && { number: interview.index + 1, count: interview.questions };
  return (
    <div className="asking-top">
      <p className="asking-step">
        {step && <span className="strong">{t("question.of", step)}</span>}
        {interview && interview.attempt > 0 && (
          <span className="soft small"> {t("question.attempt", { number: interview.attempt + 1 })}</span>
        )}
        {question?.follow_up && <span className="soft small"> {t("question.follow_up")}</span>}
      </p>
      <Interviewer />
      <div className="asking-lamp">{lamp && <Lamp />}</div>
    </div>
  );
}

/** The recording lamp: permanent while the booth listens, in words too. */
export function Lamp() {
  const { t } = useSpeech();
  const { interview, consent, booth } = useWire("interview", "consent", "booth");
  const typed = interview?.typed ?? false;
  const seen = consent?.camera === true && booth.devices.camera.owner !== "off";
  const words = typed ? (seen ? "lamp.typed_seen" : "lamp.typed") : seen ? "lamp.heard_seen" : "lamp.heard";
  return (
    <p className={`lamp ${typed ? "off" : ""}`} data-testid="lamp">
      {typed ? <MicOff aria-hidden /> : <Mic aria-hidden />}
      {!typed && <span className="dot" aria-hidden />}
      <span>{t(words)}</span>
    </p>
  );
}

/** The question, as large as its room allows. */
export function QuestionText() {
  const { locale } = useSpeech();
  const { question } = useWire("question");
  if (question === null) return null;
  const own = question.text !== question.text_en || locale === "en";
  return (
    <Fit className="question">
      <p lang={own ? locale : "en"} data-testid="question">
        {question.text}
      </p>
    </Fit>
  );
}
