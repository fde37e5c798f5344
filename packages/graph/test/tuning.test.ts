import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import type { Device } from "../src/devices/device.ts";
import { compile, gradients, input, ops, type Tensor } from "../src/index.ts";
import { fileTuningCache } from "../src/tuning/file-tuning-cache.ts";
import type { Moment } from "../src/tuning/measure.ts";
import { type Tuner, withFastest } from "../src/tuning/tune.ts";
import type { TuningKey } from "../src/tuning/tuning-key.ts";
import { block } from "./block.ts";
import { noise } from "./differences.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downhill-tuning-"));
  path = join(folder, "downhill", "lowerings.json");
});
afterEach(() => rm(folder, { recursive: true }));

/** Time of each run by variant, in milliseconds; one number for all runs. A variant without a time throws. */
type Costs = Readonly<Record<string, readonly Moment[] | number>>;

/** Simulates a device whose clocks advance by given times, and lists the variants that it compiled. */
function machine(costs: Costs, threads = 1): { readonly tuner: Tuner; readonly tried: string[] } {
  const clock = { wall: 0, cpu: 0 };
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
          if (cost === undefined) throw new Error("not supported on this processor");
          const { wall, cpu: time } =
            typeof cost === "number"
              ? { wall: cost, cpu: cost * threads }
              : (cost[Math.min(run++, cost.length - 1)] as Moment);
          clock.wall += wall;
          clock.cpu += time;
          return {};
        },
        dispose: async () => {},
      };
    },
  };
  const options = { threads, optimize: false, now: () => ({ ...clock }) };
  const budget = { seconds: 1, measuresUnreached: false };
  return { tuner: { device: device as Device, cache: fileTuningCache(path), machine: "M", options, budget }, tried };
}

const keyOf = (
  id: string,
  variants: readonly string[],
  defaultVariant = variants[0] as string,
  multiplyAdds = 1,
): TuningKey => ({
  id,
  variants,
  defaultVariant,
  multiplyAdds,
  model: (variant) => ({ bytes: new TextEncoder().encode(variant), inputs: [], outputs: [] }),
});

/** Returns the variants chosen for some keys, joined. */
const tune = (tuner: Tuner, ...keys: TuningKey[]): Promise<string> =>
  withFastest(tuner, (choose) => keys.map(choose).join());

const written = async (): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

describe("the fastest variant is chosen", () => {
  const abc = keyOf("q", ["a", "b", "c"], "b");
  const rows: readonly (readonly [what: string, costs: Costs, threads: number, chosen: string])[] = [
    ["one thread, by CPU time", { a: 5, b: 4, c: 3 }, 1, "c"],
    ["the default variant where the gain is below 3%", { a: 5, b: 4, c: 3.9 }, 1, "b"],
    ["among those that run", { b: 4, c: 3 }, 1, "c"],
    ["even if the default variant does not run", { a: 5, c: 6 }, 1, "a"],
    ["the default variant where none runs", {}, 1, "b"],
    [
      "by the shortest run",
      {
        a: 5,
        b: 4,
        // The warm-up run does not count.
        c: [0.1, 9, 3, 9].map((ms) => ({ wall: ms, cpu: ms })),
      },
      1,
      "b",
    ],
    ["one thread, regardless of other processes", { a: 5, b: 4, c: [{ wall: 50, cpu: 3 }] }, 1, "c"],
    [
      "several threads, by runs without much disturbance",
      {
        a: 5,
        b: 4,
        c: [
          { wall: 9, cpu: 9 },
          { wall: 9, cpu: 6 },
          { wall: 3, cpu: 5.5 },
        ],
      },
      2,
      "c",
    ],
    ["several threads, among variants with an undisturbed run", { a: 5, b: 4, c: [{ wall: 3, cpu: 4 }] }, 2, "b"],
  ];
  test.each(rows)("%s", async (_, costs, threads, chosen) => {
    expect(await tune(machine(costs, threads).tuner, abc)).toBe(chosen);
  });
});

