// What jsdom lacks and the page needs: fonts, sockets and sound, as whole fakes.
import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";
import { FakeConnection, FakeSocket, FakeSound } from "./fake_media";

beforeEach(() => {
  Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
  sessionStorage.clear();
  vi.stubGlobal("RTCPeerConnection", FakeConnection);
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("Audio", FakeSound);
  for (const kind of [FakeConnection, FakeSocket, FakeSound]) kind.made.length = 0;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
