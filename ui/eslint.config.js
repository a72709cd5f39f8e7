import { readdirSync } from "node:fs";
import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Who may import whom: shared < features < views; only ipc knows Tauri. */
const tauri = { group: ["@tauri-apps/*"], message: "Only src/ipc talks to Tauri." };
const views = { group: ["**/views/*"], message: "Views are on top: nothing imports them." };
const features = { group: ["**/features/**"], message: "shared/ and texts/ know no feature." };
const names = readdirSync(new URL("src/features", import.meta.url));
const insides = {
  regex: `^(\\.\\./)+(${names.join("|")})/`,
  message: "A feature is entered by its index.",
};
const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

export default ts.config(
  { ignores: ["dist", "node_modules", "src/ipc/bindings.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: globals.browser },
    rules: {
      "no-irregular-whitespace": ["error", { skipStrings: true, skipTemplates: true, skipComments: false }],
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "The window has no network: use ipc." },
        { name: "XMLHttpRequest", message: "The window has no network: use ipc." },
        { name: "WebSocket", message: "The window has no network: use ipc." },
      ],
      "no-eval": "error",
      "no-implied-eval": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-invalid-void-type": "off",
      ...imports(tauri, views),
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
    rules: {
      // TypeScript knows the names, and the runes among them.
      "no-undef": "off",
      "svelte/no-at-html-tags": "error",
      // The policy of the window refuses style attributes; see shared/vars.ts.
      "svelte/no-inline-styles": ["error", { allowTransitions: false }],
      "svelte/no-target-blank": "error",
      "svelte/require-each-key": "error",
      "svelte/no-at-debug-tags": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "SvelteStyleDirective", message: "Set custom properties with the vars() attachment." },
        { selector: "SvelteDirective[kind='Transition']", message: "Transitions write inline styles." },
        { selector: "SvelteDirective[kind='Animation']", message: "Animations write inline styles." },
      ],
    },
  },
  { files: ["src/shared/**", "src/texts/**"], rules: imports(tauri, views, features) },
  { files: ["src/features/**"], rules: imports(tauri, views, insides) },
  { files: ["src/ipc/**"], rules: { "no-restricted-imports": "off" } },
  { files: ["src/App.svelte", "src/views/**"], rules: imports(tauri) },
  { files: ["*.js", "*.ts"], languageOptions: { globals: globals.node } },
);
