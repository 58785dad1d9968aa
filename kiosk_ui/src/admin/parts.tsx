// What the console's pages are made of: panels, tables, answers of the booth, a question before what cannot be undone.
import { useId, useState, type ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../components/controls";
import { wordsOf, type Doing, type Loaded } from "./api";
import type { KeysName } from "./keys";
import { useWords } from "./words";

interface PanelProps {
  title: string;
  lead?: string;
  children: ReactNode;
  testid?: string;
}

export function Panel({ title, lead, children, testid }: PanelProps) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id} data-testid={testid}>
      <h2 id={id}>{title}</h2>
      {lead && <p className="soft">{lead}</p>}
      {children}
    </section>
  );
}

interface TableProps {
  caption: string;
  columns: string[];
  rows: ReactNode[][];
  none: string;
}

/** A table; where it is wider than its place it scrolls, by keys too. */
export function Table({ caption, columns, rows, none }: TableProps) {
  if (rows.length === 0) return <p className="soft">{none}</p>;
  return (
    <div className="table-place" role="group" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="hidden-text">{caption}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The booth's refusal or success, read out; and that it is at it, where that takes a while. */
export function Said({ doing }: { doing: Pick<Doing, "error" | "done"> & { busy?: boolean } }) {
  const words = useWords();
  return (
    <div aria-live="polite" className="said">
      {doing.busy && <p className="said-busy">{words.t("console.busy")}</p>}
      {doing.error !== null && (
        <p className="said-error" data-testid="said-error">
          {wordsOf(doing.error, words)}
        </p>
      )}
      {doing.done && (
        <p className="said-done" data-testid="said-done">
          {doing.done}
        </p>
      )}
    </div>
  );
}

/** What was loaded, or why it was not. */
export function Shown<T>({ loaded, children }: { loaded: Loaded<T>; children: (value: T) => ReactNode }) {
  const { t } = useWords();
  return (
    <>
      {loaded.error !== null && <Said doing={{ error: loaded.error, done: null }} />}
      {loaded.value !== null && children(loaded.value)}
      {loaded.value === null && loaded.error === null && <p className="soft">{t("console.loading")}</p>}
    </>
  );
}

interface SureProps {
  ask: string;
  explain: string;
  yes: string;
  label: string;
  disabled?: boolean;
  onYes: () => void;
  testid: string;
}

/** A button whose action cannot be undone: it asks first. */
export function Sure({ ask, explain, yes, label, disabled = false, onYes, testid }: SureProps) {
  const [open, setOpen] = useState(false);
  const { t } = useWords();
  return (
    <>
      <Button kind="danger" compact isDisabled={disabled} onPress={() => setOpen(true)} testid={testid}>
        {label}
      </Button>
      <ModalOverlay isOpen={open} onOpenChange={setOpen} isDismissable className="veil">
        <Modal className="sheet">
          <Dialog className="dialog" role="alertdialog">
            <Heading slot="title" className="title">
              {ask}
            </Heading>
            <p>{explain}</p>
            <div className="actions">
              <Button compact onPress={() => setOpen(false)} testid={`${testid}-no`}>
                {t("console.no_go_back")}
              </Button>
              <Button
                kind="danger"
                compact
                onPress={() => {
                  setOpen(false);
                  onYes();
                }}
                testid={`${testid}-yes`}
              >
                {yes}
              </Button>
            </div>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** which on-screen keys a touch brings up; none where the page has keys of its own */
  keys: KeysName | "none";
  secret?: boolean;
  digits?: number;
  wide?: boolean;
  /** of what is typed, where it is not the console's language */
  lang?: string;
  testid: string;
}

export function Field(props: FieldProps) {
  const { label, value, onChange, keys, secret = false, digits, wide = false, lang, testid } = props;
  const take = (typed: string): void =>
    onChange(digits === undefined ? typed : typed.replace(/\D/g, "").slice(0, digits));
  return (
    <label className={`field ${wide ? "wide" : ""}`}>
      <span>{label}</span>
      <input
        type={secret ? "password" : "text"}
        inputMode="none"
        lang={lang}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={value}
        onChange={(event) => take(event.target.value)}
        data-keys={keys}
        data-testid={testid}
      />
    </label>
  );
}

/** What the booth tells of the stick. */
export interface StickTold {
  stick: boolean;
  /** the site lets sticks in */
  let_in: boolean;
}

/** Why what needs a stick cannot be done, and how to look again. */
export function NoStick({ stick }: { stick: Loaded<StickTold> }) {
  const { t } = useWords();
  if (stick.value === null || stick.value.stick) return null;
  return (
    <div className="row">
      <span className="soft">{t(stick.value.let_in ? "take.no_stick" : "take.not_let_in")}</span>
      <Button kind="quiet" onPress={stick.reload} testid="stick-look">
        {t("console.look_again")}
      </Button>
    </div>
  );
}
