// The frame of every page: top edge, room in the middle, and the actions below with the main one lower right.
import { Menu } from "lucide-react";
import { memo, useEffect, useRef, type ReactNode } from "react";
import { useSpeech, useWire } from "../booth";
import { Button } from "./controls";
import { TroubleLine } from "./notices";

interface PageProps {
  /** read out and shown as the page's heading; hidden where `top` shows it */
  title: string;
  lead?: ReactNode;
  top?: ReactNode;
  children: ReactNode;
  /** the main action, lower right */
  primary?: ReactNode;
  /** further actions, left of it */
  others?: ReactNode;
  /** the way back, beside the menu */
  back?: ReactNode;
  /** words beside the menu */
  note?: ReactNode;
  className?: string;
  menu?: boolean;
}

/** One page of the candidate's way; its root tells the phase. */
export function Page(props: PageProps) {
  const { title, lead, top, children, primary, others, back, note, className = "", menu = true } = props;
  const { phase } = useWire("phase");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // the focus needs the layout: with the next picture it is there anyway
    const frame = requestAnimationFrame(() => heading.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(frame);
  }, [title]);
  return (
    <div className={`page ${className}`} data-phase={phase} data-testid="page">
      <header className="page-top">
        <h1 ref={heading} tabIndex={-1} className={top ? "hidden-text" : "title"}>
          {title}
        </h1>
        {lead && <p className="page-lead soft">{lead}</p>}
        {top}
      </header>
      <TroubleLine />
      <main className="page-main">{children}</main>
      <footer className="page-foot">
        {menu && <MenuButton />}
        {back}
        <div className="page-note">{note}</div>
        {others}
        {primary}
      </footer>
    </div>
  );
}

/** Drawn once a page: what is switched on the page does not draw it again. */
const MenuButton = memo(function MenuButton() {
  const { t, openMenu } = useSpeech();
  return (
    <Button kind="quiet" icon={<Menu aria-hidden />} onPress={openMenu} testid="menu">
      {t("menu.open")}
    </Button>
  );
});
