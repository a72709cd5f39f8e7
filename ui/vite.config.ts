import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The window loads the files from tauri://localhost, without a server.
  base: "./",
  // Nothing is rendered on a server: the tests run the runes that the window runs.
  plugins: [svelte({ dynamicCompileOptions: () => ({ generate: "client" }) })],
  ssr: { resolve: { conditions: ["browser"] } },
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
