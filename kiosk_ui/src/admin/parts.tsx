// What the console's pages are made of: panels, tables, answers of the booth, a question before what cannot be undone.
import { useState, type ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "../components/controls";
import type { Doing, Loaded } from "./api";

export function Panel({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
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

export function Table({ caption, columns, rows, none }: TableProps) {
  if (rows.length === 0) return <p className="soft">{none}</p>;
  return (
    <div className="table-place">
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

/** The booth's refusal or success, read out. */
export function Said({ doing }: { doing: Pick<Doing, "error" | "done"> }) {
  return (
    <div aria-live="polite" className="said">
      {doing.error && (
        <p className="said-error" data-testid="said-error">
          {doing.error}
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
  return (
    <>
      {loaded.error && <Said doing={{ error: loaded.error, done: null }} />}
      {loaded.value === null ? !loaded.error && <p className="soft">Loading …</p> : children(loaded.value)}
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
                No, go back
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
  type?: "text" | "password" | "number";
  digits?: number;
  testid: string;
}

export function Field({ label, value, onChange, type = "text", digits, testid }: FieldProps) {
  const take = (typed: string): void => onChange(digits === undefined ? typed : typed.replace(/\D/g, "").slice(0, digits));
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type={type}
        inputMode={digits === undefined ? undefined : "numeric"}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => take(event.target.value)}
        data-testid={testid}
      />
    </label>
  );
}

/** A score of 0 to 10; what was not measured is said so. */
export function score(value: number | null | undefined): string {
  return value === null || value === undefined ? "not measured" : value.toFixed(1);
}

/** snake_case as words. */
export function words(name: string): string {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
