import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as optim from "../src/index.ts";
import { type Optimizer, Parameters } from "../src/index.ts";
import { OPTIMIZER_TABLE } from "./optimizer-table.ts";

// Any part of a saved state that is deleted, added or replaced throws an error that names it, and changes nothing.

const { sgd, adam } = optim;
const WRAPPED: readonly (readonly [string, () => Optimizer])[] = [
  ["accumulateGradients", () => optim.accumulateGradients(adam(), { microSteps: 3 })],
  ["lookahead", () => optim.lookahead(adam())],
  ["exponentialMovingAverage", () => optim.exponentialMovingAverage(optim.lookahead(adam()))],
  ["stochasticWeightAveraging", () => optim.stochasticWeightAveraging(adam())],
  ["gradientNoise", () => optim.gradientNoise(optim.clipByGlobalNorm(adam()))],
];
const ALL: readonly (readonly [string, () => Optimizer])[] = [
  ...OPTIMIZER_TABLE.map(({ optimizer, descent }) => [optimizer.name, () => optimizer(descent)] as const),
  ...WRAPPED,
];

/** Any part of a state, changed in the same way. */
interface Restorable {
  state(): object;
  restore(saved: never): void;
}

function underway(optimizer: Optimizer): Restorable {
  const shapes: Record<string, number[]> = {
    matrix: [2, 3],
    ...(optimizer.parts.minimumRank > 1 ? {} : { bias: [2] }),
  };
  const parameters = new Parameters(shapes);
  parameters.values.fill(0.5);
  parameters.gradients.fill(0.25);
  const updater = optimizer.bind(parameters);
  updater.step();
  updater.step();
  return updater;
}

type Path = readonly string[];
// biome-ignore lint/suspicious/noExplicitAny: a state is taken to pieces
type Any = any;

/** Returns the paths of all parts of a state: fields, tensors, shapes, values. */
function pathsOf(value: Any, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Array.isArray(value)) return [path];
  return [
    ...(path.length === 0 ? [] : [path]),
    ...Object.keys(value).flatMap((key) => pathsOf(value[key], [...path, key])),
  ];
}

const at = (state: Any, path: Path): Any => path.reduce((inner, key) => inner[key], state);
const parentOf = (state: Any, path: Path): [Any, string] => [at(state, path.slice(0, -1)), path.at(-1) as string];

const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
/** Values that a state never contains, except numbers and arrays, which depend on the place. */
const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  true,
  "x",
  "",
  -1,
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  10n,
  Symbol("s"),
  () => 1,
  {},
  cyclic,
  Object.create(null),
  [],
  [1, "a"],
  [[2, 3]],
  new Date(0),
  new Map(),
  new Float32Array(1),
  new Float64Array(6),
  new Int32Array(6),
  new Uint8Array(2),
  new ArrayBuffer(8),
  { length: 6 },
];

/** True if a value fits a place: numbers of the host accept any number, and a matching array fits. */
function isFitting(before: unknown, garbage: unknown, path: Path): boolean {
  if (path[0] === "tensors" && typeof before === "number") return typeof garbage === "number";
  if (before instanceof Float32Array && garbage instanceof Float32Array) return before.length === garbage.length;
  if (path.at(-1) === "seed") return Number.isSafeInteger(garbage);
  if (path[0] === "scalars" && !["iterations", "evaluations", "history"].includes(path[1] as string)) {
    return Number.isFinite(garbage);
  }
  const isCount = Number.isSafeInteger(garbage) && (garbage as number) >= 0;
  if (path.length === 1 && path[0] === "step") return isCount;
  if (path[0] === "scalars" && ["iterations", "evaluations"].includes(path[1] as string)) return isCount;
  // An empty record is a complete tensor without state.
  const isEmpty = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    Object.keys(value).length === 0;
  return path.at(-1) === "values" && isEmpty(before) && isEmpty(garbage);
}

