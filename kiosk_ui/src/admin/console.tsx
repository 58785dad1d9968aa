// The console: sign in, then six plain pages.
import { Activity, BarChart3, Database, FileText, HelpCircle, LogOut, Settings2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "../components/controls";
import { ask, OUT, SIGNED_OUT, wordsOf } from "./api";
import { Data } from "./data";
import { Health } from "./health";
import { Overview } from "./overview";
import { Questions } from "./questions";
import { Setup } from "./setup";
import { Shared } from "./shared";
import { SignIn, type Session } from "./sign_in";

const PAGES = [
  { id: "overview", title: "Overview", icon: <BarChart3 aria-hidden /> },
  { id: "shared", title: "Reports shared", icon: <FileText aria-hidden /> },
  { id: "questions", title: "Questions", icon: <HelpCircle aria-hidden /> },
  { id: "health", title: "Booth health", icon: <Activity aria-hidden /> },
  { id: "data", title: "Data", icon: <Database aria-hidden /> },
  { id: "setup", title: "Setup", icon: <Settings2 aria-hidden /> },
] as const;
/** as long as the booth's own limit: figures do not stay on a screen that nobody looks at */
const IDLE_MS = 600_000;
export type PageId = (typeof PAGES)[number]["id"];

export function Console() {
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [first, setFirst] = useState(false);
  const [page, setPage] = useState<PageId>("overview");
  const look = useCallback(() => {
    ask<Session>("GET", "session").then(
      (found) => {
        setSession(found);
        setError(null);
      },
      (trouble: unknown) => setError(wordsOf(trouble)),
    );
  }, []);
  useEffect(() => {
    look();
    OUT.addEventListener(SIGNED_OUT, look);
    return () => OUT.removeEventListener(SIGNED_OUT, look);
  }, [look]);
  if (session === null) return <Starting error={error} look={look} />;
  if (!session.signed_in) {
    const entered = (isNew: boolean): void => {
      setFirst(isNew);
      setPage(isNew ? "setup" : "overview");
      look();
    };
    return <SignIn session={session} entered={entered} look={look} />;
  }
  const leave = (): void => void ask("POST", "logout").then(look, look);
  return (
    <Frame page={page} go={setPage} leave={leave} version={session.version}>
      {page === "overview" && <Overview />}
      {page === "shared" && <Shared />}
      {page === "questions" && <Questions />}
      {page === "health" && <Health />}
      {page === "data" && <Data />}
      {page === "setup" && <Setup session={session} first={first} go={setPage} />}
    </Frame>
  );
}

function Starting({ error, look }: { error: string | null; look: () => void }) {
  return (
    <div className="console-starting">
      <p role="status">{error ?? "Loading …"}</p>
      {error && (
        <Button kind="primary" compact onPress={look} testid="again">
          Try again
        </Button>
      )}
    </div>
  );
}

function useIdle(leave: () => void): void {
  const latest = useRef(leave);
  useEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    let timer = setTimeout(() => latest.current(), IDLE_MS);
    const touched = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), IDLE_MS);
    };
    const signs = ["pointerdown", "keydown", "wheel"] as const;
    for (const sign of signs) addEventListener(sign, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, touched);
    };
  }, []);
}

interface FrameProps {
  page: PageId;
  go: (page: PageId) => void;
  leave: () => void;
  version: string;
  children: ReactNode;
}

function Frame({ page, go, leave, version, children }: FrameProps) {
  const title = PAGES.find((one) => one.id === page)?.title ?? "";
  useEffect(() => {
    document.title = `${title} – Kabil`;
  }, [title]);
  useIdle(leave);
  return (
    <div className="console">
      <nav className="console-nav" aria-label="Console">
        <p className="console-name">
          Kabil
          <span className="soft small">Placement cell</span>
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
            {one.title}
          </Button>
        ))}
        <span className="console-space" />
        <Button kind="quiet" icon={<LogOut aria-hidden />} onPress={leave} testid="leave">
          Sign out
        </Button>
        <p className="soft small console-version">Version {version}</p>
      </nav>
      <main key={page} className="console-main" data-testid={`page-${page}`} tabIndex={-1}>
        <h1 className="title">{title}</h1>
        {children}
      </main>
    </div>
  );
}
