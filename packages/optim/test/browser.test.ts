import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { descend } from "./descend.ts";

const executablePath = "/usr/bin/chromium";

// In CI an absent browser fails instead, where it is launched.
const skipped = !process.env.CI && !existsSync(executablePath);
const reason = skipped ? ` (SKIPPED: there is no ${executablePath}; on Debian, apt-get install chromium)` : "";
if (skipped) console.warn(`The browser tests are skipped: there is no ${executablePath}.`);

describe.skipIf(skipped)(`in Chromium${reason}`, () => {
  const server = createServer();
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    // esbuild finds @downhill/optim as any user's bundler does, by its package.json: this is the build in dist.
    const bundle = await build({
      entryPoints: [fileURLToPath(new URL("./descend.ts", import.meta.url))],
      bundle: true,
      format: "esm",
      write: false,
    });
    const files: Record<string, [type: string, body: string]> = {
      "/": ["text/html", "<!doctype html><title>Downhill</title>"],
      "/descend.js": ["text/javascript", bundle.outputFiles[0]?.text ?? ""],
      "/worker.js": ["text/javascript", `import { descend } from "./descend.js"; postMessage(descend());`],
    };
    server.on("request", ({ url = "" }, response) => {
      const [type, body] = files[url] ?? [];
      if (type) response.setHeader("content-type", type);
      else response.statusCode = 404;
      response.end(body);
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

    browser = await chromium.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
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
  test.each([
    ["a page", `import("/descend.js").then(({ descend }) => descend())`],
    [
      "a module worker",
      `new Promise((resolve, reject) => {
        const worker = new Worker("/worker.js", { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
      })`,
    ],
  ])("ten Adam steps in %s end at the very weights of Node", async (_, script) => {
    const weights = descend();
    expect(weights.weight?.every(Number.isFinite)).toBe(true);
    expect(await page.evaluate(script)).toEqual(weights);
  });
});
