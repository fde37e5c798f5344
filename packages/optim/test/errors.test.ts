import { describe, expect, test } from "vitest";
import {
  accumulateGradients,
  adam,
  adaptiveGradientClipping,
  clipByGlobalNorm,
  defineOptimizer,
  exponentialMovingAverage,
  lookahead,
  matrices,
  Parameters,
  reductions,
  sharpnessAware,
} from "../src/index.ts";

/** Factories without types: plain JavaScript can make mistakes that the compiler would reject. */
// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

const parameters = (): Parameters => new Parameters({ weight: [2, 3], bias: [3] });

const MISTAKES: readonly (readonly [what: string, act: () => unknown, message: string])[] = [
  // Hyperparameters.
  [
    "an unknown hyperparameter",
    () => adam({ learningRate: 0.1 } as Wrong),
    "adam: unknown hyperparameter 'learningRate'",
  ],
  [
    "a misspelled hyperparameter",
    () => adam({ bata1: 0.9 } as Wrong),
    "adam: unknown hyperparameter 'bata1': did you mean 'beta1'?",
  ],
  [
    "a name in snake case",
    () => adam({ weight_decay: 0.1 } as Wrong),
    "unknown hyperparameter 'weight_decay': did you mean 'weightDecay'?",
  ],
  ["beta1 = 1", () => adam({ beta1: 1 }), "adam: beta1 = 1: expected a number in [0, 1)"],
  ["a negative beta", () => adam({ beta2: -0.1 }), "adam: beta2 = -0.1: expected a number in [0, 1)"],
  ["a negative rate", () => adam({ lr: -0.1 }), "adam: lr = -0.1: expected a number in [0, inf)"],
  ["a rate that is NaN", () => adam({ lr: Number.NaN }), "adam: lr = NaN: expected a number in [0, inf)"],
  [
    "an infinite rate",
    () => adam({ lr: Number.POSITIVE_INFINITY }),
    "adam: lr = Infinity: expected a number in [0, inf)",
  ],
  ["a negative weight decay", () => adam({ weightDecay: -1 }), "adam: weightDecay = -1: expected a number in [0, inf)"],
  ["a negative eps", () => adam({ eps: -1e-8 }), "adam: eps = -1e-8: expected a number in [0, inf)"],
  [
    "text for a number",
    () => adam({ lr: "0.1" } as Wrong),
    'adam: lr = "0.1": expected a number, schedule or function of the step',
  ],
  ["a number for a boolean", () => adam({ amsgrad: 1 } as Wrong), "adam: amsgrad = 1: expected true or false"],
  [
    "an error in a group",
    () => adam({}, { groups: [{ match: /bias/, beta1: 2 }] }),
    "adam, group /bias/: beta1 = 2: expected a number in [0, 1)",
  ],
  [
    "a misspelled name in a group",
    () => adam({}, { groups: [{ match: "bias", rl: 2 } as Wrong] }),
    "unknown hyperparameter 'rl': did you mean 'lr'?",
  ],
  [
    "a wrapper's hyperparameter",
    () => clipByGlobalNorm(adam(), { maxNorm: 0 }),
    "clipByGlobalNorm(adam): maxNorm = 0: expected a number in (0, inf)",
  ],
  [
    "a fraction for a count",
    () => accumulateGradients(adam(), { microSteps: 2.5 }),
    "microSteps = 2.5: expected a number in [1, inf) whole",
  ],
  [
    "the same wrapper twice",
    () => lookahead(lookahead(adam())),
    "lookahead cannot wrap lookahead(adam): both have a hyperparameter 'syncPeriod'",
  ],
  [
    "a wrapper whose lines assign a state of the rule",
    () => adaptiveGradientClipping(define(["largest"], ["largest = max(largest, g)", "w = w - g / largest"])()),
    "adaptiveGradientClipping cannot wrap test: both have a name 'largest'",
  ],
  // Binding.
  [
    "a schedule for a count",
    () => accumulateGradients(adam(), { microSteps: (step) => step + 1 }).bind(parameters()),
    "accumulateGradients(adam): microSteps is fixed when bound: expected a number, not a function",
  ],
  [
    "a group that no tensor is left for",
    () => adam({}, { groups: [{ match: /norm/ }] }).bind(parameters()),
    "adam: no tensor is left for the group /norm/: the tensors are weight, bias",
  ],
  [
    "an unknown backend",
    () => adam().bind(parameters(), { backend: "webgl" } as Wrong),
    'backend is "wasm" or "interpreter", not "webgl"',
  ],
  [
    "an unknown guard",
    () => adam().bind(parameters(), { guard: "warn" } as Wrong),
    'guard is "throw", "skip" or "allow", not "warn"',
  ],
  [
    "wasm in float64",
    () => adam().bind(new Parameters({ x: [1] }, { dtype: "float64" }), { backend: "wasm" }),
    "the wasm backend computes in float32",
  ],
  // Parameters.
  ["no tensors", () => new Parameters({}), "no tensor was named: expected { name: dimensions }"],
  [
    "a tensor named twice",
    () =>
      new Parameters([
        ["x", [1]],
        ["x", [2]],
      ]),
    "tensor 'x' is named twice",
  ],
  [
    "a negative dimension",
    () => new Parameters({ x: [2, -1] }),
    "the shape of 'x' is [2,-1]: expected an array of positive whole numbers",
  ],
  [
    "a dimension of zero",
    () => new Parameters({ x: [0] }),
    "the shape of 'x' is [0]: expected an array of positive whole numbers",
  ],
  [
    "a number for a shape",
    () => new Parameters({ x: 3 } as Wrong),
    "the shape of 'x' is 3: expected an array of positive whole numbers",
  ],
  [
    "an unknown dtype",
    () => new Parameters({ x: [1] }, { dtype: "float16" } as Wrong),
    'dtype is "float32" or "float64", not "float16"',
  ],
  [
    "an arena over the limit",
    () => new Parameters({ x: [600_000_000] }),
    "the arena would need 4.47 GiB (4800000064 bytes), but a WebAssembly memory holds at most 4.00 GiB (4294967296 bytes)",
  ],
  ["a misspelled tensor", () => parameters().value("wieght"), "no tensor is named 'wieght': did you mean 'weight'?"],
  [
    "an unknown tensor",
    () => parameters().gradient("running_mean"),
    "no tensor is named 'running_mean': known are: weight, bias",
  ],
  [
    "a gradient of the wrong length",
    () => parameters().setGradient("weight", [1, 2, 3, 4]),
    "the gradient of 'weight' has 6 numbers (shape [2,3]), but 4 were given",
  ],
  [
    "values of the wrong length",
    () => parameters().setValue("bias", new Float32Array(4)),
    "the value of 'bias' has 3 numbers (shape [3]), but 4 were given",
  ],
  [
    "no closure where one is needed",
    () =>
      sharpnessAware(adam())
        .bind(parameters())
        .step(undefined as Wrong),
    "sharpnessAware(adam) evaluates the gradient twice a step",
  ],
  // Rules.
  [
    "a syntax error in a rule",
    () => rule("w = w - lr * (g + 1"),
    "expected ')', found the end of the line\n  w = w - lr * (g + 1\n                     ^",
  ],
  [
    "an operator without its right side",
    () => rule("w = w -"),
    "expected a value, found the end of the line\n  w = w -\n         ^",
  ],
  [
    "a number beyond float64",
    () => rule("w = w - 1e309 * g"),
    "expected a value, found '1e309'\n  w = w - 1e309 * g\n          ^",
  ],
  ["a foreign character", () => rule("w = w # g"), "unexpected character '#'\n  w = w # g\n        ^"],
  [
    "two values in a row",
    () => rule("w = w g"),
    "expected an operator or the end of the line, found 'g'\n  w = w g\n        ^",
  ],
  ["no assignment", () => rule("w - lr * g"), "expected 'name = expression'\n  w - lr * g\n  ^"],
  [
    "an unknown name in a rule",
    () => rule("w = w - lrr * g"),
    "test: unknown name 'lrr'\n  w = w - lrr * g\n          ^",
  ],
  [
    "an unknown function",
    () => rule("w = w - lr * sqroot(g)"),
    "test: unknown function 'sqroot': did you mean 'sqrt'?\n  w = w - lr * sqroot(g)\n               ^",
  ],
  [
    "too few arguments",
    () => rule("w = w - clamp(g, 1)"),
    "test: 'clamp' takes 3 argument(s), not 2\n  w = w - clamp(g, 1)\n          ^",
  ],
  [
    "an assigned hyperparameter",
    () => rule("lr = lr / 2", "w = w - lr * g"),
    "test: 'lr' is a hyperparameter and cannot be assigned\n  lr = lr / 2\n  ^",
  ],
  ["an assigned given name", () => rule("t = t + 1", "w = w - lr * g"), "test: 't' is given and cannot be assigned"],
  ["w never assigned", () => rule("u = w - lr * g"), "test: 'w' is never assigned"],
  ["a state never assigned", () => define(["m"], ["w = w - lr * m"]), "test: 'm' is never assigned"],
  [
    "a power that needs a vocabulary",
    () => rule("w = w - g^1.5")().bind(parameters()),
    "test: this power of elements needs `uses: [transcendental]`\n  w = w - g^1.5\n           ^",
  ],
  [
    "an axis that is none",
    () => rule("w = w - sum(g, 0)")().bind(parameters()),
    "test: an axis is a whole number from -4 to -1, counted from the last\n  w = w - sum(g, 0)\n          ^",
  ],
  [
    "matrices that do not fit",
    () => rule("w = w - matmul(g, g)")().bind(parameters()),
    "test: matmul of 0123 and 0123: the columns of the first must be the rows of the second\n  w = w - matmul(g, g)\n          ^",
  ],
];

