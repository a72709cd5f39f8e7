import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The window loads the files from tauri://localhost, without a server.
  base: "./",
  plugins: [svelte()],
  build: {
    target: ["safari16.4", "chrome111"],
    // The policy of the window allows files only: nothing is inlined, no preload script.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
