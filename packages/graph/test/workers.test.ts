import { execFile } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { DeviceName } from "../src/index.ts";

/** Result of `trainUntil` in training-loop.mjs. */
interface Trained {
  readonly device: string;
  readonly losses: readonly number[];
  readonly weights: readonly number[];
  readonly counted: number;
}

// The loop uses the build, since workers of Node cannot load modules that Vitest compiles.
const loop = new URL("./training-loop.mjs", import.meta.url).href;
const script = `
  const { parentPort, workerData: { loop, shared, wanted, device } } = require("node:worker_threads");
  import(loop).then(({ trainUntil }) => trainUntil(shared, wanted, { device })).then(
    (trained) => parentPort.postMessage(trained),
  );
`;

test.each(["cpu", "wasm"] satisfies DeviceName[])(
  "%s: a worker trains to the same bits while timers of this thread keep firing",
  async (device) => {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const worker = new Worker(script, { eval: true, workerData: { loop, shared, wanted: 10, device } });
    const timer = setInterval(() => Atomics.add(shared, 0, 1), 1);
    const [found] = (await once(worker, "message")) as [Trained];
    clearInterval(timer);
    await worker.terminate();
    expect(found.device).toBe(device);
    expect(found.counted).toBeGreaterThanOrEqual(10);
    const { trainUntil } = await import(loop);
    const expected: Trained = await trainUntil(new Int32Array(2), 0, { device });
    expect(found.losses).toEqual(expected.losses);
    expect(found.weights).toEqual(expected.weights);
  },
  60_000,
);

test("a worker that is ordered to stop exits, and other threads keep training", async () => {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(script, { eval: true, workerData: { loop, shared, wanted: 1, device: "cpu" } });
  const ended = once(worker, "exit");
  while (Atomics.load(shared, 1) < 10) await setTimeout(1);
  const { trainUntil } = await import(loop);
  const before: Trained = await trainUntil(new Int32Array(2), 0, { device: "cpu" });
  Atomics.add(shared, 0, 1);
  expect(await ended).toEqual([0]);
  expect(await trainUntil(new Int32Array(2), 0, { device: "cpu" })).toEqual(before);
}, 180_000);

test("outputs of runs cause no full garbage collections, and their memory is reused", async () => {
  const script = fileURLToPath(new URL("./count-outputs.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const { megabytes, full, pages } = JSON.parse(stdout) as Readonly<Record<"megabytes" | "full" | "pages", number>>;
  expect(megabytes).toBeGreaterThan(500);
  // V8 by itself would make 20 or more.
  expect(full).toBeLessThanOrEqual(5);
  // Without reuse: about 240 pages of 4 kB per megabyte. Only glibc is tested, since other C libraries allocate
  // differently.
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } };
  if (header.glibcVersionRuntime) expect(pages).toBeLessThan(20 * megabytes);
}, 180_000);
