// More than fits, leafed through in pages instead of scrolled.
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useSpeech } from "../booth";
import { Button } from "./controls";

interface LeavesProps {
  size: number;
  count: number;
  children: (shown: { from: number; to: number }) => ReactNode;
}

export function Leaves({ size, count, children }: LeavesProps) {
  const { t } = useSpeech();
  const [leaf, setLeaf] = useState(0);
  const leaves = Math.max(1, Math.ceil(count / size));
  const now = Math.min(leaf, leaves - 1);
  return (
    <div className="leaves">
      {children({ from: now * size, to: (now + 1) * size })}
      {leaves > 1 && (
        <nav className="leaf-buttons" aria-label={t("leaves.label", { number: now + 1, count: leaves })}>
          <Button compact icon={<ChevronLeft aria-hidden />} isDisabled={now === 0} onPress={() => setLeaf(now - 1)}>
            {t("leaves.before")}
          </Button>
          <span className="soft">
            {now + 1} / {leaves}
          </span>
          <Button
            compact
            icon={<ChevronRight aria-hidden />}
            isDisabled={now === leaves - 1}
            onPress={() => setLeaf(now + 1)}
          >
            {t("leaves.after")}
          </Button>
        </nav>
      )}
    </div>
  );
}
