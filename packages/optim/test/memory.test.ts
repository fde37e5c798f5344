import { afterEach, describe, expect, test, vi } from "vitest";
import { adam, clipByGlobalNorm, exponentialMovingAverage, Parameters, sgd, sharpnessAware } from "../src/index.ts";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const SHAPES = { weight: [100_000], bias: [3] };

/** True if two arrays have the same bits; `toEqual` takes seconds for that many numbers. */
const isSame = (a: Float32Array, b: Float32Array): boolean => Buffer.compare(bytes(a), bytes(b)) === 0;
const bytes = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Takes a few steps with an average and a global norm, and returns the weights. */
function descend(parameters: Parameters): Float32Array {
  parameters.values.fill(1);
  const optimizer = exponentialMovingAverage(clipByGlobalNorm(adam({ lr: 0.1, amsgrad: true })));
  const updater = optimizer.bind(parameters);
  for (let step = 0; step < 3; step++) {
    parameters.gradients.fill(Math.cos(step));
    updater.step();
  }
  const weights = updater.withEvaluationWeights(() => parameters.values.slice()) as Float32Array;
  updater.dispose();
  return weights;
}

describe.each(["WebAssembly", "ArrayBuffer"])("memory of %s", (kind) => {
  test("an updater returns its memory, which the next one finds zeroed", () => {
    if (kind === "ArrayBuffer") vi.stubGlobal("WebAssembly", undefined);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const parameters = new Parameters(SHAPES);
    const [view, { byteLength }] = [parameters.value("weight"), parameters.arena.buffer];
    const first = descend(parameters);
    for (let i = 0; i < 3; i++) expect(isSame(descend(parameters), first)).toBe(true);
    expect(parameters.arena.buffer.byteLength).toBe(byteLength);
    expect(view.buffer).toBe(parameters.arena.buffer);
    expect(warn).not.toHaveBeenCalled();
  });

  test("views that growth detaches are announced, and a larger reserve keeps them", () => {
    if (kind === "ArrayBuffer") vi.stubGlobal("WebAssembly", undefined);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const bind = (parameters: Parameters): Parameters => {
      for (let i = 0; i < 6; i++) adam().bind(parameters);
      return parameters;
    };
    bind(new Parameters(SHAPES, { reserve: 12 }));
    expect(warn).not.toHaveBeenCalled();
    bind(new Parameters(SHAPES));
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("detaches views"));
  });
});

test("updaters of equal and different sizes share the memory in any order", () => {
  const parameters = new Parameters(SHAPES);
  const expected = [0, 1, 2].map(() => new Parameters(SHAPES));
  const { byteLength } = parameters.arena.buffer;
  for (let round = 0; round < 4; round++) {
    const updaters = [sgd({ momentum: 0.9 }), adam(), adam({ amsgrad: true })].map((one) => one.bind(parameters));
    const alone = [sgd({ momentum: 0.9 }), adam(), adam({ amsgrad: true })].map((one, i) =>
      one.bind(expected[i] as Parameters),
    );
    for (const [i, updater] of updaters.entries()) {
      parameters.values.fill(1);
      expected[i]?.values.fill(1);
      for (const to of [parameters, expected[i] as Parameters]) to.gradients.fill(0.5 + i);
      for (const one of [updater, alone[i]]) for (let step = 0; step < 2; step++) one?.step();
      expect(isSame(parameters.values as Float32Array, expected[i]?.values as Float32Array)).toBe(true);
    }
    for (const i of [round % 3, (round + 1) % 3, (round + 2) % 3]) updaters[i]?.dispose();
    for (const one of alone) one.dispose();
  }
  expect(parameters.arena.buffer.byteLength).toBe(byteLength);
});

test("a disposed updater throws, and a second dispose has no effect", () => {
  const parameters = new Parameters(SHAPES);
  const updater = adam().bind(parameters);
  const saved = updater.state();
  updater.dispose();
  updater.dispose();
  const calls = [
    () => updater.step(),
    () => updater.state(),
    () => updater.restore(saved),
    () => updater.withEvaluationWeights(() => 1),
  ];
  for (const call of calls) expect(call).toThrow("the updater is disposed");
  const sharp = sharpnessAware(sgd({ lr: 0.1 })).bind(parameters);
  sharp.dispose();
  expect(() => sharp.step(() => 1)).toThrow("the updater is disposed");
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a reserve of %s is an error", (reserve) => {
  expect(() => new Parameters(SHAPES, { reserve })).toThrow(`reserve = ${reserve}: expected a number in [0, inf)`);
});
