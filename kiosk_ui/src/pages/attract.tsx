// Nobody is in the booth: what it is, in both languages, and one button.
import { ArrowRight, Clock3, ShieldCheck, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { useBooth } from "../booth";
import { Button } from "../components/controls";
import { Fit } from "../components/fit";
import { Interviewer } from "../components/interviewer";
import { OwnData } from "../components/own_data";
import { Page } from "../components/page";
import { StaffDoor } from "../components/staff_door";
import { WORDS, type Key } from "../text";

export function Attract() {
  const { wire, t, command } = useBooth();
  const other = WORDS[wire.locale === "en" ? "hi" : "en"];
  const missing = (["camera", "microphone"] as const).filter((kind) => wire.booth.devices[kind].owner === "off");
  return (
    <Page
      title={t("attract.title")}
      top={
        <>
          <StaffDoor />
          <Interviewer large />
        </>
      }
      className="attract"
      note={<span className="small">{wire.booth.contact && t("attract.contact", { contact: wire.booth.contact })}</span>}
      others={<OwnData />}
      primary={
        <Button kind="primary" icon={<ArrowRight aria-hidden />} onPress={() => void command("begin")} testid="begin">
          {t("attract.begin")} <span lang={other.locale}>· {other.t("attract.begin")}</span>
        </Button>
      }
    >
      <Fit className="attract-words">
        <p className="display" aria-hidden>
          {t("attract.title")}
        </p>
        <p className="lead soft" lang={other.locale}>
          {other.t("attract.title")}
        </p>
        <ul className="facts">
          <Fact icon={<Clock3 aria-hidden />} text={t("attract.minutes")} />
          <Fact icon={<ShieldCheck aria-hidden />} text={t("attract.private")} />
          <Fact icon={<WifiOff aria-hidden />} text={t("attract.offline")} />
        </ul>
        {missing.map((kind) => (
          <p key={kind} className="soft">
            {t(`attract.no_${kind}` as Key)}
          </p>
        ))}
        {wire.booth.demo && <p className="strong">{t("attract.demo")}</p>}
      </Fit>
    </Page>
  );
}

function Fact({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <li>
      {icon}
      <span>{text}</span>
    </li>
  );
}
