import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lower, trainingGraph } from "@downhill/graph";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { buildModel } from "../src/config/model.ts";
import type { GivenConfig } from "../src/config/schema.ts";
import { execute, type RunRequest } from "../src/run/execute.ts";
import type { CompiledFacts } from "../src/run-folder/compiled-file.ts";

vi.setConfig({ testTimeout: 300_000 });
const root = mkdtempSync(join(tmpdir(), "downhill-resume-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...names: string[]): string => join(root, ...names);

const cacheBefore = process.env.XDG_CACHE_HOME;
const useCache = (name: string): void => {
  process.env.XDG_CACHE_HOME = at(name);
};
afterEach(() => {
  process.env.XDG_CACHE_HOME = cacheBefore;
});

/** Ten steps and two evaluations. */
const GIVEN: GivenConfig = {
  data: "sample",
  model: "lenet",
  ...{ trainLimit: 320, testLimit: 80, batchSize: 64, epochs: 2, lr: 0.05, threads: 2 },
};

interface Done {
  readonly status: string;
  readonly notes: string;
}

async function run(request: RunRequest, steps = Number.POSITIVE_INFINITY): Promise<Done> {
  const notes: string[] = [];
  let asked = 0;
  const { status } = await execute(request, {
    emit: (event) => event.kind === "note" && notes.push(event.text),
    shouldStop: () => ++asked > steps,
  });
  return { status, notes: notes.join("\n") };
}
const begin = (name: string, steps?: number, given = GIVEN): Promise<Done> =>
  run({ kind: "new", given, folder: at(name), command: "", report: false }, steps);
const resume = (name: string, allowOtherArithmetic = false): Promise<Done> =>
  run({ kind: "resume", folder: at(name), allowOtherArithmetic, report: false });

const weights = (name: string): string => readFileSync(at(name, "model.safetensors")).toString("base64");
const metrics = (name: string): string => readFileSync(at(name, "metrics.ndjson"), "utf8");
const compiled = (name: string): CompiledFacts => JSON.parse(readFileSync(at(name, "compiled.json"), "utf8"));

/** Changes a JSON file of a run on purpose: without its checksum. */
function edit(name: string, file: string, change: (json: Record<string, unknown>) => object): void {
  const { checksum, ...json } = JSON.parse(readFileSync(at(name, file), "utf8"));
  writeFileSync(at(name, file), JSON.stringify(change(json)));
}

/** A tuning cache that says other variants than those that were found here, wherever there are others. */
function contraryCache(name: string): void {
  const path = ["downhill", "lowerings.json"];
  const { choices } = JSON.parse(readFileSync(at("cache", ...path), "utf8")) as {
    choices: Record<string, Record<string, string>>;
  };
  const [machine] = Object.keys(choices) as [string];
  const contrary: Record<string, string> = {};
  const model = buildModel("lenet", [1, 28, 28], 10, {});
  const normalization = { mean: [0.5], std: [0.5] };
  for (const batch of [64, 80, 250, 500]) {
    lower(trainingGraph(model, batch, { normalization }), {
      block: compiled("whole").block,
      choose: ({ id, variants, defaultVariant }) => {
        contrary[id] = variants.find((variant) => variant !== choices[machine]?.[id]) ?? defaultVariant;
        return defaultVariant;
      },
    });
  }
  mkdirSync(at(name, "downhill"), { recursive: true });
  writeFileSync(at(name, ...path), JSON.stringify({ version: 1, choices: { [machine]: contrary } }));
}

beforeAll(async () => {
  useCache("cache");
  await begin("whole");
  contraryCache("contrary");
  await begin("stopped", 4);
  expect(readdirSync(at("stopped", "checkpoints"))).toContain("step-00000004.json");
}, 300_000);

describe("a run keeps what it was compiled with", () => {
  test("the caches of these tests do lead to other bits", async () => {
    useCache("contrary");
    await begin("other");
    expect(weights("other")).not.toBe(weights("whole"));
    expect(compiled("other").variants).not.toEqual(compiled("whole").variants);
  });

  test.each([
    ["another", "contrary"],
    ["an empty", "empty"],
    ["no", "whole/run.json"],
  ])("resumed with %s cache, it ends with the same bits", async (what, cache) => {
    const name = `resumed with ${what}`;
    cpSync(at("stopped"), at(name), { recursive: true });
    useCache(cache);
    expect(await resume(name)).toEqual({ status: "finished", notes: "" });
    expect(weights(name)).toBe(weights("whole"));
    expect(metrics(name)).toBe(metrics("whole"));
    expect(compiled(name)).toEqual(compiled("whole"));
  });

  test("killed before its first step and started again, it takes what it had chosen; with other settings it does not", async () => {
    for (const [name, given] of [
      ["again", GIVEN],
      ["changed", { ...GIVEN, seed: 1 }],
    ] as const) {
      mkdirSync(at(name));
      cpSync(at("whole", "compiled.json"), at(name, "compiled.json"));
      writeFileSync(at(name, "lock.json"), JSON.stringify({ pid: 2 ** 22 + 1 }));
      useCache("contrary");
      await begin(name, undefined, given);
    }
    expect(weights("again")).toBe(weights("whole"));
    expect(compiled("changed").variants).toEqual(compiled("other").variants);
  });

  test("without tuning it takes the usual variants, and reads and writes no cache", async () => {
    useCache("untouched");
    await begin("untuned", undefined, { ...GIVEN, tune: false });
    expect(existsSync(at("untouched"))).toBe(false);
    expect(Object.keys(compiled("untuned").variants)).toEqual(Object.keys(compiled("whole").variants));
    useCache("contrary");
    await begin("untuned again", undefined, { ...GIVEN, tune: false });
    expect(weights("untuned again")).toBe(weights("untuned"));
  });
});

describe("a run that cannot end with the same bits here", () => {
  beforeEach(() => useCache("cache"));
  const someVariant = ({ variants }: Record<string, unknown>): string =>
    Object.keys(variants as object).at(-1) as string;
  const rows: readonly (readonly [string, string, (json: Record<string, unknown>) => object, string])[] = [
    [
      "of a processor with different rounding",
      "compiled.json",
      (json) => ({ ...json, fingerprint: "0", processor: "Abacus" }),
      "the run was started on Abacus, and this computer",
    ],
    ["of another block", "compiled.json", (json) => ({ ...json, block: 4 }), "compiled with blocks of 4 channels"],
    [
      "of a variant that there is no more",
      "compiled.json",
      (json) => ({ ...json, variants: { ...(json.variants as object), [someVariant(json)]: "by hand" } }),
      "compiled with 'by hand' for",
    ],
    ["of which the record is damaged", "compiled.json", () => ({ version: 1 }), "allowOtherArithmetic"],
  ];
  test.each(rows)("%s is rejected; if allowed, it continues with a note", async (what, file, change, problem) => {
    cpSync(at("stopped"), at(what), { recursive: true });
    edit(what, file, change);
    const rejected = await resume(what).then(String, String);
    expect(rejected).toContain(problem);
    expect(rejected).toContain("allowOtherArithmetic");
    expect(readdirSync(at(what))).not.toContain("lock.json");
    const { status, notes } = await resume(what, true);
    expect(status).toBe("finished");
    if (file === "compiled.json" && problem !== "allowOtherArithmetic") expect(notes).toMatch(/round|rounding/);
    rmSync(at(what, "result.json"));
    expect(await resume(what)).toEqual({ status: "finished", notes: "" });
  });

  test("of an older version without a record and with another ONNX Runtime continues with notes", async () => {
    cpSync(at("stopped"), at("old"), { recursive: true });
    rmSync(at("old", "compiled.json"));
    edit("old", "run.json", (json) => ({ ...json, versions: { ...(json.versions as object), onnxruntime: "0.1" } }));
    const { status, notes } = await resume("old");
    expect(status).toBe("finished");
    expect(notes).toContain("compiled.json is missing. The result may differ in the last bits");
    expect(notes).toContain("The run was started with ONNX Runtime 0.1 and is resumed with ONNX Runtime");
    expect(weights("old")).toBe(weights("whole"));
  });
});
