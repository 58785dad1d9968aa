// What the booth may do: separate switches, none set beforehand, and the age question; a group a screen where small.
import { ArrowRight, FileText } from "lucide-react";
import { memo, useState, type Dispatch, type SetStateAction } from "react";
import { useSpeech, useWire } from "../booth";
import { BackButton } from "../components/back";
import { Button, Options, SwitchRow } from "../components/controls";
import { Fit } from "../components/fit";
import { Notice } from "../components/notice";
import { Page } from "../components/page";
import { useTwoColumns } from "../components/roomy";
import type { ConsentSwitch, State } from "../protocol";

type Given = Record<ConsentSwitch, boolean> & { adult: boolean | null };
type Group = "senses" | "age" | "keeping";
const GROUPS: readonly Group[] = ["senses", "age", "keeping"];
const NOTHING: Given = { microphone: false, camera: false, expression: false, keep: false, share: false, adult: null };

export function Consent() {
  const { t, command } = useSpeech();
  const roomy = useTwoColumns();
  const [given, setGiven] = useState<Given>(NOTHING);
  const [step, setStep] = useState(0);
  const [asked, setAsked] = useState(false);
  const groups = roomy ? GROUPS : GROUPS.slice(step, step + 1);
  const needsAge = groups.includes("age") && given.adult === null;
  const next = (): void => {
    setAsked(needsAge);
    if (needsAge) return;
    if (!roomy && step < GROUPS.length - 1) setStep(step + 1);
    else void command("consent", { ...given });
  };
  return (
    <Page
      title={t("consent.title")}
      lead={t("consent.lead")}
      className={`consent ${roomy ? "roomy" : "stepwise"}`}
      back={<BackButton {...(step > 0 && !roomy ? { onPress: () => setStep(step - 1) } : {})} />}
      others={<ReadNotice />}
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={next} testid="consent-next">
          {t("action.next")}
        </Button>
      }
    >
      <Fit className="consent-groups">
        {groups.includes("senses") && <Senses given={given} onChange={setGiven} />}
        {groups.includes("age") && <Age adult={given.adult} onChange={setGiven} missing={asked && needsAge} />}
        {groups.includes("keeping") && <Keeping given={given} onChange={setGiven} />}
      </Fit>
    </Page>
  );
}

const ReadNotice = memo(function ReadNotice() {
  const { t } = useSpeech();
  const [reading, setReading] = useState(false);
  return (
    <>
      <Button kind="quiet" icon={<FileText aria-hidden />} onPress={() => setReading(true)} testid="notice">
        {t("consent.notice")}
      </Button>
      <Notice open={reading} onClose={() => setReading(false)} />
    </>
  );
});

interface GroupProps {
  given: Given;
  onChange: Dispatch<SetStateAction<Given>>;
}

function Senses({ given, onChange }: GroupProps) {
  const { t } = useSpeech();
  const { booth } = useWire("booth");
  return (
    <section className="group senses" aria-label={t("consent.senses")}>
      <ConsentRow what="microphone" on={given.microphone} onChange={onChange} />
      <ConsentRow what="camera" on={given.camera} onChange={onChange} />
      {booth.expression_available && (
        <ConsentRow what="expression" on={given.expression} onChange={onChange} off={!given.camera} />
      )}
    </section>
  );
}

interface AgeProps {
  adult: boolean | null;
  onChange: GroupProps["onChange"];
  missing: boolean;
}

const Age = memo(function Age({ adult, onChange, missing }: AgeProps) {
  const { t } = useSpeech();
  const value = adult === null ? null : adult ? "yes" : "no";
  const answer = (id: "yes" | "no"): void => {
    const minor = id === "no" ? { keep: false, share: false } : {};
    onChange((given) => ({ ...given, ...minor, adult: id === "yes" }));
  };
  return (
    <section className="group age">
      <Options
        label={t("consent.age")}
        options={[
          { id: "yes", title: t("consent.age.yes") },
          { id: "no", title: t("consent.age.no") },
        ]}
        value={value}
        onChange={answer}
        prefix="age"
        invalid={missing}
      />
      <p className={`small ${missing ? "missing" : "soft"}`} role={missing ? "alert" : undefined}>
        {missing ? t("consent.age.missing") : t("consent.age.note")}
      </p>
    </section>
  );
});

function Keeping({ given, onChange }: GroupProps) {
  const { t } = useSpeech();
  const minor = given.adult !== true;
  const nothing = keepsNothing(useWire("booth"));
  const note = nothing ? "consent.keep.nothing" : given.adult === false ? "consent.keep.minor" : undefined;
  return (
    <section className="group keeping" aria-label={t("consent.keeping")}>
      <ConsentRow what="keep" on={given.keep} onChange={onChange} off={minor || nothing} note={note && t(note)} />
      <ConsentRow what="share" on={given.share} onChange={onChange} off={minor || nothing || !given.keep} />
    </section>
  );
}

/** The placement cell's rule that nothing is stored once the candidate has left. */
export function keepsNothing({ booth }: Pick<State, "booth">): boolean {
  return booth.retention?.profile === "ephemeral";
}

interface RowProps {
  what: ConsentSwitch;
  on: boolean;
  onChange: GroupProps["onChange"];
  off?: boolean;
  note?: string | undefined;
}

/** Drawn again when it is switched, not with its neighbours. */
const ConsentRow = memo(function ConsentRow({ what, on, onChange, off = false, note }: RowProps) {
  const { t } = useSpeech();
  const { retention } = useWire("booth").booth;
  const days = retention?.profile === "days" ? retention.days : 365;
  const set = (to: boolean): void => {
    const needsIt = what === "camera" ? { expression: false } : what === "keep" ? { share: false } : {};
    onChange((given) => ({ ...given, ...(to ? {} : needsIt), [what]: to }));
  };
  return (
    <SwitchRow
      name={t(`consent.${what}`)}
      note={note ?? t(`consent.${what}.note`, { days })}
      on={on}
      off={off}
      words={{ yes: t("word.yes"), no: t("word.no") }}
      onChange={set}
      testid={`consent-${what}`}
    />
  );
});
