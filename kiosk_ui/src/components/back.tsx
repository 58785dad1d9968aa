// One step back, where the booth allows it.
import { ArrowLeft } from "lucide-react";
import { memo } from "react";
import { useSpeech } from "../booth";
import { Button } from "./controls";

/** Goes back a step of its own page where there is one, else asks the booth. */
export const BackButton = memo(function BackButton({ onPress }: { onPress?: () => void }) {
  const { t, command } = useSpeech();
  return (
    <Button kind="quiet" icon={<ArrowLeft aria-hidden />} onPress={onPress ?? (() => void command("back"))} testid="back">
      {t("action.back")}
    </Button>
  );
});
