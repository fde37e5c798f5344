/** The worker's file. Node does not run TypeScript, so tests, which run this file as .ts, use the built worker. */
export const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/prefetch/worker.js" : "./worker.js",
  import.meta.url,
);
