import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { blockedWorks } from "../src/blocked/probe.ts";
import { sizeOf } from "../src/core/shape.ts";
import { cpu } from "../src/devices/cpu.ts";
import type { Device } from "../src/devices/device.ts";
import { compile, gradients, input, ops, type Tensor } from "../src/index.ts";
import { fileMemory } from "../src/tuning/file-memory.ts";
import type { Moment } from "../src/tuning/measure.ts";
import type { Question } from "../src/tuning/question.ts";
import { type Tuner, withFastest } from "../src/tuning/tune.ts";
import { noise } from "./differences.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downhill-tuning-"));
  path = join(folder, "downhill", "lowerings.json");
});
afterEach(() => rm(folder, { recursive: true }));

/** What a variant takes in each run, in milliseconds; one number for all runs. It throws where there is none. */
type Costs = Readonly<Record<string, readonly Moment[] | number>>;

/** A device whose time passes as it is told, and the variants that it has run. */
function machine(costs: Costs, threads = 1): { readonly tuner: Tuner; readonly tried: string[] } {
  const clock = { wall: 0, work: 0 };
  const tried: string[] = [];
  const device: Pick<Device, "name" | "compile"> = {
    name: "cpu",
    async compile(bytes) {
      const variant = new TextDecoder().decode(bytes);
      const cost = costs[variant];
      tried.push(variant);
      let run = 0;
      return {
        async run() {
          if (cost === undefined) throw new Error("no such thing on this processor");
          const { wall, work } =
            typeof cost === "number"
              ? { wall: cost, work: cost * threads }
              : (cost[Math.min(run++, cost.length - 1)] as Moment);
          clock.wall += wall;
          clock.work += work;
          return {};
        },
        dispose: async () => {},
      };
    },
  };
  const options = { threads, optimize: false, now: () => ({ ...clock }) };
  return { tuner: { device: device as Device, memory: fileMemory(path), machine: "M", options }, tried };
}

const question = (key: string, variants: readonly string[], usual = variants[0] as string): Question => ({
  key,
  variants,
  usual,
  trial: (variant) => ({ bytes: new TextEncoder().encode(variant), inputs: [], outputs: [] }),
});

/** The answers to some questions, joined. */
const ask = (tuner: Tuner, ...questions: Question[]): Promise<string> =>
  withFastest(tuner, (choose) => questions.map(choose).join());

const written = async (): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

describe("the fastest is chosen", () => {
  const abc = question("q", ["a", "b", "c"], "b");
  const rows: readonly (readonly [what: string, costs: Costs, threads: number, chosen: string])[] = [
    ["by its time", { a: 5, b: 4, c: 3 }, 1, "c"],
    ["but for a gain of less than three percent the usual one", { a: 5, b: 4, c: 3.9 }, 1, "b"],
    ["of those that run", { b: 4, c: 3 }, 1, "c"],
    ["also where the usual one does not run", { a: 5, c: 6 }, 1, "a"],
    ["the usual one where none runs", {}, 1, "b"],
    [
      "by the shortest run",
      {
        a: 5,
        b: 4,
        // One run to warm up, which does not count.
        c: [0.1, 9, 3, 9].map((ms) => ({ wall: ms, work: ms })),
      },
      1,
      "b",
    ],
    ["one thread: by its own work, whatever others do", { a: 5, b: 4, c: [{ wall: 50, work: 3 }] }, 1, "c"],
    [
      "several threads: by runs in which others did little",
      {
        a: 5,
        b: 4,
        c: [
          { wall: 9, work: 9 },
          { wall: 9, work: 6 },
          { wall: 3, work: 5.5 },
        ],
      },
      2,
      "c",
    ],
    ["several threads: not one that was always disturbed", { a: 5, b: 4, c: [{ wall: 3, work: 4 }] }, 2, "b"],
  ];
  test.each(rows)("%s", async (_, costs, threads, chosen) => {
    expect(await ask(machine(costs, threads).tuner, abc)).toBe(chosen);
  });
});

