import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ConvStep, convStep } from "./conv-step.ts";
import { type Trained as DeviceTrained, trainInArena } from "./device-training.ts";
import { expectClose } from "./golden.ts";

const executablePath = "/usr/bin/chromium";

// In CI, a missing browser fails the launch instead.
const skipped = !process.env.CI && !existsSync(executablePath);
const reason = skipped ? ` (SKIPPED: there is no ${executablePath}; on Debian, apt-get install chromium)` : "";
if (skipped) console.warn(`The browser tests are skipped: there is no ${executablePath}.`);

/** Result of `trainUntil` in training-loop.mjs. */
interface Trained {
  readonly losses: readonly number[];
  readonly weights: readonly number[];
  readonly counted: number;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript",
  mjs: "text/javascript",
  wasm: "application/wasm",
};

describe.skipIf(skipped)(`in Chromium${reason}`, () => {
  const server = createServer();
  let browser: Browser | undefined;
  let page: Page;
  let bundled: string[] = [];

  beforeAll(async () => {
    const bundle = await build({
      entryPoints: ["./conv-step.ts", "./training-loop.mjs", "./device-training.ts"].map((file) =>
        fileURLToPath(new URL(file, import.meta.url)),
      ),
      bundle: true,
      splitting: true,
      format: "esm",
      outdir: "/",
      write: false,
      metafile: true,
    });
    bundled = Object.keys(bundle.metafile.inputs);
    const files = new Map(bundle.outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
    files.set(
      "/worker.js",
      `import { convStep } from "./conv-step.js"; postMessage(await convStep({ device: "wasm" }));`,
    );
    files.set(
      "/training-worker.js",
      `import { trainUntil } from "./training-loop.js";
      onmessage = async ({ data }) => postMessage(await trainUntil(data, 10, { device: "wasm" }));`,
    );
    server.on("request", async ({ url = "" }, response) => {
      // Cross-origin isolation, which threads require.
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
      response.setHeader("content-type", TYPES[url.split(".").at(-1) as string] ?? "text/html");
      const wasm = /^\/(ort-wasm[\w.-]+)$/.exec(url)?.[1];
      if (url === "/") response.end("<!doctype html><title>Downhill</title>");
      else if (files.has(url)) response.end(files.get(url));
      else if (wasm) response.end(await readFile(fileURLToPath(import.meta.resolve(`onnxruntime-web/${wasm}`))));
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--enable-unsafe-webgpu",
        "--enable-features=Vulkan",
        "--use-webgpu-adapter=swiftshader",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    server.close();
  });

  // Scripts are strings, because Vitest rewrites import() in functions.
  const inPage = (options: string): Promise<ConvStep> =>
    page.evaluate(`import("/conv-step.js").then(({ convStep }) => convStep(${options}))`);

  async function expectAsOnCpu({ values, second }: ConvStep): Promise<void> {
    const expected = await convStep({ device: "cpu" });
    for (const [name, numbers] of Object.entries(expected.values)) expectClose(name, values[name], numbers);
    for (const [name, numbers] of Object.entries(expected.second)) expectClose(name, second[name], numbers);
  }

  // The maximum number of threads first, since later programs share them.
  test.each([2, 1])(
    "wasm, threads = %i: steps of a small network equal those of the CPU in Node",
    async (threads) => {
      const found = await inPage(`{ device: "wasm", threads: ${threads} }`);
      expect(found.device).toBe("wasm");
      await expectAsOnCpu(found);
    },
    60_000,
  );

  test("wasm in a module worker: steps of a small network equal those of the CPU in Node", async () => {
    const script = `new Promise((resolve, reject) => {
      const worker = new Worker("/worker.js", { type: "module" });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    })`;
    await expectAsOnCpu(await page.evaluate(script));
  }, 180_000);

  test("wasm in a module worker: trains as in Node while timers of the page keep firing", async () => {
    const script = `new Promise((resolve, reject) => {
      const shared = new Int32Array(new SharedArrayBuffer(8));
      const timer = setInterval(() => Atomics.add(shared, 0, 1), 1);
      const worker = new Worker("/training-worker.js", { type: "module" });
      worker.onmessage = ({ data }) => {
        clearInterval(timer);
        resolve(data);
      };
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(shared);
    })`;
    const { counted, losses, weights } = (await page.evaluate(script)) as Trained;
    expect(counted).toBeGreaterThanOrEqual(10);
    const { trainUntil } = await import(new URL("./training-loop.mjs", import.meta.url).href);
    const expected: Trained = await trainUntil(new Int32Array(2), 0, { device: "cpu" });
    expectClose("losses", losses, expected.losses);
    expectClose("weights", weights, expected.weights);
  }, 180_000);

  test("the default is a GPU, or wasm without one; steps equal those of the CPU in Node", async (context) => {
    const adapter = await page.evaluate("navigator.gpu ? navigator.gpu.requestAdapter().then(Boolean) : false");
    const found = await inPage("");
    await expectAsOnCpu(found);
    if (adapter) {
      expect(found.deviceReason).toBe(
        "webgpu: the best available device; not wasm: it is slower; not cpu: it runs only in Node",
      );
      return;
    }
    expect(found.deviceReason).toMatch(/^wasm: the best available device; not webgpu: .+; not cpu: /);
    console.warn(`WebGPU is not tested in Chromium: ${found.deviceReason}.`);
    context.skip("there is no WebGPU adapter");
  }, 180_000);

  // All pairs are tested on the same device in Node.
  test.for([
    ["mlp", "sgd"],
    ["lenet", "adamw"],
  ] as const)(
    "%s with %s: 20 steps with weights on the GPU equal those of an updater in Node",
    { timeout: 120_000 },
    async ([model, optimizer], context) => {
      if (!(await page.evaluate("navigator.gpu ? navigator.gpu.requestAdapter().then(Boolean) : false"))) {
        console.warn("Weights on a GPU are not tested in Chromium: there is no WebGPU adapter.");
        context.skip("there is no WebGPU adapter");
      }
      const { device, losses, correct, weights } = (await page.evaluate(
        `import("/device-training.js").then(async ({ trainOnDevice }) => {
          const { state, ...trained } = await trainOnDevice("${model}", "${optimizer}", 20, { device: "webgpu" });
          return trained;
        })`,
      )) as Omit<DeviceTrained, "state">;
      expect(device).toBe("webgpu");
      const expected = await trainInArena(model, optimizer, 20);
      expectClose("losses", losses, expected.losses);
      expect(correct).toEqual(expected.correct);
      for (const [name, numbers] of Object.entries(expected.weights)) expectClose(name, weights[name], numbers);
    },
  );

  test("bundles for web pages contain ONNX Runtime for the web, not for Node", () => {
    expect(bundled.some((path) => path.includes("onnxruntime-web"))).toBe(true);
    expect(bundled.filter((path) => path.includes("onnxruntime-node"))).toEqual([]);
  });

  test("the CPU is rejected, and the error contains the reason", async () => {
    await expect(inPage(`{ device: "cpu" }`)).rejects.toThrow(
      "compile: the device 'cpu' is unavailable: it runs only in Node",
    );
  });
});
