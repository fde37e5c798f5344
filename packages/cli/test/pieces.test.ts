import { inUnits } from "@downhill/images/text";
import { toCsv } from "@downhill/train/text";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandFor, quote } from "../src/config/command-line.ts";
import { flagOf, keySchemas, readConfigFlags } from "../src/config/flags.ts";
import { withSetting } from "../src/config/set.ts";
import { readText } from "../src/config/text-value.ts";
import { fit } from "../src/output/fit.ts";
import { clock, count, percent, setting, short } from "../src/output/format.ts";
import { plot } from "../src/output/plot.ts";
import { fold, hasColor, hasUnicode } from "../src/output/terminal.ts";
import { wrap } from "../src/output/wrap.ts";
import { nameOf } from "../src/training/run-folder.ts";

test.each([
  ["a line that fits", "a   b", "a   b"],
  ["a row of a table", "runs/a-long-name  12.00 %", "runs/a-long-name\n12.00 %"],
  ["cells that fit together", "run   accuracy  12.00 %", "run  accuracy\n12.00 %"],
  ["a sentence", "The run is finished, and saved.", "The run is finished,\nand saved."],
])("on 20 columns: %s", (_, line, folded) => {
  expect(fold(line, 20)).toBe(folded);
});

describe("values in a command", () => {
  const schemas = keySchemas();
  test.each<[key: string, text: string, value: unknown]>([
    ["lr", "1e-3", 0.001],
    ["lr", ".5", 0.5],
    ["lr", "fast", "fast"],
    ["epochs", "12", 12],
    ["batchSize", "64", 64],
    ["batchSize", "all", "all"],
    ["batchSize", "some", "some"],
    ["channels", "3", 3],
    ["augment", "crop, flip", ["crop", "flip"]],
    ["augment", "none", ["none"]],
    ["augment", "", []],
    ["augment", '[{"kind":"crop","padding":2}]', [{ kind: "crop", padding: 2 }]],
    ["schedule", "cosine", "cosine"],
    ["schedule", '{"kind":"step","gamma":0.5}', { kind: "step", gamma: 0.5 }],
    ["schedule", "{cosine", "{cosine"],
    ["hyperparameters", '{"beta2":0.99}', { beta2: 0.99 }],
    ["hyperparameters", "beta2=0.99,amsgrad=true", { beta2: 0.99, amsgrad: true }],
    ["hyperparameters", "beta2", "beta2"],
    ["order", "easy-first", "easy-first"],
  ])("--%s %s", (key, text, value) => {
    expect(readText(schemas[key] as object, text)).toEqual(value);
  });

  test.each<[before: object, assignment: string, after: object]>([
    [{}, "lr=0.1", { lr: 0.1 }],
    [{ lr: 1 }, "lr=0.1", { lr: 0.1 }],
    [{}, "model=lenet", { model: "lenet" }],
    [
      { hyperparameters: { beta1: 0.8 } },
      "hyperparameters.beta2=0.99",
      { hyperparameters: { beta1: 0.8, beta2: 0.99 } },
    ],
    [{ schedule: "oneCycle" }, "schedule.pctStart=0.2", { schedule: { kind: "oneCycle", pctStart: 0.2 } }],
    [{ augment: ["crop", "flip"] }, "augment.0.padding=2", { augment: [{ kind: "crop", padding: 2 }, "flip"] }],
    [{}, "augment=[]", { augment: [] }],
    [{}, "model=a=b", { model: "a=b" }],
  ])("%j with --set %s", (before, assignment, after) => {
    const original = structuredClone(before);
    expect(withSetting(before as Record<string, unknown>, assignment)).toEqual(after);
    expect(before).toEqual(original);
  });

  test.each(["lr", "=1", ".lr=1", "a..b=1"])("--set %s is no assignment", (assignment) => {
    expect(() => withSetting({}, assignment)).toThrow(`--set ${assignment}: expected key=value`);
  });
});

test("the command that repeats a run is read back as the same configuration", () => {
  const given = fc.record(
    {
      data: fc.string({ minLength: 1 }),
      model: fc.string({ minLength: 1 }),
      lr: fc.double({ min: 1e-9, max: 10, noNaN: true }),
      epochs: fc.integer({ min: 1 }),
      batchSize: fc.oneof(fc.integer({ min: 1 }), fc.constant("all" as const)),
      lookahead: fc.boolean(),
      schedule: fc.oneof(
        fc.constant("cosine"),
        fc.record({ kind: fc.constant("step"), gamma: fc.double({ min: 0, max: 1 }) }),
      ),
      augment: fc.array(fc.oneof(fc.constantFrom("crop", "flip"), fc.record({ kind: fc.constant("cutout") }))),
      hyperparameters: fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
      ),
    },
    { requiredKeys: ["data"] },
  );
  fc.assert(
    fc.property(given, (config) => {
      const words = shellWords(commandFor(config));
      expect(words.slice(0, 3)).toEqual(["downhill", "train", config.data]);
      const { data, ...settings } = config;
      const options = Object.fromEntries(
        Object.keys(settings).map((key) => {
          if (typeof settings[key as keyof typeof settings] === "boolean") return [key, words.includes(flagOf(key))];
          return [key, words[words.indexOf(flagOf(key), 3) + 1]];
        }),
      );
      expect(readConfigFlags(options)).toEqual(JSON.parse(JSON.stringify(settings)));
    }),
  );
});

