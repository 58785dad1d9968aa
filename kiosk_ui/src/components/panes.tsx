// Tabs of a page: what does not fit at once lies beside it, never below.
import type { ReactNode } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";

export interface Pane {
  id: string;
  title: string;
  content: ReactNode;
}

export function Panes({ label, panes }: { label: string; panes: Pane[] }) {
  return (
    <Tabs className="tabs">
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
