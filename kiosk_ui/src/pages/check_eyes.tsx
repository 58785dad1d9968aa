// A dot to follow, so that the booth learns how these eyes look: at the lens, at the corners, with a turned head.
import { ArrowBigLeft, ArrowBigRight, ArrowBigUp, Eye } from "lucide-react";
import { useBooth } from "../booth";
import { Button } from "../components/controls";
import { Fit } from "../components/fit";
import { Page } from "../components/page";
import type { EyeTarget } from "../protocol";
import type { Key } from "../text";

const SECONDS = 15;
const WAYS = { lens: ArrowBigUp, turn_left: ArrowBigLeft, turn_right: ArrowBigRight };

/** The check step that comes after the eyes': who types has nothing to read aloud. */
function useSkip(): () => void {
  const { wire, command } = useBooth();
  const step = wire.interview?.typed === true ? "done" : "look";
  return () => void command("check_step", { step });
}

/** What is asked of the eyes, before it begins: read now, so that nothing has to be read meanwhile. */
export function EyesIntro() {
  const { t, command } = useBooth();
  const skip = useSkip();
  return (
    <Page
      title={t("eyes.title")}
      lead={t("eyes.lead", { seconds: SECONDS })}
      className="eyes-intro"
      others={
        <Button onPress={skip} testid="eyes-skip">
          {t("eyes.skip")}
        </Button>
      }
      primary={
        <Button
          kind="primary"
          icon={<Eye aria-hidden />}
          onPress={() => void command("check_step", { step: "follow" })}
          testid="eyes-start"
        >
          {t("eyes.start")}
        </Button>
      }
    >
      <Fit className="centre">
        <Drawing />
        <ol className="rules">
          <li>{t("eyes.rule.lens")}</li>
          <li>{t("eyes.rule.dot")}</li>
          <li>{t("eyes.rule.turn")}</li>
        </ol>
      </Fit>
    </Page>
  );
}

/** The screen with its corners, and the lens above it. */
function Drawing() {
  return (
    <svg className="eyes-drawing" viewBox="0 0 104 72" aria-hidden>
      <rect x="4" y="14" width="96" height="54" rx="4" />
      <circle className="lens" cx="52" cy="7" r="5" />
      {[
        [13, 23],
        [91, 23],
        [13, 59],
        [91, 59],
      ].map(([x, y]) => (
        <circle key={`${x} ${y}`} className="place" cx={x} cy={y} r="4" />
      ))}
    </svg>
  );
}

/** One target; the booth decides which, and when the next one comes. */
export function EyesFollow() {
  const { wire, t } = useBooth();
  const skip = useSkip();
  const eyes = wire.check?.eyes;
  const target = eyes?.target ?? "lens";
  const corner = !(target in WAYS);
  return (
    <Page
      title={t("eyes.title")}
      className={`follow ${corner ? "corner" : "lens"}`}
      top={corner ? <span className={`eye-dot ${target}`} data-testid="eye-dot" aria-hidden /> : <LensMark target={target} />}
      primary={
        <Button onPress={skip} testid="eyes-skip">
          {t("eyes.skip")}
        </Button>
      }
    >
      <Fit className="centre">
        <p className="eye-words" aria-live="polite" data-testid="eye-words">
          {t((corner ? "eyes.dot" : `eyes.${target}`) as Key)}
        </p>
        <Marks index={eyes?.index ?? 0} count={eyes?.count ?? 1} />
      </Fit>
    </Page>
  );
}

/** At the top edge, nearest the lens: where to look when there is no dot. */
function LensMark({ target }: { target: EyeTarget }) {
  const Way = WAYS[target as keyof typeof WAYS];
  return (
    <div className="lens-mark" aria-hidden>
      <ArrowBigUp />
      {target !== "lens" && <Way className={target} />}
    </div>
  );
}

function Marks({ index, count }: { index: number; count: number }) {
  const { t } = useBooth();
  return (
    <ol className="eye-marks" aria-label={t("eyes.step", { number: index + 1, count })}>
      {Array.from({ length: count }, (_, i) => (
        <li key={i} className={i < index ? "gone" : i === index ? "now" : ""} aria-hidden />
      ))}
    </ol>
  );
}
