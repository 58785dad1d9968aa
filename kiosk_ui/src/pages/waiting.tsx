// The pages on which the booth works or waits: reviewing, paused, goodbye, and no connection.
import { Check, Play, PlugZap } from "lucide-react";
import { useBooth, useIdleSeconds } from "../booth";
import { Button } from "../components/controls";
import { Fit } from "../components/fit";
import { Interviewer } from "../components/interviewer";
import { Page } from "../components/page";
import { WORDS } from "../text";
import type { Locale } from "../protocol";

export function Reviewing() {
  const { wire, t } = useBooth();
  const first = wire.interview === null || wire.interview.answered.length === 0;
  return (
    <Page title={t("reviewing.title")} top={<Interviewer large />} className="waiting-page">
      <Fit className="centre">
        <p className="lead" role="status">
          {t(first ? "reviewing.choosing" : "reviewing.title")}
        </p>
        <Working />
      </Fit>
    </Page>
  );
}

function Working() {
  return (
    <p className="working" aria-hidden>
      <span />
      <span />
      <span />
    </p>
  );
}

export function Paused() {
  const { t, command } = useBooth();
  const seconds = useIdleSeconds();
  return (
    <Page
      title={t("paused.title")}
      top={<Interviewer large />}
      className="waiting-page"
      others={
        <Button icon={<Check aria-hidden />} onPress={() => void command("done")} testid="done">
          {t("paused.done")}
        </Button>
      }
      primary={
        <Button kind="primary" icon={<Play aria-hidden />} onPress={() => void command("continue")} testid="continue">
          {t("paused.continue")}
        </Button>
      }
    >
      <Fit className="centre">
        <p className="display">{t("paused.title")}</p>
        <p className="lead">{t("paused.text")}</p>
        {seconds !== null && <p className="soft">{t("paused.seconds", { seconds })}</p>}
      </Fit>
    </Page>
  );
}

export function Goodbye() {
  const { wire, t, date, command } = useBooth();
  const receipt = wire.receipt;
  const kept = receipt !== null && !receipt.erased;
  const until = receipt?.kept_until ?? null;
  return (
    <Page
      title={t("goodbye.title")}
      top={<Interviewer large />}
      className="waiting-page"
      menu={false}
      primary={
        <Button kind="primary" onPress={() => void command("begin")} testid="again">
          {t("goodbye.again")}
        </Button>
      }
    >
      <Fit className="centre">
        <p className="display">{t("goodbye.title")}</p>
        <p className="lead" data-testid="receipt">
          {kept ? (until === null ? t("goodbye.kept") : t("goodbye.kept_until", { date: date(until) })) : t("goodbye.erased")}
        </p>
        {receipt !== null && receipt.number !== "" && (
          <p className="soft">{t("goodbye.receipt", { number: receipt.number })}</p>
        )}
      </Fit>
    </Page>
  );
}

/** No connection to the booth; it keeps trying, and says so in both languages before the first one was chosen. */
export function Trouble({ locale, starting }: { locale: Locale | null; starting: boolean }) {
  const languages = locale === null ? [WORDS.en, WORDS.hi] : [WORDS[locale]];
  return (
    <div className="page trouble-page" data-phase="trouble" data-testid="page">
      <main className="page-main">
        <Fit className="centre">
          <PlugZap className="emblem" aria-hidden />
          {languages.map((words) => (
            <div key={words.locale} lang={words.locale} role="status">
              <h1 className="title">{words.t(starting ? "trouble.starting" : "trouble.title")}</h1>
              <p className="lead soft">{words.t("trouble.text")}</p>
            </div>
          ))}
          <Working />
        </Fit>
      </main>
    </div>
  );
}