describe("what is chosen stays", () => {
  const [first, second] = [question("first", ["a", "b"]), question("second", ["c", "d"])];

  test("in another process, without measuring again", async () => {
    expect(await ask(machine({ a: 2, b: 1, c: 1, d: 2 }).tuner, first, second)).toBe("b,c");
    const later = machine({ a: 1, b: 2, c: 2, d: 1 });
    expect(await ask(later.tuner, first, second)).toBe("b,c");
    expect(later.tried).toEqual([]);
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b", second: "c" } } });
    expect(await readdir(dirname(path))).toEqual(["lowerings.json"]);
  });

  test("only what is not known is measured", async () => {
    await ask(machine({ a: 2, b: 1 }).tuner, first);
    const later = machine({ a: 1, b: 2, c: 2, d: 1 });
    expect(await ask(later.tuner, first, second)).toBe("b,d");
    expect(later.tried).toEqual(["c", "d"]);
  });

  test("for each machine by itself", async () => {
    await ask(machine({ a: 2, b: 1 }).tuner, first);
    const other = { ...machine({ a: 1, b: 2 }).tuner, machine: "N" };
    expect(await ask(other, first)).toBe("a");
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b" }, N: { first: "a" } } });
  });

  test("unless it is no variant any more", async () => {
    await ask(machine({ a: 2, b: 1 }).tuner, first);
    expect(await ask(machine({ a: 2, c: 1 }).tuner, question("first", ["a", "c"]))).toBe("c");
  });

  test("of two processes that ask at once, one measures", async () => {
    const [one, other] = [machine({ a: 2, b: 1 }), machine({ a: 1, b: 2 })];
    const answers = await Promise.all([ask(one.tuner, first), ask(other.tuner, first)]);
    expect(answers[0]).toBe(answers[1]);
    expect([one.tried, other.tried].filter((tried) => tried.length > 0)).toHaveLength(1);
  });

  test("what another process adds meanwhile is kept", async () => {
    const { tuner } = machine({ a: 2, b: 1 });
    const add: typeof tuner.memory.add = async (of, work) => {
      await ask(machine({ c: 2, d: 1 }).tuner, second);
      return tuner.memory.add(of, work);
    };
    expect(await ask({ ...tuner, memory: { ...tuner.memory, add } }, first)).toBe("b");
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b", second: "d" } } });
  });
});

describe("a file that cannot be used", () => {
  const only = question("q", ["a", "b"]);

  test.each([
    ["cut off", '{"version":1,"choi'],
    ["something else", "[1, 2]"],
    ["of another version", '{"version":2,"choices":{"M":{"q":"a"}}}'],
    ["of other types", '{"version":1,"choices":{"M":{"q":1}}}'],
  ])("%s: it counts as empty, and is replaced", async (_, text) => {
    await mkdir(dirname(path));
    await writeFile(path, text);
    expect(await ask(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
    expect(await written()).toEqual({ version: 1, choices: { M: { q: "b" } } });
  });

  test("in a folder that cannot be written: nothing is measured, and the usual variant is taken", async () => {
    // Whoever may do anything cannot make a folder in a file either.
    await writeFile(dirname(path), "");
    const { tuner, tried } = machine({ a: 2, b: 1 });
    expect(await ask(tuner, only)).toBe("a");
    expect(tried).toEqual([]);
  });

  test("a folder in its place: the usual variant is taken", async () => {
    await mkdir(path, { recursive: true });
    expect(await ask(machine({ a: 2, b: 1 }).tuner, only)).toBe("a");
    expect(await readdir(dirname(path))).toEqual(["lowerings.json"]);
  });

  test("locked by a process that has ended: the lock is broken at once", async () => {
    await mkdir(dirname(path));
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    expect(await ask(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
  });

  test("locked by a process that nobody knows, long ago: the lock is broken", async () => {
    await mkdir(dirname(path));
    await writeFile(`${path}.lock`, "1");
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await ask(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
  });

  test("what goes wrong while measuring is not hidden, and leaves no lock", async () => {
    const broken = {
      ...only,
      trial: () => {
        throw new TypeError("a mistake of ours");
      },
    };
    await expect(ask(machine({}).tuner, broken)).rejects.toThrow("a mistake of ours");
    expect(await readdir(dirname(path))).toEqual([]);
  });
});

const lowerings = (await blockedWorks(cpu)) ? (["portable", "blocked"] as const) : (["portable"] as const);

describe("programs", () => {
  const [x, weight] = [input("x", [16, 32, 16, 16]), input("weight", [64, 32, 3, 3])];
  const y = ops.conv2d(x, weight, undefined, { padding: 1 });
  const [dx, dweight] = gradients(ops.mean(ops.square(y)), [x, weight]) as [Tensor, Tensor];
  const feeds = {
    x: Float32Array.from(noise(sizeOf(x.shape))),
    weight: Float32Array.from(noise(sizeOf(weight.shape), 1)),
  };

  async function run(options: Parameters<typeof compile>[1]): Promise<Float32Array[]> {
    const program = await compile({ y, dx, dweight }, options);
    const results = await program.run(feeds);
    await program.dispose();
    return Object.values(results);
  }

  /** The largest, relative to the largest number. */
  const differences = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) /
    a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  test.each(lowerings)("%s: measured, remembered, the same bits again; without tuning nothing is", async (lowering) => {
    const before = process.env.XDG_CACHE_HOME;
    process.env.XDG_CACHE_HOME = folder;
    try {
      const usual = await run({ lowering, tune: false });
      expect(await readdir(folder)).toEqual([]);
      const tuned = await run({ lowering });
      const { choices } = (await written()) as { choices: Record<string, Record<string, string>> };
      expect(Object.keys(choices)).toHaveLength(1);
      expect(Object.keys(Object.values(choices)[0] as object).join()).toMatch(/weight gradient: \d+x32x16x16 to 64/);
      const again = await run({ lowering });
      for (const [i, values] of tuned.entries()) {
        expect(differences(values, again[i] as Float32Array), "bits").toBe(0);
        expect(differences(values, usual[i] as Float32Array)).toBeLessThan(1e-4);
      }
    } finally {
      process.env.XDG_CACHE_HOME = before;
    }
  });
});
