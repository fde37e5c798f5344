/** The worker's file. Node runs no .ts: where this file is one, as in tests, the worker is the build's. */
export const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/prefetch/worker.js" : "./worker.js",
  import.meta.url,
);
