// The whole page: one page per phase of the booth, with what lies over all of them.
import { createElement, useEffect, useMemo, useState, useSyncExternalStore, type ComponentType } from "react";
import { I18nProvider } from "react-aria-components";
import { BoothContext, type BoothView } from "./booth";
import { MenuSheet } from "./components/menu";
import { Refused, StillThere } from "./components/notices";
import mark from "./design/mark.svg";
import { forget } from "./display";
import { usePublish } from "./media/publish";
import { useVoice } from "./media/voice";
import { Answer } from "./pages/answer";
import { Attract } from "./pages/attract";
import { Check } from "./pages/check";
import { Consent } from "./pages/consent";
import { Language } from "./pages/language";
import { Results } from "./pages/results";
import { Review } from "./pages/review";
import { RolePage } from "./pages/role";
import { TakeHome } from "./pages/take_home";
import { Think } from "./pages/think";
import { Goodbye, Paused, Reviewing, Trouble } from "./pages/waiting";
import type { Phase, State } from "./protocol";
import type { Session } from "./session";

const PAGES: Record<Phase, ComponentType> = {
  attract: Attract,
  language: Language,
  consent: Consent,
  role: RolePage,
  check: Check,
  think: Think,
  answer: Answer,
  reviewing: Reviewing,
  review: Review,
  results: Results,
  take_home: TakeHome,
  goodbye: Goodbye,
  paused: Paused,
};

/** Sound, language and display follow the booth, whatever page is shown. */
function useSurroundings(session: Session, wire: State | null): void {
  useVoice(wire?.speaking ?? null, wire?.switches.volume ?? 0, (id) => void session.command("spoken", { id }));
  const locale = wire?.locale ?? "en";
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const phase = wire?.phase;
  useEffect(() => {
    if (phase === "attract") forget();
  }, [phase]);
}

/** What index.html shows before the script runs, so that nothing flickers. */
function Starting() {
  return (
    <div className="starting">
      <img src={mark} alt="" width="96" height="96" />
    </div>
  );
}

export function App({ session }: { session: Session }) {
  const { known, connected, refused } = useSyncExternalStore(session.subscribe, session.snapshot);
  const wire = known?.wire ?? null;
  const phase = wire?.phase ?? null;
  const [menuIn, setMenuIn] = useState<Phase | null>(null);
  // a menu that was open when the booth went on does not open again when it comes back
  useEffect(() => () => setMenuIn(null), [phase]);
  const stream = usePublish(wire, connected);
  useSurroundings(session, wire);
  const view = useMemo<BoothView>(() => {
    return { session, stream, openMenu: () => setMenuIn(session.snapshot().known?.wire.phase ?? null) };
  }, [session, stream]);
  // a page takes from the booth what it shows: a word that is heard does not draw the whole page again
  const page = useMemo(() => phase !== null && createElement(PAGES[phase], { key: phase }), [phase]);
  const beside = useMemo(() => <StillThere />, []);

  if (wire === null || phase === null) return connected ? <Starting /> : <Trouble locale={null} starting />;
  if (!connected) return <Trouble locale={wire.locale} starting={false} />;
  return (
    <BoothContext value={view}>
      <I18nProvider locale={`${wire.locale}-IN`}>
        {page}
        <Refused code={refused} onDismiss={session.dismiss} />
        {beside}
        <MenuSheet open={menuIn === phase} onClose={() => setMenuIn(null)} />
      </I18nProvider>
    </BoothContext>
  );
}
