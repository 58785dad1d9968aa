// The staff's way in from the attract page, and what staff change there: the notice and the size of the panel.
import { act, fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import shipped from "../src/locales/notice.json";
import { followPanel } from "../src/panel";
import { open, recorded } from "./fake_booth";

afterEach(() => {
  vi.unstubAllGlobals();
  document.documentElement.style.removeProperty("--target");
});

describe("the mark in the corner", () => {
  function door() {
    vi.useFakeTimers();
    const went = vi.fn();
    vi.stubGlobal("location", { ...location, host: location.host, protocol: location.protocol, assign: went });
    open("attract");
    return { went, mark: screen.getByTestId("staff-door") };
  }

  it("leads to the console when it is held for three seconds", () => {
    const { went, mark } = door();
    fireEvent.pointerDown(mark);
    act(() => void vi.advanceTimersByTime(2900));
    expect(went).not.toHaveBeenCalled();
    act(() => void vi.advanceTimersByTime(200));
    expect(went).toHaveBeenCalledWith("/admin");
  });

  it("leads nowhere when it is let go", () => {
    const { went, mark } = door();
    fireEvent.pointerDown(mark);
    act(() => void vi.advanceTimersByTime(2900));
    fireEvent.pointerUp(mark);
    fireEvent.keyDown(mark, { key: "Tab" });
    act(() => void vi.advanceTimersByTime(5000));
    expect(went).not.toHaveBeenCalled();
  });

  it("is held by the Enter key as well", () => {
    const { went, mark } = door();
    fireEvent.keyDown(mark, { key: "Enter" });
    act(() => void vi.advanceTimersByTime(3100));
    expect(went).toHaveBeenCalledWith("/admin");
  });
});

describe("a site's own notice", () => {
  const sites = { version: "2026-11.site-1", texts: structuredClone(shipped.texts) };
  sites.texts.en[0] = { title: "Our college", lines: ["Room 12 decides about your data."] };
  const booth = { ...recorded("consent").booth, notice_version: sites.version };

  it("is what the candidate reads", async () => {
    open("consent", { booth });
    const asked = vi.fn<(url: string) => Promise<Response>>();
    asked.mockResolvedValue(new Response(JSON.stringify(sites)));
    vi.stubGlobal("fetch", asked);
    await userEvent.click(screen.getByTestId("notice"));
    expect(await screen.findByText("Room 12 decides about your data.")).toBeInTheDocument();
    expect(asked).toHaveBeenCalledWith("/api/kiosk/notice");
    expect(document.body.textContent).toContain("2026-11.site-1");
  });

  it("is never replaced by another text where it cannot be had", async () => {
    open("consent", { booth });
    vi.stubGlobal("fetch", () => Promise.reject(new Error("no booth")));
    await userEvent.click(screen.getByTestId("notice"));
    expect(screen.queryByText(shipped.texts.en[0]?.title ?? "")).toBeNull();
  });
});

describe("the panel's size", () => {
  it("sets the targets as soon as the booth tells it, and lets them be when it does not", () => {
    vi.stubGlobal("screen", { width: 1920, height: 1080 });
    const { session, send } = open("attract");
    followPanel(session);
    const target = () => document.documentElement.style.getPropertyValue("--target");
    act(() => send({ booth: { ...recorded("attract").booth, panel_inches: 15.6 } }));
    expect(target()).toBe("111px");
    act(() => send({ booth: { ...recorded("attract").booth, panel_inches: 0 } }));
    expect(target()).toBe("");
  });
});