/** The words of a command that `quote` wrote, as a shell takes them. */
function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|\\'|[^' ])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(')/g, (_, quoted = "", escaped = "") => `${quoted}${escaped}`),
  );
}

test.each([
  ["runs/a", "runs/a"],
  ["", "''"],
  ["two words", "'two words'"],
  ["it's", `'it'\\''s'`],
  ["$HOME", "'$HOME'"],
])("%j in a shell is %s", (text, quoted) => expect(quote(text)).toBe(quoted));

describe("lines that fit", () => {
  const fields = [
    { text: "epoch 1/2", drop: 0 },
    { text: "step 3", drop: 2 },
    { text: "loss 0.3", drop: 1 },
  ];
  test.each([
    [80, "epoch 1/2 · step 3 · loss 0.3"],
    [29, "epoch 1/2 · step 3 · loss 0.3"],
    [28, "epoch 1/2 · loss 0.3"],
    [19, "epoch 1/2"],
    [5, "epoch"],
    [0, ""],
  ])("%i columns", (columns, line) => expect(fit(fields, columns, " · ")).toBe(line));

  test("a wrapped paragraph keeps its words, and its lines are no wider than they may be", () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/\s/.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 20, max: 100 }), (words, columns) => {
        const lines = wrap(words.join(" "), columns, "  ").split("\n");
        expect(lines.join(" ").split(/\s+/).filter(Boolean)).toEqual(words);
        expect(lines.every((line) => line.length <= columns)).toBe(true);
      }),
    );
  });
});

test("numbers as people read them", () => {
  expect([0, 999, 1204, 1e7].map(count)).toEqual(["0", "999", "1,204", "10,000,000"]);
  expect([0.9123, 1].map((share) => percent(share))).toEqual(["91.2 %", "100.0 %"]);
  expect([0, 1e-3, 0.0614, 1e-4, 0.1, 4e-7, 12.5, 1e6].map((value) => short(value))).toEqual([
    "0",
    "0.001",
    "0.0614",
    "1e-4",
    "0.1",
    "4e-7",
    "12.5",
    "1e6",
  ]);
  expect([0.09375000000000001, { a: 0.1 + 0.2 }, "x", undefined].map(setting)).toEqual([
    "0.09375",
    '{"a":0.3}',
    "x",
    "-",
  ]);
  expect([0, 7.4, 61, 7384].map(clock)).toEqual(["0:00", "0:07", "1:01", "2:03:04"]);
  expect([0, 999, 1000, 862_000, 12.34e6, 2e12, 5e15].map(inUnits)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "862 kB",
    "12.3 MB",
    "2.0 TB",
    "5000 TB",
  ]);
});

test.each<[isTerminal: boolean, env: Record<string, string>, color: boolean]>([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [false, { FORCE_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, true],
])("colors: terminal %s, %j: %s", (isTerminal, env, color) => expect(hasColor(isTerminal, env)).toBe(color));

test.skipIf(process.platform === "win32").each<[env: Record<string, string>, unicode: boolean]>([
  [{}, true],
  [{ LANG: "de_DE.UTF-8" }, true],
  [{ LANG: "C" }, false],
  [{ LANG: "C", LC_ALL: "en_US.utf8" }, true],
  [{ LANG: "en_US.UTF-8", TERM: "linux" }, false],
])("unicode: %j: %s", (env, unicode) => expect(hasUnicode(env)).toBe(unicode));

test("a plot shows the range, and its curve from end to end", () => {
  const options = { columns: 40, rows: 4, from: "0", to: "9" };
  const lines = plot((x) => 2 * x, { ...options, unicode: false }).split("\n");
  expect(lines).toHaveLength(6);
  expect(lines[0]).toMatch(/^ +2 \| +\*+$/);
  expect(lines[3]).toMatch(/^ +0 \|\*+$/);
  expect(plot(() => 0.5, { ...options, unicode: true })).toContain("0.5 │");
  // Far from zero, the axis does not begin there.
  expect(plot((x) => 0.9 + x / 10, { ...options, unicode: true })).toMatch(/^ +0\.9 │/m);
});

test.each([
  ["/data/my photos", undefined, undefined, "2026-03-05-0907-my-photos"],
  ["sample", "lenet", "adamw", "2026-03-05-0907-sample-lenet-adamw"],
  ["Käfer/", undefined, "sgd", "2026-03-05-0907-Käfer-sgd"],
  ["../..", undefined, undefined, "2026-03-05-0907"],
])("a run on %s is named", (data, model, optimizer, name) => {
  expect(nameOf({ data, model, optimizer }, new Date(2026, 2, 5, 9, 7))).toBe(name);
});

test("CSV quotes what needs it, and leaves empty what a row lacks", () => {
  expect(
    toCsv([
      { a: 1, b: 'say "x", twice' },
      { a: null, c: 2 },
    ]),
  ).toBe('a,b,c\n1,"say ""x"", twice",\n,,2\n');
  expect(toCsv([])).toBe("\n");
});
