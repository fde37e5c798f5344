import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createNetwork, exportOnnx, lenet, openOnnx } from "@downhill/graph";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { beforeAll, expect, test } from "vitest";
import { blocksOf, root } from "./support/blocks.ts";
import { png } from "./support/photos.ts";

const blocks = blocksOf("guide/using-the-model.md");
const classNames = ["cat", "dog", "horse"];
let onnx: Uint8Array;
beforeAll(async () => {
  onnx = await exportOnnx(createNetwork(lenet([1, 28, 28], classNames.length), { seed: 1 }), { classNames });
});

test("the page's module for browsers gives the probabilities of the model", async ({ skip }) => {
  const executablePath = "/usr/bin/chromium";
  // In CI an absent browser fails where it is launched.
  skip(!process.env.CI && !existsSync(executablePath), `there is no ${executablePath}`);
  const page = blocks.find(({ text }) => text.startsWith("// page.js"))?.text ?? "";
  const source = `${page}
    const response = await fetch("photo.png");
    globalThis.result = [...await classify(await createImageBitmap(await response.blob()))];`;
  const bundle = await build({
    stdin: { contents: source, resolveDir: root("."), loader: "js" },
    bundle: true,
    format: "esm",
    write: false,
  });
  const photo = await png(0, 0, 28);
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    const wasm = /^\/(ort-wasm[\w.-]+)$/.exec(url)?.[1];
    const send = (type: string, body: string | Uint8Array): void => {
      response.setHeader("content-type", type);
      response.end(body);
    };
    if (url === "/") send("text/html", '<!doctype html><script type="module" src="page.js"></script>');
    else if (url === "/page.js") send("text/javascript", bundle.outputFiles[0]?.text ?? "");
    else if (url === "/model.onnx") send("application/octet-stream", onnx);
    else if (url === "/photo.png") send("image/png", photo);
    else if (wasm) {
      const file = readFileSync(fileURLToPath(import.meta.resolve(`onnxruntime-web/${wasm}`)));
      send(wasm.endsWith("wasm") ? "application/wasm" : "text/javascript", file);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const tab = await browser.newPage();
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const result = await (await tab.waitForFunction("globalThis.result", null, { timeout: 60_000 })).jsonValue();
    const images = new Uint8Array(await sharp(photo).toColourspace("b-w").raw().toBuffer());
    const { probabilities } = await (await openOnnx(onnx)).run({ images });
    const expected = [...(probabilities as Float32Array)];
    expect(result).toHaveLength(classNames.length);
    for (const [i, value] of (result as number[]).entries()) expect(value).toBeCloseTo(expected[i] as number, 2);
  } finally {
    await browser.close();
    server.close();
  }
}, 300_000);

// Debian has no package of ONNX Runtime for Python, so the block does not run: its names and types are those of the file.
test("the page's program in Python uses the names and types of the model", async () => {
  const python = blocks.find(({ language }) => language === "python")?.text ?? "";
  const { inputs, outputs, metadata } = await openOnnx(onnx, { batchSize: 1 });
  expect(inputs).toEqual([{ name: "images", shape: [1, 1, 28, 28], dtype: "uint8" }]);
  expect(outputs.map(({ name }) => name)).toContain("probabilities");
  expect(JSON.parse(metadata.classes ?? "")).toEqual(classNames);
  expect(python).toContain('session.run(["probabilities"], {"images": images})');
  expect(python).toContain('custom_metadata_map["classes"]');
  expect(python).toContain("dtype=np.uint8");
});
