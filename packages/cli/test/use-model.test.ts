import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makePhotos } from "./support/data.ts";
import { inProcess } from "./support/in-process.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

// Within the project, where programs of the examples find onnxruntime-node and sharp.
const caches = fileURLToPath(new URL("../../../node_modules/.cache/", import.meta.url));
mkdirSync(caches, { recursive: true });
const folder = mkdtempSync(join(caches, "use-model-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (...path: string[]): string => join(folder, ...path);

/** Runs a command in the folder, and returns its standard output. */
async function ended(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await inProcess(folder, args);
  expect(status, stderr).toBe(0);
  return stdout;
}

beforeAll(async () => {
  await makePhotos(at("photos"), { "a & b": 10, dog_1: 10, eel: 10 });
  await ended(
    "train",
    "photos",
    "--model",
    "lenet",
    "--epochs",
    "2",
    "--lr",
    "0.05",
    "--threads",
    "1",
    "--channels",
    "3",
    "--image-size",
    "20",
    "--out",
    "run",
  );
});

const readme = (): string => readFileSync(at("run/README.md"), "utf8");
const exampleOf = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n(.*?)\\n\`\`\``, "s").exec(readme())?.[1] as string;

test("the run folder names the classes in the order of the outputs, and its README the input", () => {
  expect(JSON.parse(readFileSync(at("run/labels.json"), "utf8"))).toEqual(["a & b", "dog_1", "eel"]);
  expect(readme()).toContain(
    "| input | `images` | uint8 | [batch, 3, 20, 20] | red, green and blue planes, 0 to 255 |",
  );
  expect(readme()).toContain('["a & b","dog_1","eel"]');
});

test("the README's program for Node gives the probabilities of predict, and its program for Python compiles", async () => {
  writeFileSync(at("run/classify.mjs"), exampleOf("js"));
  const file = at("photos/eel/3.png");
  const { stdout, stderr } = spawnSync(process.execPath, [at("run/classify.mjs"), file], { encoding: "utf8" });
  expect(stderr).toBe("");
  const found = new Map(
    [...stdout.matchAll(/'?([\w&][\w& ]*)'?: ([\d.e-]+)/g)].map(([, name, value]) => [name, Number(value)]),
  );
  const { classes } = JSON.parse(await ended("predict", "run", file, "--json"));
  for (const { name, probability } of classes) {
    expect(found.get(name)).toBeCloseTo(probability, 4);
  }
  writeFileSync(at("classify.py"), exampleOf("python"));
  execFileSync("python3", ["-m", "py_compile", at("classify.py")]);
});

test("a smaller file is written with its accuracy and speed beside those of the float32 file", async () => {
  const sizes: number[] = [];
  for (const flags of [["--quantize", "int8"], ["--half"]]) {
    const out = `${flags.at(-1)}.onnx`.replace("--", "");
    const { comparison, bytes } = JSON.parse(await ended("export", "run", ...flags, "--out", out, "--json"));
    expect(comparison).toMatchObject({ part: "validation", images: 6, threads: 1 });
    expect(Math.abs(comparison.accuracy - comparison.fullAccuracy)).toBeLessThanOrEqual(1 / 6);
    sizes.push(bytes);
  }
  const full = readFileSync(at("run/model.onnx")).length;
  expect(sizes.map((bytes) => Math.round((10 * bytes) / full))).toEqual([3, 5]);
  for (const flags of [
    ["--quantize", "int8", "--half"],
    ["--half", "--format", "safetensors"],
  ]) {
    expect(await inProcess(folder, ["export", "run", ...flags, "--out", "none"])).toMatchObject({
      status: 2,
      stdout: "",
    });
  }
});

test("the report shows the regions and the similar training images of a mistake", () => {
  const { mistakes } = JSON.parse(readFileSync(at("run/result.json"), "utf8"));
  expect(mistakes.length).toBeGreaterThan(0);
  const report = readFileSync(at("run/report.html"), "utf8");
  expect(report.match(/alt="Regions in favor of /g)).toHaveLength(mistakes.length);
  expect(report.match(/alt="Similar training image: /g)).toHaveLength(3 * mistakes.length);
});

test("removing a run removes its README and labels", async () => {
  cpSync(at("run"), at("other"), { recursive: true });
  rmSync(at("other/classify.mjs"), { force: true });
  await ended("runs", "remove", "other", "--yes");
  expect(existsSync(at("other"))).toBe(false);
  expect(readdirSync(at("run"))).toContain("labels.json");
});
