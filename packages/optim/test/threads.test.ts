import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FunctionBody, ModuleBuilder } from "../src/backends/wasm/assembler.ts";
import { adam, clipByGlobalNorm, exponentialMovingAverage, type Optimizer, Parameters } from "../src/index.ts";
import type { Crew } from "../src/threads/crew.ts";
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";

afterEach(() => vi.unstubAllGlobals());

/** Enough elements for threads. The last tensor is smaller than a chunk, and no length is a multiple of a chunk's. */
const SHAPES = { large: [1027, 1019], medium: [3, 23_333], small: [5, 7] };
const I32_STORE = 0x36;
const { Memory } = WebAssembly;

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Fills an array with numbers of both signs. */
function fill(target: Float32Array, step: number): void {
  const pattern = Float32Array.from({ length: 4099 }, (_, i) => Math.sin(1 + i * (step + 1)) / 8);
  for (let at = 0; at < target.length; at += pattern.length) {
    target.set(pattern.subarray(0, Math.min(pattern.length, target.length - at)), at);
  }
}

/** Takes steps. Returns the values and the states. */
function descend(parameters: Parameters, optimizer: Optimizer, steps = 3): unknown[] {
  fill(parameters.values, 0);
  const updater = optimizer.bind(parameters);
  for (let step = 1; step <= steps; step++) {
    fill(parameters.gradients, step);
    updater.step();
  }
  const { tensors } = updater.state();
  updater.dispose();
  return [parameters.values.slice(), ...Object.values(tensors).flatMap(({ values }) => Object.values(values))];
}

function expectSameBits(found: unknown[], expected: unknown[]): void {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of found.entries()) {
    if (value instanceof Float32Array) {
      expect(Buffer.compare(bytesOf(value), bytesOf(expected[i] as Float32Array))).toBe(0);
    } else expect(value).toBe(expected[i]);
  }
}

/** Runs two chunks, of which the calling thread ends the first only after another thread has run the second. */
function runOnBothThreads(parameters: Parameters): void {
  const { arena } = parameters;
  const crew = arena.crew() as Crew;
  const builder = new ModuleBuilder();
  const kernel = builder.kernel(new FunctionBody().get(1).get(2).memory(I32_STORE).i32(1));
  const module = crew.add(new WebAssembly.Module(builder.encode(true)));
  const [own, other] = [arena.allocate(64), arena.allocate(64)];
  const words = new Int32Array(arena.buffer);
  const chunk = { module, kernel, frame: 0, key: 7 };
  const finite = crew.run(
    [
      { ...chunk, uniforms: own },
      { ...chunk, uniforms: other },
    ],
    () => {
      const deadline = performance.now() + 60e3;
      while (Atomics.load(words, other >> 2) !== 7 && performance.now() < deadline);
      return 1;
    },
  );
  expect([finite, words[own >> 2], words[other >> 2]]).toEqual([true, 0, 7]);
  arena.release(own, 64);
  arena.release(other, 64);
}