describe("measuring takes limited time", () => {
  // Each of the four runs of a variant takes 100 ms, so a key takes 0.8 s.
  const slow = { a: 100, b: 50, c: 100, d: 50, e: 100, f: 50 };
  const keys = [
    keyOf("small", ["a", "b"], "a", 1),
    keyOf("large", ["c", "d"], "c", 9),
    keyOf("repeated", ["e", "f"], "e", 5),
    keyOf("repeated", ["e", "f"], "e", 5),
  ];
  const within = ({ tuner, tried }: ReturnType<typeof machine>, seconds: number, measuresUnreached = false) => ({
    tuner: { ...tuner, budget: { seconds, measuresUnreached } },
    tried,
  });

  test("the keys with most multiply-adds in the graph are measured first; the others keep the default variant", async () => {
    const { tuner, tried } = within(machine(slow), 0.5);
    expect(await tune(tuner, ...keys)).toBe("a,c,f,f");
    expect(tried).toEqual(["e", "f"]);
    expect(await written()).toEqual({
      version: 1,
      choices: { M: { repeated: "f", large: "default", small: "default" } },
    });
  });

  test("no time: nothing is measured", async () => {
    const { tuner, tried } = within(machine(slow), 0);
    expect(await tune(tuner, ...keys)).toBe("a,c,e,e");
    expect(tried).toEqual([]);
  });

  test("a later compilation keeps the default variants, unless it sets a limit", async () => {
    await tune(within(machine(slow), 0.5).tuner, ...keys);
    const later = within(machine(slow), 100);
    expect(await tune(later.tuner, ...keys)).toBe("a,c,f,f");
    expect(later.tried).toEqual([]);
    const full = within(machine(slow), 100, true);
    expect(await tune(full.tuner, ...keys)).toBe("b,d,f,f");
    expect(full.tried).toEqual(["c", "d", "a", "b"]);
    expect(await written()).toEqual({ version: 1, choices: { M: { repeated: "f", large: "d", small: "b" } } });
  });
});

describe("a chosen variant is kept", () => {
  const [first, second] = [keyOf("first", ["a", "b"]), keyOf("second", ["c", "d"])];

  test("in another process, without measuring again", async () => {
    expect(await tune(machine({ a: 2, b: 1, c: 1, d: 2 }).tuner, first, second)).toBe("b,c");
    const later = machine({ a: 1, b: 2, c: 2, d: 1 });
    expect(await tune(later.tuner, first, second)).toBe("b,c");
    expect(later.tried).toEqual([]);
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b", second: "c" } } });
    expect(await readdir(dirname(path))).toEqual(["lowerings.json"]);
  });

  test("and only keys that are not cached are measured", async () => {
    await tune(machine({ a: 2, b: 1 }).tuner, first);
    const later = machine({ a: 1, b: 2, c: 2, d: 1 });
    expect(await tune(later.tuner, first, second)).toBe("b,d");
    expect(later.tried).toEqual(["c", "d"]);
  });

  test("separately for each machine", async () => {
    await tune(machine({ a: 2, b: 1 }).tuner, first);
    const other = { ...machine({ a: 1, b: 2 }).tuner, machine: "N" };
    expect(await tune(other, first)).toBe("a");
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b" }, N: { first: "a" } } });
  });

  test("unless this version lacks that variant", async () => {
    await tune(machine({ a: 2, b: 1 }).tuner, first);
    expect(await tune(machine({ a: 2, c: 1 }).tuner, keyOf("first", ["a", "c"]))).toBe("c");
  });

  test("one of two concurrent processes measures", async () => {
    const [one, other] = [machine({ a: 2, b: 1 }), machine({ a: 1, b: 2 })];
    const chosen = await Promise.all([tune(one.tuner, first), tune(other.tuner, first)]);
    expect(chosen[0]).toBe(chosen[1]);
    expect([one.tried, other.tried].filter((tried) => tried.length > 0)).toHaveLength(1);
  });

  test("variants that another process adds meanwhile are kept", async () => {
    const { tuner } = machine({ a: 2, b: 1 });
    const add: typeof tuner.cache.add = async (of, measure) => {
      await tune(machine({ c: 2, d: 1 }).tuner, second);
      return tuner.cache.add(of, measure);
    };
    expect(await tune({ ...tuner, cache: { ...tuner.cache, add } }, first)).toBe("b");
    expect(await written()).toEqual({ version: 1, choices: { M: { first: "b", second: "d" } } });
  });
});

