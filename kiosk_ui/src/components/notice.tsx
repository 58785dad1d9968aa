// The full privacy notice, leafed through page by page.
import { ArrowLeft, ArrowRight } from "lucide-react";
import { useEffect, useState } from "react";
import { useBooth } from "../booth";
import shipped from "../locales/notice.json";
import { Button } from "./controls";
import { Fit } from "./fit";
import { Sheet } from "./sheet";

interface NoticeProps {
  open: boolean;
  onClose: () => void;
}

/** The version in force: the page's own, or the site's, which the booth has. */
function useNotice(version: string, open: boolean): typeof shipped | null {
  const [sites, setSites] = useState<typeof shipped | null>(null);
  const wanted = open && version !== shipped.version && sites?.version !== version;
  useEffect(() => {
    if (!wanted) return;
    fetch("/api/kiosk/notice")
      .then(async (answer) => answer.ok && setSites((await answer.json()) as typeof shipped))
      .catch(() => undefined); // opened again, it is asked for again
  }, [wanted]);
  if (version === shipped.version) return shipped;
  return sites?.version === version ? sites : null;
}

export function Notice({ open, onClose }: NoticeProps) {
  const { wire, t, locale } = useBooth();
  const [leaf, setLeaf] = useState(0);
  const version = wire.booth.notice_version;
  const leaves = useNotice(version, open)?.texts[locale] ?? [];
  const shown = leaves[Math.min(leaf, leaves.length - 1)];
  const fill = (text: string): string => text.replace("{contact}", wire.booth.contact || t("notice.contact_unknown"));
  return (
    <Sheet
      title={t("notice.title")}
      open={open}
      onClose={onClose}
      wide
      testid="notice-sheet"
      actions={
        <>
          <p className="soft small leaf">{t("notice.leaf", { number: leaf + 1, count: leaves.length, version })}</p>
          <Button icon={<ArrowLeft aria-hidden />} isDisabled={leaf === 0} onPress={() => setLeaf(leaf - 1)} compact>
            {t("action.back")}
          </Button>
          <Button
            icon={<ArrowRight aria-hidden />}
            isDisabled={leaf >= leaves.length - 1}
            onPress={() => setLeaf(leaf + 1)}
            compact
            testid="notice-next"
          >
            {t("action.more")}
          </Button>
        </>
      }
    >
      <Fit className="notice-text">
        <h3 className="lead strong">{shown?.title}</h3>
        {shown?.lines.map((line) => (
          <p key={line}>{fill(line)}</p>
        ))}
      </Fit>
    </Sheet>
  );
}