describe("two threads", () => {
  const alone = new Parameters(SHAPES);
  const together = new Parameters(SHAPES, { threads: 2 });

  test("share the memory, and both run chunks", () => {
    expect(alone.arena.isShared).toBe(false);
    expect(together.arena.isShared).toBe(true);
    expect(together.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    runOnBothThreads(together);
  });

  const wrapped = { "with a global norm": clipByGlobalNorm, "with an average": exponentialMovingAverage };
  test.each([
    // Matrix products of these shapes take seconds, and are not divided.
    ...OPTIMIZER_TABLE.filter(({ optimizer }) => !optimizer.rule.vocabulary.passes?.product).map(
      ({ optimizer, descent }) => [optimizer.name, () => optimizer(descent)] as const,
    ),
    ...Object.entries(wrapped).map(([name, wrap]) => [name, () => wrap(adam({ amsgrad: true }))] as const),
  ])("compute the bits of one: %s", (_, create) => {
    const optimizer = create();
    expectSameBits(descend(together, optimizer), descend(alone, optimizer));
  });

  test("find a gradient that is not finite, whose weight keeps its value", () => {
    const updater = adam().bind(together);
    together.values.fill(1);
    together.gradients.fill(0.5);
    const index = 1_000_003;
    together.gradient("large")[index] = Number.NaN;
    expect(() => updater.step()).toThrow(`the gradient of 'large' is NaN at index ${index}`);
    expect(together.value("large")[index]).toBe(1);
    updater.dispose();
  });

  test("resume the state of one", () => {
    const optimizer = adam();
    const results = [alone, together].map((next) => {
      fill(alone.values, 0);
      fill(alone.gradients, 1);
      const first = optimizer.bind(alone);
      first.step();
      const [values, state] = [alone.values.slice(), first.state()];
      first.dispose();
      next.values.set(values);
      fill(next.gradients, 2);
      const second = optimizer.bind(next);
      second.restore(state);
      second.step();
      second.dispose();
      return [next.values.slice()];
    });
    expectSameBits(...(results as [unknown[], unknown[]]));
  });

  test("views stay valid when the memory grows, without a warning", () => {
    const warn = vi.spyOn(console, "warn");
    const parameters = new Parameters(SHAPES, { threads: 2, reserve: 0 });
    const view = parameters.value("large");
    const updater = adam().bind(parameters);
    parameters.gradients.fill(1);
    updater.step();
    expect(view[0]).toBeLessThan(0);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe("threads are not used", () => {
  test.each([
    ["for fewer than a million elements", () => new Parameters({ x: [2 ** 20 - 4] }, { threads: 2 })],
    ["for float64", () => new Parameters({ x: [2 ** 20] }, { threads: 2, dtype: "float64" })],
    [
      "in engines without shared memory",
      () => {
        vi.stubGlobal("SharedArrayBuffer", undefined);
        return new Parameters({ x: [2 ** 20] }, { threads: 2 });
      },
    ],
    [
      "in engines other than Node",
      () => {
        vi.stubGlobal("process", undefined);
        return new Parameters({ x: [2 ** 20] }, { threads: 2 });
      },
    ],
    [
      "if the system grants no shared memory",
      () => {
        vi.stubGlobal("WebAssembly", { ...members(WebAssembly), Memory: plainMemory });
        return new Parameters({ x: [2 ** 20] }, { threads: 2 });
      },
    ],
  ])("%s", (_, create) => {
    const { arena } = create();
    expect([arena.isShared, arena.crew()]).toEqual([false, null]);
  });

  test.each([0, 1.5, Number.NaN, "2"])("threads = %s is an error", (threads) => {
    expect(() => new Parameters({ x: [4] }, { threads: threads as number })).toThrow(
      "expected a positive whole number",
    );
  });
});

const members = (of: object): object =>
  Object.fromEntries(Object.getOwnPropertyNames(of).map((name) => [name, of[name as never]]));

function plainMemory({ shared, initial }: WebAssembly.MemoryDescriptor): WebAssembly.Memory {
  if (shared) throw new RangeError("out of memory");
  return new Memory({ initial });
}

test("threads end with the process, and with the memory of their parameters", async () => {
  const index = new URL("../dist/index.js", import.meta.url).href;
  const script = `
    import { setTimeout } from "node:timers/promises";
    import { readdirSync } from "node:fs";
    import { adam, Parameters } from ${JSON.stringify(index)};
    const threads = () => (process.platform === "linux" ? readdirSync("/proc/self/task").length : 0);
    const step = () => {
      const parameters = new Parameters({ x: [2 ** 20] }, { threads: 3 });
      adam().bind(parameters).step();
      return parameters;
    };
    const before = threads();
    let parameters = step();
    await setTimeout(200);
    const during = threads();
    parameters = null;
    for (let i = 0; i < 100 && threads() > before; i++) {
      gc();
      await setTimeout(50);
    }
    const after = threads();
    globalThis.kept = step();
    console.log(JSON.stringify({ started: during > before, ended: after === before }));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--input-type=module", "--eval", script],
    { timeout: 60e3 },
  );
  expect(JSON.parse(stdout)).toEqual(
    process.platform === "linux" ? { started: true, ended: true } : { started: false, ended: true },
  );
});
