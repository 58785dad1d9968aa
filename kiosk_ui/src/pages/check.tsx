// Before the first question: is the candidate heard and in the picture; then a warm-up that calibrates.
import { ArrowRight, Camera, CameraOff, CheckCircle2, Mic, MicOff } from "lucide-react";
import { useBooth, useClock } from "../booth";
import { BackButton } from "../components/back";
import { Button } from "../components/controls";
import { Countdown } from "../components/countdown";
import { Fit } from "../components/fit";
import { FramingPicture, LevelMeter, SelfView } from "../components/senses";
import { Page } from "../components/page";
import type { Check as CheckState } from "../protocol";
import { EyesFollow, EyesIntro } from "./check_eyes";

export function Check() {
  const { wire } = useBooth();
  const check = wire.check;
  if (check?.step === "eyes") return <EyesIntro />;
  if (check?.step === "follow") return <EyesFollow />;
  if (check?.step === "look") return <WarmupIntro check={check} />;
  if (check?.step === "warmup") return <Warmup check={check} />;
  if (check?.step === "done") return <Ready />;
  return <Devices check={check} />;
}

function Devices({ check }: { check: CheckState | null }) {
  const { wire, t, command } = useBooth();
  // without a microphone there is nothing to read aloud: the warm-up falls away; so do the eyes without a face
  const silent = wire.interview?.typed === true || check?.microphone.state === "off";
  const step = check?.framing === "ok" ? "eyes" : silent ? "done" : "look";
  return (
    <Page
      title={t("check.title")}
      className="check"
      back={<BackButton />}
      primary={
        <Button
          kind="primary"
          icon={<ArrowRight aria-hidden />}
          onPress={() => void command("check_step", { step })}
          testid="check-next"
        >
          {t(step === "done" ? "check.start" : "action.next")}
        </Button>
      }
    >
      <Hearing check={check} />
      <Seeing check={check} />
    </Page>
  );
}

function Hearing({ check }: { check: CheckState | null }) {
  const { wire, t, maybe } = useBooth();
  const state = check?.microphone.state ?? "no_signal";
  const off = state === "off" || wire.interview?.typed === true;
  return (
    <section className="sense" aria-label={t("check.hearing")}>
      <h2 className="lead">
        {off ? <MicOff aria-hidden /> : <Mic aria-hidden />} {t("check.hearing")}
      </h2>
      {!off && <LevelMeter level={check?.microphone.level ?? null} good={state === "ok"} />}
      <Fit className="sense-words">
        {!off && <p className="say">{t("check.say")}</p>}
        <p className="hint" aria-live="polite" data-testid="microphone-hint">
          {off ? t("check.mic.off") : (maybe(`check.mic.${state}`) ?? t("check.mic.no_signal"))}
        </p>
      </Fit>
    </section>
  );
}

function Seeing({ check }: { check: CheckState | null }) {
  const { t, maybe } = useBooth();
  const framing = check?.framing ?? null;
  const off = framing === "off";
  return (
    <section className="sense" aria-label={t("check.seeing")}>
      <h2 className="lead">
        {off ? <CameraOff aria-hidden /> : <Camera aria-hidden />} {t("check.seeing")}
      </h2>
      {!off && <SelfView />}
      <div className="sense-hint">
        {!off && <FramingPicture framing={framing} />}
        <Fit className="sense-words">
          <p className="hint" aria-live="polite" data-testid="framing-hint">
            {maybe(seeingHint(framing, check?.light ?? null)) ?? t("check.framing.unknown")}
          </p>
          {check?.bystander && <p className="hint small">{t("check.bystander")}</p>}
        </Fit>
      </div>
    </section>
  );
}

/** The one hint that matters: where the head is, else the light. */
function seeingHint(framing: string | null, light: string | null): string {
  if (framing !== "ok") return `check.framing.${framing ?? "unknown"}`;
  return light === "too_dark" || light === "backlit" ? `check.light.${light}` : "check.framing.ok";
}

function WarmupIntro({ check }: { check: CheckState }) {
  const { wire, t, command } = useBooth();
  return (
    <Page
      title={t("warmup.title")}
      lead={t("warmup.lead", { seconds: wire.booth.limits.warmup_seconds })}
      className="warmup"
      others={
        <Button onPress={() => void command("check_step", { step: "done" })} testid="warmup-skip">
          {t("warmup.skip")}
        </Button>
      }
      primary={
        <Button
          kind="primary"
          icon={<Mic aria-hidden />}
          onPress={() => void command("check_step", { step: "warmup" })}
          testid="warmup-start"
        >
          {t("warmup.start")}
        </Button>
      }
    >
      <Fit className="reading waiting">
        <p>{check.warmup_text}</p>
      </Fit>
    </Page>
  );
}

function Warmup({ check }: { check: CheckState }) {
  const { wire, t, command } = useBooth();
  const clock = useClock();
  const limit = clock?.limit ?? wire.booth.limits.warmup_seconds;
  return (
    <Page
      title={t("warmup.now")}
      className="warmup"
      primary={
        <Button onPress={() => void command("check_step", { step: "done" })} testid="warmup-done">
          {t("warmup.finish")}
        </Button>
      }
    >
      <div className="warmup-row">
        <Fit className="reading">
          <p>{check.warmup_text}</p>
        </Fit>
        <div className="warmup-side">
          <Countdown left={clock?.left ?? limit} limit={limit} label={t("think.seconds")} />
          <LevelMeter level={check.microphone.level} good={check.microphone.state === "ok"} />
        </div>
      </div>
    </Page>
  );
}

function Ready() {
  const { wire, t, command } = useBooth();
  return (
    <Page
      title={t("check.done")}
      className="ready-page"
      primary={
        <Button
          kind="primary"
          icon={<ArrowRight aria-hidden />}
          onPress={() => void command("check_step", { step: "done" })}
          testid="check-next"
        >
          {t("check.start")}
        </Button>
      }
    >
      <Fit className="centre">
        <CheckCircle2 className="emblem" aria-hidden />
        <p className="lead">{t("check.done_text", { count: wire.interview?.questions ?? 5 })}</p>
        <ul className="rules">
          <li>{t("check.rule.think", { seconds: wire.booth.limits.think_seconds })}</li>
          <li>{t("check.rule.done")}</li>
          <li>{t("check.rule.lens")}</li>
        </ul>
      </Fit>
    </Page>
  );
}
