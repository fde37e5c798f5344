import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const STRACE = "/usr/bin/strace";
const graph = new URL("../dist/index.js", import.meta.url).href;
const train = new URL("../../train/dist/index.js", import.meta.url).href;
const command = fileURLToPath(new URL("../../cli/bin/downhill.js", import.meta.url));

/** Runs a program on ONNX Runtime. */
const compute = `import("${graph}").then(async ({ compile, input, ops }) => {
  const program = await compile({ y: ops.exp(input("x", [2])) });
  await program.run({ x: new Float32Array(2) });
})`;

/** Programs for each entry point to ONNX Runtime: the text of a module, or arguments of the command. */
const entries: readonly { readonly entry: string; readonly module?: string; readonly args?: readonly string[] }[] = [
  {
    entry: "the command",
    args: [
      ...["train", "sample", "--train-limit", "200", "--test-limit", "50"],
      ...["--model", "mlp", "--lr", "0.01", "--epochs", "1"],
    ],
  },
  { entry: "the doctor", args: ["doctor"] },
  { entry: "the library in the main thread", module: `await ${compute};` },
  {
    entry: "the library in a worker, while the main thread computes",
    module: `
      import { Worker } from "node:worker_threads";
      const worker = new Worker(${JSON.stringify(compute)}, { eval: true });
      let isRunning = true;
      worker.once("exit", () => { isRunning = false; });
      while (isRunning) {
        const end = performance.now() + 50;
        while (performance.now() < end);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }`,
  },
  {
    entry: "the library in a worker, while the main thread waits for it",
    module: `
      import { Worker } from "node:worker_threads";
      const shared = new Int32Array(new SharedArrayBuffer(4));
      const notify = "const { workerData } = require('node:worker_threads'); Atomics.store(workerData, 0, 1); Atomics.notify(workerData, 0);";
      new Worker(${JSON.stringify(compute)} + ".then(() => {" + notify + "})", { eval: true, workerData: shared });
      Atomics.wait(shared, 0, 0);`,
  },
  {
    entry: "the library in a worker of a worker",
    module: `
      import { Worker } from "node:worker_threads";
      const inner = ${JSON.stringify(JSON.stringify(compute))};
      new Worker("new (require('node:worker_threads').Worker)(" + inner + ", { eval: true })", { eval: true });`,
  },
  {
    entry: "a run of the library",
    module: `
      import { startRun } from "${train}";
      await startRun({ kind: "new", given: { data: "sample", trainLimit: 200, testLimit: 50, model: "mlp", epochs: 1, lr: 0.01 }, folder: "run", command: "", report: false }).done;`,
  },
];

const folder = mkdtempSync(join(tmpdir(), "downhill-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(entries)("$entry", ({ module, args = [] }) => {
  test("leaves nothing of ONNX Runtime's telemetry in the cache folder, and opens no network socket", () => {
    const cwd = mkdtempSync(join(folder, "entry-"));
    const script = module === undefined ? command : join(cwd, "program.mjs");
    if (module !== undefined) writeFileSync(script, module);
    const trace = join(cwd, "trace.txt");
    const traced = existsSync(STRACE) ? [STRACE, "-f", "-qq", "-e", "trace=network", "-o", trace] : [];
    const [program, ...rest] = [...traced, process.execPath, script, ...args] as [string, ...string[]];
    // Without the variable CI, which alone makes ONNX Runtime turn off its telemetry.
    const { PATH, LD_LIBRARY_PATH } = process.env;
    const env = { PATH, LD_LIBRARY_PATH, HOME: cwd, XDG_CACHE_HOME: join(cwd, "cache") };
    const { status, stdout, stderr } = spawnSync(program, rest, { cwd, env, encoding: "utf8", timeout: 100_000 });
    expect(status, stdout + stderr).toBe(0);
    expect(existsSync(join(cwd, "cache", "Microsoft"))).toBe(false);
    expect(existsSync(join(cwd, ".cache", "Microsoft"))).toBe(false);
    if (traced.length > 0) expect(readFileSync(trace, "utf8")).not.toMatch(/AF_INET/);
  }, 300_000);
});
