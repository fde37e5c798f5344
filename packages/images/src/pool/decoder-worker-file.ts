/** The worker's file. Node does not run TypeScript, so tests, which run this file as .ts, use the built worker. */
export const DECODER_WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/pool/decoder-worker.js" : "./decoder-worker.js",
  import.meta.url,
);