function define(state: readonly string[], lines: readonly string[]) {
  return defineOptimizer({
    name: "test",
    title: "Test",
    paper: "",
    hyperparameters: { lr: 0.1 },
    state,
    rule: lines,
    uses: [reductions, matrices],
  });
}
const rule = (...lines: string[]) => define([], lines);

describe("errors name the mistake and what was expected", () => {
  test.each(MISTAKES)("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("a schedule that leaves its range", () => {
  test.each([
    ["lr", Number.NaN, "adam: lr = NaN at step 2: expected a number in [0, inf)"],
    ["beta1", 1, "adam: beta1 = 1 at step 2: expected a number in [0, 1)"],
  ])("of %s names the step, and nothing changes", (name, value, message) => {
    const tensors = parameters();
    tensors.gradient("weight").fill(1);
    const updater = adam({ [name]: (step: number) => (step < 2 ? 0.5 : value) }).bind(tensors);
    updater.step();
    updater.step();
    const [values, state, hyperparameters] = [tensors.values.slice(), updater.state(), updater.hyperparameters];
    expect(() => updater.step()).toThrow(message);
    expect(tensors.values).toEqual(values);
    expect(updater.state()).toEqual(state);
    expect(updater.hyperparameters).toEqual(hyperparameters);
  });
});

test("an array of the wrong length changes nothing", () => {
  const tensors = parameters();
  tensors.value("weight").fill(3);
  expect(() => tensors.setValue("weight", [1])).toThrow();
  expect([...tensors.value("weight")]).toEqual([3, 3, 3, 3, 3, 3]);
});

test("a state that is evaluated needs no step before it", () => {
  const tensors = parameters();
  tensors.value("weight").fill(3);
  const updater = exponentialMovingAverage(adam()).bind(tensors);
  expect(updater.withEvaluationWeights(() => tensors.value("weight")[0])).toBe(3);
});
