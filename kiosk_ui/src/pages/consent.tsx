// What the booth may do: separate switches, none set beforehand, and the age question; a group a screen where small.
import { ArrowRight, FileText } from "lucide-react";
import { useState } from "react";
import { useBooth } from "../booth";
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
  const { t, command } = useBooth();
  const roomy = useTwoColumns();
  const [given, setGiven] = useState<Given>(NOTHING);
  const [step, setStep] = useState(0);
  const [asked, setAsked] = useState(false);
  const [reading, setReading] = useState(false);
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
      others={
        <Button kind="quiet" icon={<FileText aria-hidden />} onPress={() => setReading(true)} testid="notice">
          {t("consent.notice")}
        </Button>
      }
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={next} testid="consent-next">
          {t("action.next")}
        </Button>
      }
    >
      <Fit className="consent-groups">
        {groups.includes("senses") && <Senses given={given} onChange={setGiven} />}
        {groups.includes("age") && <Age given={given} onChange={setGiven} missing={asked && needsAge} />}
        {groups.includes("keeping") && <Keeping given={given} onChange={setGiven} />}
      </Fit>
      <Notice open={reading} onClose={() => setReading(false)} />
    </Page>
  );
}

interface GroupProps {
  given: Given;
  onChange: (given: Given) => void;
}

function Senses({ given, onChange }: GroupProps) {
  const { wire, t } = useBooth();
  return (
    <section className="group senses" aria-label={t("consent.senses")}>
      <ConsentRow what="microphone" given={given} onChange={onChange} />
      <ConsentRow what="camera" given={given} onChange={onChange} />
      {wire.booth.expression_available && (
        <ConsentRow what="expression" given={given} onChange={onChange} off={!given.camera} />
      )}
    </section>
  );
}

function Age({ given, onChange, missing }: GroupProps & { missing: boolean }) {
  const { t } = useBooth();
  const value = given.adult === null ? null : given.adult ? "yes" : "no";
  const answer = (id: "yes" | "no"): void => {
    const minor = id === "no" ? { keep: false, share: false } : {};
    onChange({ ...given, ...minor, adult: id === "yes" });
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
}

function Keeping({ given, onChange }: GroupProps) {
  const { wire, t } = useBooth();
  const minor = given.adult !== true;
  const nothing = keepsNothing(wire);
  const note = nothing ? "consent.keep.nothing" : given.adult === false ? "consent.keep.minor" : undefined;
  return (
    <section className="group keeping" aria-label={t("consent.keeping")}>
      <ConsentRow what="keep" given={given} onChange={onChange} off={minor || nothing} note={note && t(note)} />
      <ConsentRow what="share" given={given} onChange={onChange} off={minor || nothing || !given.keep} />
    </section>
  );
}

/** The placement cell's rule that nothing is stored once the candidate has left. */
export function keepsNothing(wire: State): boolean {
  return wire.booth.retention?.profile === "ephemeral";
}

interface RowProps extends GroupProps {
  what: ConsentSwitch;
  off?: boolean;
  note?: string | undefined;
}

function ConsentRow({ what, given, onChange, off = false, note }: RowProps) {
  const { wire, t } = useBooth();
  const days = wire.booth.retention?.profile === "days" ? wire.booth.retention.days : 365;
  const set = (on: boolean): void => {
    const needsIt = what === "camera" ? { expression: false } : what === "keep" ? { share: false } : {};
    onChange({ ...given, ...(on ? {} : needsIt), [what]: on });
  };
  return (
    <SwitchRow
      name={t(`consent.${what}`)}
      note={note ?? t(`consent.${what}.note`, { days })}
      on={given[what]}
      off={off}
      words={{ yes: t("word.yes"), no: t("word.no") }}
      onChange={set}
      testid={`consent-${what}`}
    />
  );
}
