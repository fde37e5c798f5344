import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { mayBeAbsent } from "../src/config/run-config.ts";
import { configJsonSchema } from "../src/config/schema.ts";
import { groups, optionEntries, resolvedEntries, settingEntries } from "../src/config/settings/index.ts";
import { BY_RECIPE } from "../src/config/settings/setting.ts";
import { sealJson } from "../src/files/sealed-json.ts";
import { readRunFile } from "../src/run-folder/run-file.ts";
import { fixtureRun } from "./fixture-run.ts";

const schema = configJsonSchema() as { properties: Record<string, { description: string; "x-group"?: string }> };

describe.each(settingEntries.map(([key, setting]) => [key, setting] as const))("the setting %s", (key, setting) => {
  test("has a doc line of at most twelve words without a period, and a label", () => {
    expect(setting.doc.split(/\s+/).length).toBeLessThanOrEqual(key === "increaseBatchInsteadOfDecay" ? 14 : 12);
    expect(setting.doc).not.toMatch(/\.$(?<!\.\.\.)|--/);
    expect(setting.label).toMatch(/^[A-Z][a-z]/);
  });

  test("is in one group, and the JSON schema says which", () => {
    const names = Object.entries(groups).flatMap(([name, table]) => (key in table ? [name] : []));
    expect(names).toHaveLength(key === "data" ? 0 : 1);
    expect(schema.properties[key]?.["x-group"]).toBe(names[0]);
    expect(schema.properties[key]?.description).toContain(setting.doc);
  });
});

test.each(optionEntries.map(([key, setting]) => [key, setting] as const))(
  "the default of %s is valid",
  (_, setting) => {
    const unset = setting.default;
    if (unset === BY_RECIPE) expect(setting.unset).toBe("depends on the images");
    else if (unset === null)
      expect([setting.given.safeParse(null).success, setting.unset]).toEqual([false, expect.any(String)]);
    else expect(setting.given.safeParse(typeof unset === "function" ? unset() : unset).success).toBe(true);
    if (unset !== BY_RECIPE)
      expect(setting.resolved.safeParse(typeof unset === "function" ? unset() : unset).success).toBe(true);
  },
);

test.each([
  ["warmup", "warm-up before the schedule (epochs; default: 0)"],
  ["lookahead", "wrap the optimizer in Lookahead"],
  ["clipNorm", "maximum global gradient norm (default: no limit)"],
  ["checkpointSeconds", "time between checkpoints within an epoch (seconds; default: 30)"],
  ["evaluateEvery", "evaluate every N epochs, and after the last (default: 1)"],
  ["labelSmoothing", "share of the target that is spread over all classes (default: depends on the images)"],
])("the description of %s has its unit and its default", (key, description) => {
  expect(schema.properties[key]?.description).toBe(description);
});

describe("run.json of an older version", () => {
  const folder = mkdtempSync(join(tmpdir(), "downhill-settings-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const { facts } = fixtureRun();
  const optional = resolvedEntries.filter(([key]) => mayBeAbsent(key)).map(([key]) => key);
  const write = (config: object): void => writeFileSync(join(folder, "run.json"), sealJson({ ...facts, config }));

  test("has the defaults of the options that its version did not have", () => {
    expect(optional).toContain("tune");
    const config = Object.fromEntries(Object.entries(facts.config).filter(([key]) => !optional.includes(key as never)));
    write(config);
    expect(readRunFile(folder).config).toEqual({ ...facts.config, seed: 0, tune: true });
  });

  test.each(resolvedEntries.flatMap(([key]) => (mayBeAbsent(key) ? [] : [key])))("needs %s", (key) => {
    const { [key]: _, ...config } = facts.config;
    write(config);
    expect(() => readRunFile(folder)).toThrow(`config.${key}`);
  });

  test("of a newer version may have values that this one does not know", () => {
    write({ ...facts.config, order: "hardest-first", device: "cuda", threads: 512, more: 1 });
    expect(readRunFile(folder).config).toMatchObject({ order: "hardest-first", device: "cuda", threads: 512, more: 1 });
  });
});
