import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { checkpointSteps, readNewestCheckpoint, writeRunCheckpoint } from "../src/checkpoints/run-checkpoints.ts";
import { TrainError } from "../src/error.ts";
import type { Checkpoint } from "../src/training/checkpoint.ts";
import { fc } from "./property.ts";

const root = mkdtempSync(join(tmpdir(), "downhill-checkpoints-"));
afterAll(() => rmSync(root, { recursive: true }));
const folder = join(root, "checkpoints");
const path = (step: number, ending: string): string => join(folder, `step-0000000${step}${ending}`);
const json = (step: number): Record<string, unknown> => JSON.parse(readFileSync(path(step, ".json"), "utf8"));

const SPENT = { images: 40, milliseconds: 120.5, waited: 0.25 };
const checkpoint = (step: number): Checkpoint => ({
  position: { step, epoch: 1, seen: 8 },
  totals: { images: 8, loss: 3.5, correct: 2 },
  weights: { "a.weight": Float32Array.of(1, step), "a.bias": Float32Array.of(-1) },
  updater: {
    optimizer: "adam",
    step,
    microStep: 0,
    seed: 7,
    tensors: { "a.weight": { shape: [2], values: { m: Float32Array.of(0.5, 0.25), count: step } } },
  },
  order: Int32Array.of(2, 0, 1),
  callbacks: { recorder: { best: { accuracy: 0.5, loss: 1, step: 2 }, before: SPENT } },
  spent: SPENT,
});
const LENGTHS = { metrics: 300, timings: 30 };
const write = (step: number): void =>
  writeRunCheckpoint(folder, checkpoint(step), {}, { metrics: 100 * step, timings: 10 * step });

function read(lengths = LENGTHS) {
  const problems: string[] = [];
  const saved = readNewestCheckpoint(folder, lengths, (problem) => problems.push(problem));
  return { saved, problems };
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  write(2);
  write(3);
});

/** Rewrites the JSON file of a checkpoint without a checksum, as older versions wrote it. */
function rewrite(step: number, change: (facts: Record<string, unknown>) => unknown): void {
  const { checksum, ...facts } = json(step);
  const changed = change(facts);
  writeFileSync(path(step, ".json"), JSON.stringify(changed === undefined ? facts : changed));
}

test("the newest is read as it was written, and older ones go", () => {
  expect(read()).toEqual({
    saved: { checkpoint: checkpoint(3), lines: { metrics: 300, timings: 30 } },
    problems: [],
  });
  write(4);
  expect(checkpointSteps(folder)).toEqual([4, 3]);
});

test("one of an older version, which has no checksum, is read", () => {
  rewrite(3, () => undefined);
  expect(read().saved?.checkpoint).toEqual(checkpoint(3));
});

test("without checkpoints there is none", () => {
  rmSync(folder, { recursive: true });
  expect(read()).toEqual({ saved: null, problems: [] });
});

const KEYS = ["position", "totals", "callbacks", "spent", "updater", "lines", "sha256", "version"];

describe("a newest checkpoint that is damaged is named, and the one before it is used", () => {
  test.each<[what: string, damage: () => void]>([
    ["whose JSON is empty", () => writeFileSync(path(3, ".json"), "")],
    ["whose JSON is cut", () => truncateSync(path(3, ".json"), 100)],
    ["whose JSON is null", () => writeFileSync(path(3, ".json"), "null")],
    ["whose JSON is a list", () => writeFileSync(path(3, ".json"), "[]")],
    [
      "whose JSON has ten thousand brackets",
      () => writeFileSync(path(3, ".json"), `{"a":${"[".repeat(1e4)}${"]".repeat(1e4)}}`),
    ],
    ["with a changed number", () => rewriteText(3, '"seen":8', '"seen":9')],
    ["with __proto__ in it", () => rewriteText(3, '"totals":{', '"totals":{"__proto__":{},')],
    ["of a newer version", () => rewrite(3, (facts) => ({ ...facts, version: 2 }))],
    ["of another step", () => rewrite(3, () => json(2))],
    ["whose tensors are cut", () => truncateSync(path(3, ".safetensors"), 100)],
    ["whose tensors are missing", () => rmSync(path(3, ".safetensors"))],
    [
      "that is longer than the metrics",
      () => rewrite(3, (facts) => ({ ...facts, lines: { metrics: 301, timings: 30 } })),
    ],
    ...KEYS.flatMap((key) =>
      [undefined, null, {}, [], -1, "x"].map((value): [string, () => void] => [
        `of an older version, with ${key} = ${JSON.stringify(value)}`,
        () => rewrite(3, (facts) => ({ ...facts, [key]: value })),
      ]),
    ),
  ])("%s", (_, damage) => {
    damage();
    const { saved, problems } = read();
    expect(saved?.checkpoint).toEqual(checkpoint(2));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(path(3, ".json"));
    expect(problems[0]).toMatch(/[^.]\. Continuing from the older checkpoint of step 2\.$/);
    // The next checkpoint of the resumed run removes it, whatever its step.
    rmSync(path(3, ".safetensors"), { force: true });
    writeRunCheckpoint(folder, { ...checkpoint(2), position: { step: 2, epoch: 1, seen: 8 } }, {}, LENGTHS);
    expect(checkpointSteps(folder)).toEqual([2]);
  });

  const rewriteText = (step: number, from: string, to: string): void => {
    const before = readFileSync(path(step, ".json"), "utf8");
    expect(before).toContain(from);
    writeFileSync(path(step, ".json"), before.replace(from, to));
  };
});

test("without a usable checkpoint, the error states remedies", () => {
  for (const step of [2, 3]) truncateSync(path(step, ".safetensors"), 100);
  expect(() => read()).toThrow(TrainError);
  expect(() => read()).toThrow(
    /none of the 2 checkpoints is usable\. The newest: .*step-00000003\.json: .*[^.]\. Restore the folder from a copy, or start a new run\.$/,
  );
  expect(existsSync(path(2, ".json"))).toBe(true);
});

test("a metrics file shorter than at the newest checkpoint leaves the older checkpoint", () => {
  expect(read({ metrics: 250, timings: 30 }).saved?.lines.metrics).toBe(200);
  expect(() => read({ metrics: 0, timings: 30 })).toThrow(
    "metrics.ndjson has 0 bytes. Expected the 300 bytes of this checkpoint.",
  );
});

test("a byte that changes in either file is noticed", () => {
  const files = [path(3, ".json"), path(3, ".safetensors")].map((file) => [file, readFileSync(file)] as const);
  fc.assert(
    fc.property(fc.nat(1), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, position, change) => {
      const [file, whole] = files[which] as (typeof files)[number];
      const bytes = Uint8Array.from(whole);
      const at = position % bytes.length;
      bytes[at] = (bytes[at] as number) ^ change;
      writeFileSync(file, bytes);
      const { saved } = read();
      writeFileSync(file, whole);
      // Spaces and the name of the checksum may change: what is read is then what was written.
      expect([checkpoint(3), checkpoint(2)]).toContainEqual(saved?.checkpoint);
    }),
    { numRuns: 300 },
  );
});
