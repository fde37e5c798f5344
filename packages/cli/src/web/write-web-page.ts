import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { labelsJson, type OpenRun, readResult } from "@downhill/train";
import { count, percent } from "../output/format.ts";
import { UsageError } from "../usage-error.ts";

/** Files of onnxruntime-web that the page loads. */
const RUNTIME_FILES = ["ort.wasm.bundle.min.mjs", "ort-wasm-simd-threaded.wasm"] as const;

/**
 * Writes a folder with a page that classifies images of the camera and of files in the browser.
 * @throws UsageError if onnxruntime-web is not installed
 */
export function writeWebPage(out: string, { folder, facts }: OpenRun, model: Uint8Array): void {
  const runtime = runtimeFolder();
  mkdirSync(out, { recursive: true });
  const page = fileURLToPath(new URL("../../web-page/", import.meta.url));
  for (const name of readdirSync(page)) copyFileSync(join(page, name), join(out, name));
  for (const name of RUNTIME_FILES) copyFileSync(join(runtime, name), join(out, name));
  const { imageShape, classNames, name } = facts.data;
  const result = readResult(folder);
  const accuracy =
    result && result.accuracy !== null && result.images !== null
      ? `Accuracy ${percent(result.accuracy)} on ${count(result.images)} ${result.part} images.`
      : "";
  const about = { name: `${facts.model.name}, trained on ${name}`, about: accuracy, imageShape, labels: classNames };
  writeFileSync(join(out, "model.json"), JSON.stringify(about));
  writeFileSync(join(out, "labels.json"), labelsJson(classNames));
  writeFileSync(join(out, "model.onnx"), model);
}

/** Returns the folder with the files of onnxruntime-web: installed beside this command, or in the current project. */
function runtimeFolder(): string {
  for (const from of [import.meta.url, join(resolve("."), "package.json")]) {
    try {
      const folder = dirname(createRequire(from).resolve("onnxruntime-web/wasm"));
      if (RUNTIME_FILES.every((name) => existsSync(join(folder, name)))) return folder;
    } catch {
      // It is not installed there.
    }
  }
  throw new UsageError(
    "--format web: the optional package onnxruntime-web is not installed. Run npm install onnxruntime-web@1.30.0, and repeat the command.",
  );
}
