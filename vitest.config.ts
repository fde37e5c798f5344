import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

export default defineConfig({
  // Tests run on the sources: what they say about a line never comes from a stale build.
  resolve: { alias: [{ find: /^@downhill\/(\w+)$/, replacement: `${packages}$1/src/index.ts` }] },
  test: { include: ["packages/*/test/**/*.test.ts"] },
});
