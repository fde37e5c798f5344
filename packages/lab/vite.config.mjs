import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("page"),
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: path("dist/page"),
    emptyOutDir: true,
    // Data URLs and inline scripts would need exceptions in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  logLevel: "warn",
});
