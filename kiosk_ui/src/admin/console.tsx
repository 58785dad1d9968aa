// The console: sign in, then eight plain pages; left alone it signs out and gives the panel back to the students.
import { Activity, BarChart3, Database, FileText, HelpCircle, LogOut, ScrollText, Settings2, ShieldCheck } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import { Button } from "../components/controls";
import { forget } from "../display";
import type { Locale } from "../protocol";
import { ask, OUT, SIGNED_OUT, wordsOf } from "./api";
import { Audit } from "./audit";
import { Data } from "./data";
import { Health } from "./health";
import { ScreenKeys } from "./keys";
import { Notices } from "./notices";
import { Overview } from "./overview";
import { Questions } from "./questions";
import { Setup } from "./setup";
import { Shared } from "./shared";
import { SignIn, type Session } from "./sign_in";
import { LocaleContext, useWords, type Key } from "./words";

const PAGES = [
  { id: "overview", icon: <BarChart3 aria-hidden /> },
  { id: "shared", icon: <FileText aria-hidden /> },
  { id: "questions", icon: <HelpCircle aria-hidden /> },
  { id: "health", icon: <Activity aria-hidden /> },
  { id: "data", icon: <Database aria-hidden /> },
  { id: "notices", icon: <ShieldCheck aria-hidden /> },
  { id: "audit", icon: <ScrollText aria-hidden /> },
  { id: "setup", icon: <Settings2 aria-hidden /> },
] as const;
/** as long as the booth's own limit: figures do not stay on a screen that nobody looks at */
const IDLE_MS = 600_000;
/** at the booth a student may stand next (our choice) */
const PANEL_IDLE_MS = 180_000;
const SIGN_IN_IDLE_MS = 60_000;
export type PageId = (typeof PAGES)[number]["id"];

/** The panel goes back to the students' page, which is shown as ever. */
function toTheBooth(): void {
  forget();
  location.assign("/");
}

export function Console() {
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [picked, setPicked] = useState<Locale | null>(null);
  const look = useCallback(() => {
    ask<Session>("GET", "session").then(
      (found) => {
        setSession(found);
        setError(null);
      },
      (trouble: unknown) => setError(trouble),
    );
  }, []);
  useEffect(() => {
    look();
    OUT.addEventListener(SIGNED_OUT, look);
    return () => OUT.removeEventListener(SIGNED_OUT, look);
  }, [look]);
  const locale = picked ?? session?.locale ?? "en";
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return (
    <LocaleContext value={locale}>
      <I18nProvider locale={`${locale}-IN`}>
        <div className="console-screen">
          {session === null ? (
            <Starting error={error} look={look} />
          ) : (
            <Door session={session} look={look} pick={setPicked} />
          )}
          <ScreenKeys />
        </div>
      </I18nProvider>
    </LocaleContext>
  );
}

interface DoorProps {
  session: Session;
  look: () => void;
  pick: (locale: Locale | null) => void;
}

function Door({ session, look, pick }: DoorProps) {
  const [first, setFirst] = useState(false);
  const [page, setPage] = useState<PageId>("overview");
  const back = session.at_the_booth ? toTheBooth : null;
  if (!session.signed_in) {
    const entered = (isNew: boolean): void => {
      setFirst(isNew);
      setPage(isNew ? "setup" : "overview");
      look();
    };
    return <SignInPage session={session} entered={entered} look={look} pick={pick} back={back} />;
  }
  const leave = (): void => void ask("POST", "logout").then(back ?? look, look);
  const idleMs = session.at_the_booth ? PANEL_IDLE_MS : IDLE_MS;
  const relook = (): void => {
    pick(null); // the console's own language from now on
    look();
  };
  return (
    <Frame page={page} go={setPage} leave={leave} idleMs={idleMs} version={session.version}>
      {page === "overview" && <Overview />}
      {page === "shared" && <Shared />}
      {page === "questions" && <Questions />}
      {page === "health" && <Health />}
      {page === "data" && <Data />}
      {page === "notices" && <Notices />}
      {page === "audit" && <Audit />}
      {page === "setup" && <Setup session={session} first={first} look={relook} />}
    </Frame>
  );
}

interface SignInPageProps extends DoorProps {
  entered: (isNew: boolean) => void;
  back: (() => void) | null;
}

function SignInPage(props: SignInPageProps) {
  const { back } = props;
  // a booth that is not set up yet waits for its staff
  useIdle(() => props.session.pin_set && back?.(), SIGN_IN_IDLE_MS);
  return <SignIn {...props} />;
}

function Starting({ error, look }: { error: unknown; look: () => void }) {
  const words = useWords();
  return (
    <div className="console-starting">
      <p role="status">{error === null ? words.t("console.loading") : wordsOf(error, words)}</p>
      {error !== null && (
        <Button kind="primary" compact onPress={look} testid="again">
          {words.t("console.again")}
        </Button>
      )}
    </div>
  );
}

function useIdle(leave: () => void, afterMs: number): void {
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    let timer = setTimeout(() => latest.current(), afterMs);
    const touched = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), afterMs);
    };
    const signs = ["pointerdown", "keydown", "wheel"] as const;
    for (const sign of signs) addEventListener(sign, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, touched);
    };
  }, [afterMs]);
}

interface FrameProps {
  page: PageId;
  go: (page: PageId) => void;
  leave: () => void;
  idleMs: number;
  version: string;
  children: ReactNode;
}

function Frame({ page, go, leave, idleMs, version, children }: FrameProps) {
  const { t } = useWords();
  const title = t(`title.${page}`);
  useEffect(() => {
    document.title = `${title} – Kabil`;
  }, [title]);
  useIdle(leave, idleMs);
  return (
    <div className="console">
      <nav className="console-nav" aria-label={t("console.nav")}>
        <p className="console-name">
          Kabil
          <span className="soft small">{t("console.name")}</span>
        </p>
        {PAGES.map((one) => (
          <Button
            key={one.id}
            kind="quiet"
            icon={one.icon}
            aria-current={one.id === page ? "page" : undefined}
            onPress={() => go(one.id)}
            testid={`go-${one.id}`}
          >
            {t(`page.${one.id}` as Key)}
          </Button>
        ))}
        <span className="console-space" />
        <Button kind="quiet" icon={<LogOut aria-hidden />} onPress={leave} testid="leave">
          {t("console.leave")}
        </Button>
        <p className="soft small console-version">{t("console.version", { version })}</p>
      </nav>
      <main key={page} className="console-main" data-testid={`page-${page}`} tabIndex={-1}>
        <h1 className="title">{title}</h1>
        {children}
      </main>
    </div>
  );
}
