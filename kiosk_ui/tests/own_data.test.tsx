// What is kept of a student: seen by code and PIN, erased after one question, closed when it is left alone.
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { open } from "./fake_booth";

const press = (id: string) => userEvent.click(screen.getByTestId(id));
const EXPORT = "/api/kiosk/own/export";
const ERASE = "/api/kiosk/own/erase";
const KEPT = {
  interviews: [
    { session_id: "a", started_at: "2026-11-02T10:00:00+00:00", role: "software_developer", answered: [1, 2] },
    { session_id: "b", started_at: "2026-11-16T10:00:00+00:00", role: "civil", answered: [1] },
  ],
};

async function show() {
  const opened = open("attract");
  opened.booth.gives[EXPORT] = KEPT;
  opened.booth.gives[ERASE] = { erased: true, kept_until: null, number: "7Q2K4NAB" };
  await press("own-data");
  for (const key of "K7MQ3XPA") await userEvent.click(screen.getByRole("button", { name: key }));
  await press("claim-next");
  for (const key of "2468") await press(`pin-${key}`);
  return opened;
}

describe("what is kept of a student", () => {
  it("is listed, the newest first", async () => {
    const { booth } = await show();
    await press("claim-next");
    expect(booth.last()).toEqual({ command: EXPORT, code: "K7MQ3XPA", pin: "2468" });
    const rows = await screen.findByTestId("own-rows");
    expect(rows.firstElementChild).toHaveTextContent("16 Nov 2026Civil engineer1 answers");
  });

  it("stays closed for a wrong PIN, in plain words", async () => {
    const { booth } = await show();
    booth.refuse(403, "store.wrong_pin");
    await press("claim-next");
    expect(await screen.findByTestId("refused")).toHaveTextContent("PIN does not belong");
    expect(screen.queryByTestId("own-rows")).toBeNull();
  });

  it("is erased after one question, with a receipt", async () => {
    const { booth } = await show();
    await press("claim-next");
    await screen.findByTestId("own-rows");
    await press("own-erase");
    expect(booth.last()?.command).toBe(EXPORT);
    await press("own-erase-confirm");
    expect(booth.last()).toEqual({ command: ERASE, code: "K7MQ3XPA", pin: "2468" });
    expect(await screen.findByTestId("own-receipt")).toHaveTextContent("has been erased");
  });

  it("is gone from the screen when it is left alone", async () => {
    await show();
    await press("claim-next");
    await screen.findByTestId("own-rows");
    vi.useFakeTimers();
    act(() => void window.dispatchEvent(new Event("keydown")));
    await act(() => vi.advanceTimersByTimeAsync(46_000));
    expect(screen.queryByTestId("own-rows")).toBeNull();
  });
});