describe("an unusable file", () => {
  const only = keyOf("q", ["a", "b"]);

  test.each([
    ["truncated", '{"version":1,"choi'],
    ["of another format", "[1, 2]"],
    ["of another version", '{"version":2,"choices":{"M":{"q":"a"}}}'],
    ["of other types", '{"version":1,"choices":{"M":{"q":1}}}'],
  ])("%s, counts as empty and is replaced", async (_, text) => {
    await mkdir(dirname(path));
    await writeFile(path, text);
    expect(await tune(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
    expect(await written()).toEqual({ version: 1, choices: { M: { q: "b" } } });
  });

  test("in a folder that cannot be written: nothing is measured, and the default variant is used", async () => {
    // Not even root can create a folder inside a file.
    await writeFile(dirname(path), "");
    const { tuner, tried } = machine({ a: 2, b: 1 });
    expect(await tune(tuner, only)).toBe("a");
    expect(tried).toEqual([]);
  });

  test("a folder at its path: the default variant is used", async () => {
    await mkdir(path, { recursive: true });
    expect(await tune(machine({ a: 2, b: 1 }).tuner, only)).toBe("a");
    expect(await readdir(dirname(path))).toEqual(["lowerings.json"]);
  });

  test("locked by a process that has ended: the lock is removed at once", async () => {
    await mkdir(dirname(path));
    await writeFile(`${path}.lock`, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
    expect(await tune(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
  });

  test("locked long ago by an unknown process: the lock is removed", async () => {
    await mkdir(dirname(path));
    await writeFile(`${path}.lock`, "1");
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(`${path}.lock`, longAgo, longAgo);
    expect(await tune(machine({ a: 2, b: 1 }).tuner, only)).toBe("b");
  });

  test("an error while measuring is thrown, and leaves no lock", async () => {
    const broken = {
      ...only,
      model: () => {
        throw new TypeError("programming error");
      },
    };
    await expect(tune(machine({}).tuner, broken)).rejects.toThrow("programming error");
    expect(await readdir(dirname(path))).toEqual([]);
  });
});

const lowerings = block === null ? (["portable"] as const) : (["portable", "blocked"] as const);

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

  /** Maximum difference, relative to the maximum of `a`. */
  const maxDifference = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0) /
    a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  test.each(lowerings)(
    "%s: variants are measured, cached and give equal bits again; without tuning nothing is measured",
    async (lowering) => {
      const before = process.env.XDG_CACHE_HOME;
      process.env.XDG_CACHE_HOME = folder;
      try {
        const untuned = await run({ lowering, tune: false });
        expect(await readdir(folder)).toEqual([]);
        const tuned = await run({ lowering });
        const { choices } = (await written()) as { choices: Record<string, Record<string, string>> };
        expect(Object.keys(choices)).toHaveLength(1);
        expect(Object.keys(Object.values(choices)[0] as object).join()).toMatch(/weight gradient: \d+x32x16x16 to 64/);
        const again = await run({ lowering });
        for (const [i, values] of tuned.entries()) {
          expect(maxDifference(values, again[i] as Float32Array), "bits").toBe(0);
          expect(maxDifference(values, untuned[i] as Float32Array)).toBeLessThan(1e-4);
        }
      } finally {
        process.env.XDG_CACHE_HOME = before;
      }
    },
  );
});
