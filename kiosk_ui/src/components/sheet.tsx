// A dialog over the page; closes by its button, by Escape, or by a tap beside it.
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useSpeech } from "../booth";
import { Button } from "./controls";

interface SheetProps {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  /** an answer is needed: neither Escape nor a tap beside it closes it */
  firm?: boolean;
  testid: string;
}

export function Sheet({ title, open, onClose, children, actions, wide = false, firm = false, testid }: SheetProps) {
  const { t } = useSpeech();
  return (
    <ModalOverlay
      isOpen={open}
      isDismissable={!firm}
      isKeyboardDismissDisabled={firm}
      onOpenChange={(still) => !still && onClose()}
      className="veil"
    >
      <Modal className={`sheet ${wide ? "wide" : ""}`}>
        <Dialog className="dialog" data-testid={testid} role={firm ? "alertdialog" : "dialog"}>
          <div className="dialog-top">
            <Heading slot="title" className="title">
              {title}
            </Heading>
            {!firm && (
              <Button kind="quiet" compact icon={<X aria-hidden />} onPress={onClose} testid={`${testid}-close`}>
                {t("action.close")}
              </Button>
            )}
          </div>
          <div className="body">{children}</div>
          {actions && <div className="actions">{actions}</div>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
