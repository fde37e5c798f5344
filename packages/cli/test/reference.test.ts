import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { probeCpuKernels } from "@downhill/graph";
import { optimizers, schedules } from "@downhill/optim";
import { configJsonSchema, scheduleNames, settings } from "@downhill/train";
import { describe, expect, test, vi } from "vitest";
import { showSchedule } from "../src/actions/schedules.ts";
import { flagOf, keySchemas } from "../src/config/flags.ts";
import { Output } from "../src/output/output.ts";
import { temporaryFolder } from "./support/downhill.ts";
import { inProcess } from "./support/in-process.ts";

const folder = temporaryFolder();
const json = async (...args: string[]) => JSON.parse((await inProcess(folder, [...args, "--json"])).stdout);

describe("optimizers", () => {
  test("the list has all of the registry, the simplest first, each with a sentence", async () => {
    const listed = (await json("optimizers")) as { name: string; summary: string; notes: string[] }[];
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(optimizers));
    for (const { summary, notes } of listed) {
      expect(summary).toMatch(/\.$/);
      // When to use it, and what its rate means.
      expect(notes.join(" ")).toMatch(/When(:| not:)/);
      expect(notes.join(" ")).toContain("`lr");
    }
    const { stdout } = await inProcess(folder, ["optimizers"]);
    for (const name of Object.keys(optimizers)) expect(stdout).toMatch(new RegExp(`^${name} +[A-Z]`, "m"));
  });

  test("the description of one has its rule, hyperparameters with defaults, paper and when to use it", async () => {
    const { stdout, stderr, status } = await inProcess(folder, ["optimizers", "AdamW"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("  m = beta1 * m + (1 - beta1) * g\n");
    expect(stdout).not.toContain("g = maximize");
    expect(stdout).toMatch(/^weightDecay +0\.01$/m);
    expect(stdout).toContain("https://arxiv.org/abs/1711.05101");
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("When: the default for transformers");
  });

  test("--latex prints only the formula", async () => {
    const { stdout } = await inProcess(folder, ["optimizers", "lion", "--latex"]);
    expect(stdout).toMatch(/^\\begin\{aligned\}\n[\s\S]*\\end\{aligned\}\n$/);
  });

  test("a rule with repeated lines names the number of repetitions", async () => {
    expect((await json("optimizers", "muon")).rule).toEqual(
      expect.arrayContaining(["repeat nsSteps times:", expect.stringMatching(/^ {2}gram = /)]),
    );
  });
});

describe("schedules", () => {
  test("the list has all kinds, those that need no arguments first", async () => {
    const listed = (await json("schedules")) as { name: string; needsArguments: boolean }[];
    expect(listed.map(({ name }) => name).sort()).toEqual([...Object.keys(schedules.kinds), "plateau"].sort());
    expect(listed.filter(({ needsArguments }) => !needsArguments).map(({ name }) => name)).toEqual(scheduleNames());
  });

  test.each(scheduleNames().filter((name) => name !== "plateau"))("%s is drawn over a run", (name) => {
    const output = new Output(new PassThrough() as never, new PassThrough() as never, { LANG: "C.UTF-8" });
    const written = vi.spyOn(output.results, "write");
    showSchedule(output, name, { lr: 0.2, epochs: 3, set: [] });
    const text = written.mock.calls.join("");
    expect(text).toMatch(/learning rate: (\S+ throughout|\S+ at first, \S+ at last)/);
    expect(text).toContain("299: 3 epochs of 100");
    expect(text).toMatch(/^ +\S+ │.*[⠁-⣿]/m);
  });

  test("its arguments are set as the configuration's are", async () => {
    const { description } = await json(
      "schedules",
      "one-cycle",
      "--set",
      "pctStart=0.1",
      "--set",
      "annealStrategy=linear",
    );
    expect(description).toMatchObject({
      kind: "oneCycle",
      maxLr: 0.1,
      totalSteps: 1000,
      pctStart: 0.1,
      annealStrategy: "linear",
    });
  });

  test("momentum is drawn where the schedule has one", async () => {
    expect((await inProcess(folder, ["schedules", "cyclical"])).stdout).toContain("momentum: 0.9 at first");
    expect((await inProcess(folder, ["schedules", "cosine"])).stdout).not.toContain("momentum:");
  });

  test("without Unicode, it is drawn in ASCII", async () => {
    const { stdout } = await inProcess(folder, ["schedules", "step"], { LANG: "C" });
    expect(stdout).toMatch(/^ +0\.1 \|\*+$/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    expect(stdout).toMatch(/^[\x00-\x7f]*$/);
  });
});

test("doctor prints the capabilities of the machine, and the folders of data and runs", async () => {
  const found = (await json("doctor")) as Record<string, { state: string; text: string; facts?: unknown }>;
  expect(found.node).toEqual({ state: "good", text: process.versions.node });
  expect(found["device cpu"]).toEqual({ state: "good", text: "works (default)" });
  expect(Object.keys(found)).toEqual(
    expect.arrayContaining([
      "processor",
      "memory",
      "onnxruntime",
      "device webgpu",
      "device wasm",
      "convolutions",
      "CUDA",
      "disk",
    ]),
  );
  expect(found.convolutions?.facts).toEqual(await probeCpuKernels());
  const { stdout } = await inProcess(folder, ["doctor"]);
  expect(stdout).toMatch(/^ok +downhill +\d/m);
}, 180_000);

describe("the configuration", () => {
  test("its JSON schema, which the package ships, is that of the code: npm run schema writes it", () => {
    const shipped = JSON.parse(readFileSync(new URL("../downhill.schema.json", import.meta.url), "utf8"));
    expect(shipped).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test("each of its keys is a flag of train, with its description", async () => {
    const { stdout } = await inProcess(folder, ["train", "--help"]);
    const text = stdout.replaceAll(/\s+/g, " ");
    const schemas = keySchemas();
    expect([...Object.keys(schemas), "data"].sort()).toEqual(Object.keys(settings).sort());
    for (const [key, { description }] of Object.entries(schemas)) {
      expect(text).toContain(` ${flagOf(key)} `);
      expect(text).toContain(description);
    }
  });
});
