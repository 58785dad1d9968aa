// Erase everything now, asked once; reachable on every page.
import { Trash2 } from "lucide-react";
import { useSpeech } from "../booth";
import { Button } from "./controls";
import { Sheet } from "./sheet";

export function EraseSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t, command } = useSpeech();
  const erase = (): void => {
    onClose();
    void command("erase");
  };
  return (
    <Sheet
      title={t("erase.title")}
      open={open}
      onClose={onClose}
      testid="erase-sheet"
      actions={
        <>
          <Button onPress={onClose} testid="erase-cancel">
            {t("erase.cancel")}
          </Button>
          <Button kind="danger" icon={<Trash2 aria-hidden />} onPress={erase} testid="erase-confirm">
            {t("erase.now")}
          </Button>
        </>
      }
    >
      <p className="lead">{t("erase.text")}</p>
    </Sheet>
  );
}
