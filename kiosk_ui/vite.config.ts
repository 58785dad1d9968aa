// The build: the candidate's page, and the console where it exists; hashed assets, nothing inline.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const pages = ["index.html", "admin.html"].map((name) => resolve(root, name)).filter((path) => existsSync(path));

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // half the size of the default build, which carries code for browsers that no booth has
  resolve: { alias: { "simple-keyboard": "simple-keyboard/build/index.modern.esm.js" } },
  server: { host: "127.0.0.1", proxy: booth() },
  build: {
    // the design build (recorded states, no booth) is never mistaken for the product
    outDir: mode === "wire" ? "node_modules/.wire" : "dist",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "chrome120",
    rollupOptions: { input: pages },
  },
  test: { environment: "jsdom", include: ["tests/**/*.test.{ts,tsx}"], setupFiles: ["tests/setup.ts"], testTimeout: 20_000 },
}));

function booth() {
  const target = "http://127.0.0.1:8080";
  return { "/api": { target, ws: true }, "/whip": { target }, "/whep": { target } };
}
