// Tabs of a page: what does not fit at once lies beside it, never below.
import { startTransition, useState, type ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs, type Key } from "react-aria-components";

export interface Pane {
  id: string;
  title: string;
  content: ReactNode;
}

export function Panes({ label, panes }: { label: string; panes: Pane[] }) {
  const first = panes[0]?.id ?? "";
  const [open, setOpen] = useState<Key>(first);
  const shown = panes.some((pane) => pane.id === open) ? open : first;
  return (
    <Tabs className="tabs" selectedKey={shown} onSelectionChange={(id) => startTransition(() => setOpen(id))}>
      <TabList aria-label={label} className="tab-list">
        {panes.map((pane) => (
          <Tab key={pane.id} id={pane.id} className="tab" data-testid={`tab-${pane.id}`}>
            {pane.title}
          </Tab>
        ))}
      </TabList>
      {panes.map((pane) => (
        <TabPanel key={pane.id} id={pane.id} className="tab-panel">
          {pane.content}
        </TabPanel>
      ))}
    </Tabs>
  );
}