function refuses(one: Restorable, spoilt: unknown): void {
  const before = one.state();
  let error: unknown;
  try {
    one.restore(spoilt as never);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(TypeError);
  expect((error as Error).message).toMatch(/^the saved state does not fit: \S/);
  expect((error as Error).message.length).toBeLessThan(400);
  expect(one.state()).toEqual(before);
}

function checkAll(one: Restorable): void {
  const paths = pathsOf(one.state());
  for (const path of paths) {
    const [deleted, name] = [structuredClone(one.state()), path.at(-1) as string];
    delete parentOf(deleted, path)[0][name];
    refuses(one, deleted);
    for (const garbage of GARBAGE) {
      const replaced = structuredClone(one.state());
      const [parent] = parentOf(replaced, path);
      if (isFitting(parent[name], garbage, path)) continue;
      parent[name] = garbage;
      refuses(one, replaced);
    }
    const part = at(one.state(), path);
    if (typeof part !== "object" || Array.isArray(part) || ArrayBuffer.isView(part)) continue;
    const added = structuredClone(one.state());
    at(added, path).foreign = 1;
    refuses(one, added);
  }
  for (const garbage of GARBAGE) refuses(one, garbage);
  refuses(one, { ...one.state(), foreign: 1 });
  // Inherited properties are not part of a state.
  refuses(one, Object.create(one.state()));
}

test.each(ALL)("%s rejects every state with a missing, unknown or wrong part", (_, optimizer) => {
  checkAll(underway(optimizer()));
});

test("sharpnessAware does too", () => {
  const parameters = new Parameters({ matrix: [2, 3] });
  const updater = optim.sharpnessAware(optim.accumulateGradients(adam(), { microSteps: 3 })).bind(parameters);
  parameters.gradients.fill(0.25);
  for (let i = 0; i < 4; i++) updater.step(() => 1);
  checkAll(updater);
});

test("L-BFGS does too", () => {
  const parameters = new Parameters({ x: [2], y: [3] }, { dtype: "float64" });
  parameters.values.fill(1);
  const updater = optim.lbfgs({ lineSearchFn: "strong_wolfe", maxIter: 2 }).bind(parameters);
  const closure = (): number => {
    for (const name of ["x", "y"]) {
      parameters.setGradient(
        name,
        Array.from(parameters.value(name), (v, i) => 2 * (i + 1) * v),
      );
    }
    return [...parameters.value("x"), ...parameters.value("y")].reduce((sum, v, i) => sum + ((i % 3) + 1) * v * v, 0);
  };
  updater.step(closure);
  checkAll(updater);
});

test("every other optimizer rejects a state, and so do the same wrappers in another order", () => {
  const wrapped = (...[outer, inner]: ((optimizer: Optimizer) => Optimizer)[]): Optimizer =>
    (outer as (optimizer: Optimizer) => Optimizer)((inner as (optimizer: Optimizer) => Optimizer)(sgd()));
  const { clipByNorm, clipByValue, lookahead, exponentialMovingAverage } = optim;
  const all = [
    ...ALL.map(([, optimizer]) => optimizer()),
    wrapped(clipByNorm, clipByValue),
    wrapped(clipByValue, clipByNorm),
    wrapped(exponentialMovingAverage, lookahead),
  ].filter(({ parts }) => parts.minimumRank < 2);
  const updaters = all.map((optimizer) => ({ name: optimizer.name, updater: underway(optimizer) }));
  for (const { name, updater } of updaters) {
    for (const other of updaters) {
      if (other.name === name) continue;
      expect(() => updater.restore(other.updater.state() as never)).toThrow(
        `the saved state does not fit: it was saved by '${other.name}', and this is '${name}'`,
      );
    }
  }
});

describe("states inside an update", () => {
  const accumulating = (microSteps: number, calls: number) => {
    const parameters = new Parameters({ x: [2] });
    parameters.gradients.fill(1);
    const updater = optim.accumulateGradients(sgd({ lr: 0.1 }), { microSteps }).bind(parameters);
    for (let i = 0; i < calls; i++) updater.step();
    return { updater, parameters };
  };

  test("of another number of micro-steps are rejected, with both numbers", () => {
    for (const [saved, calls, here] of [
      [4, 3, 2],
      [4, 1, 2],
      [2, 1, 4],
    ] as const) {
      const { updater } = accumulating(here, 0);
      expect(() => updater.restore(accumulating(saved, calls).updater.state())).toThrow(
        `it was saved after ${calls} of ${saved} micro-steps, and an update has ${here} here`,
      );
      for (let i = 0; i < here; i++) updater.step();
      expect(updater.steps).toBe(1);
    }
  });

  test("between updates fit another number of micro-steps", () => {
    const { updater } = accumulating(2, 0);
    updater.restore(accumulating(4, 4).updater.state());
    updater.step();
    updater.step();
    expect(updater.steps).toBe(2);
  });

  test("do not fit an optimizer without accumulation", () => {
    const plain = sgd().bind(new Parameters({ x: [2] }));
    expect(() => plain.restore({ ...plain.state(), microStep: 1 })).toThrow(
      "it was saved after 1 of 1 micro-steps, and an update has 1 here",
    );
  });
});

test("any JSON is either rejected or the state", () => {
  const updater = underway(adam());
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => refuses(updater, JSON.parse(text))),
    { numRuns: 200 },
  );
});

test("a seed is a whole number", () => {
  for (const seed of [0.5, Number.NaN, "1"]) {
    expect(() => sgd().bind(new Parameters({ x: [1] }), { seed: seed as number })).toThrow(
      "seed is a whole number, not",
    );
  }
});
