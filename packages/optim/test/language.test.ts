import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BindOptions, defineOptimizer, matrices, Parameters, randomness, reductions } from "../src/index.ts";

interface Setting extends BindOptions {
  readonly shape?: readonly number[];
  readonly dtype?: "float32" | "float64";
  readonly state?: readonly string[];
  readonly steps?: number;
}

/** Runs lines over w = W and g = G, with the hyperparameters lr = 0.1, k = 3, on = true and mode = 'slow'. */
function run(lines: readonly string[], w: ArrayLike<number>, g: ArrayLike<number>, setting: Setting = {}) {
  const { shape = [w.length], dtype = "float64", state = [], steps = 1, ...options } = setting;
  const optimizer = defineOptimizer({
    name: "test",
    title: "",
    paper: "",
    hyperparameters: { lr: 0.1, k: 3, on: true, mode: "slow" },
    choices: { mode: ["slow", "fast"] },
    state,
    rule: lines,
    uses: [reductions, matrices, randomness],
  });
  const parameters = new Parameters({ x: shape }, { dtype });
  parameters.setValue("x", w);
  parameters.setGradient("x", g);
  const updater = optimizer().bind(parameters, { guard: "allow", ...options });
  for (let step = 0; step < steps; step++) updater.step();
  return { values: [...parameters.value("x")], state: updater.state().tensors.x?.values ?? {} };
}

const value = (expression: string, w = 2, g = 5): number => run([`w = ${expression}`], [w], [g]).values[0] as number;

describe("an expression has its mathematical meaning", () => {
  test.each([
    ["1 - 2 - w", -3],
    ["12 / 2 / 3 * w", 4],
    ["2 * w^3", 16],
    ["-w^2", -4],
    ["(-w)^2", 4],
    ["2^w^3", 256],
    ["w^-1", 0.5],
    ["w^0.5 * w^0.5", 2.0000000000000004],
    ["-w * -g", 10],
    ["w - -g", 7],
    ["7 % 4 + -1 % 4", 6],
    ["g % w", 1],
    ["1 + w < g * 1", 1],
    ["w < g == 1", 1],
    ["w >= g", 0],
    ["w <= 2", 1],
    ["w != g", 1],
    ["!w", 0],
    ["w > 3 ? 1 : g > 3 ? 10 : 100", 10],
    ["on ? w : g", 2],
    ["!on ? w : g", 5],
    ["mode == 'slow' ? w : g", 2],
    ["mode != 'slow' ? w : g", 5],
    ["where(w > g, w, g)", 5],
    ["clamp(g, 0, k)", 3],
    ["min(w, g, 1) + max(w, g, 9)", 10],
    ["abs(-g) + sign(-g) + sign(0 * w)", 4],
    ["sqrt(exp(log(w)) * 8)", 4],
    ["floor(-2.5 * w / 2) + cos(0 * w)", -2],
    ["float32(w * 0.1)", Math.fround(0.2)],
    ["1e-1 + .5 + 2E0 + 0 * w", 2.6],
    ["t + rank * 10 + size * 100", 111],
  ])("%s", (expression, expected) => {
    expect(value(expression)).toBeCloseTo(expected, 14);
  });

  test("lines run in order, and a name has its latest value", () => {
    const { values } = run(["u = w + g", "g = u * 2", "u = u + g", "w = u - g"], [2], [5]);
    expect(values).toEqual([7]);
  });
});

describe("reductions", () => {
  const w = [1, -2, 3, 4, 5, -6];
  const g = [1, 1, 2, 2, 3, 3];
  test.each([
    ["sum(w)", [6], [5, 5, 5, 5, 5, 5]],
    ["mean(w * g)", [6], Array(6).fill((1 - 2 + 6 + 8 + 15 - 18) / 6)],
    ["norm(w)", [6], Array(6).fill(Math.sqrt(91))],
    ["maximum(w)", [6], Array(6).fill(5)],
    ["sum(w, -1)", [2, 3], [2, 2, 2, 3, 3, 3]],
    ["mean(w, -2)", [2, 3], [2.5, 1.5, -1.5, 2.5, 1.5, -1.5]],
    ["maximum(w, -1) + sum(w, -2)", [2, 3], [8, 6, 0, 10, 8, 2]],
    ["unitMean(w)", [2, 3, 1], [2 / 3, 2 / 3, 2 / 3, 1, 1, 1]],
    ["unitNorm(w)", [6], Array(6).fill(Math.sqrt(91))],
    ["mean(sum(w, -1), -2)", [2, 3], Array(6).fill(2.5)],
    ["sum(w * sum(w, -1))", [2, 3], Array(6).fill(2 * 2 + 3 * 3)],
    [
      "sum(matmul(w, transpose(w)))",
      [2, 3],
      Array(6).fill(
        5 * 5 -
          2 * (1 * 4 - 2 * 5 - 3 * 6) +
          2 * (4 - 10 - 18) -
          25 +
          (3 * 0 + (1 + 4) ** 2 + (-2 + 5) ** 2 + (3 - 6) ** 2),
      ),
    ],
    ["matmul(matmul(w, transpose(w)), g)", [2, 3], [14 - 48, 14 - 72, 28 - 72, -24 + 154, -24 + 231, -48 + 231]],
    ["rows + 10 * columns", [2, 3], Array(6).fill(32)],
    ["rows > columns ? 1 : 2", [2, 3], Array(6).fill(2)],
  ])("%s over %j", (expression, shape, expected) => {
    const settings: Setting[] = [{}, { asWritten: false }, { dtype: "float32", backend: "wasm" }];
    for (const setting of settings) {
      const { values } = run([`w = ${expression}`], w, g, { shape, ...setting });
      for (const [i, x] of expected.entries()) expect(values[i]).toBeCloseTo(x, setting.backend ? 4 : 10);
    }
  });
});

describe("a state", () => {
  test("has the shape of its assigned value, and starts at zero", () => {
    const lines = [
      "element = element + g",
      "row = row + sum(g, -1)",
      "column = column + sum(g, -2)",
      "tensor = tensor + sum(g)",
      "product = (t == 1 ? 1 : product) * 0.5",
      "w = w + element + row + column + tensor + product",
    ];
    const state = ["element", "row", "column", "tensor", "product"];
    for (const setting of [{}, { dtype: "float32", backend: "wasm" }] as const) {
      const { state: kept } = run(lines, [0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6], {
        shape: [2, 3],
        state,
        steps: 2,
        ...setting,
      });
      const plain = Object.fromEntries(
        Object.entries(kept).map(([name, x]) => [name, typeof x === "number" ? x : [...x]]),
      );
      expect(plain).toEqual({
        element: [2, 4, 6, 8, 10, 12],
        row: [12, 30],
        column: [10, 14, 18],
        tensor: 42,
        product: 0.25,
      });
    }
  });

  test("on which no weight depends is not kept", () => {
    const lines = ["used = used + g", "unused = unused + used", "w = w - lr * used"];
    expect(Object.keys(run(lines, [1], [1], { state: ["used", "unused"] }).state)).toEqual(["used"]);
  });

  test("may be assigned a smaller value", () => {
    for (const backend of ["interpreter", "wasm"] as const) {
      const { values, state } = run(["m = t == 2 ? 7 : m + g", "w = w + m"], [0, 0, 0, 0, 0], [1, 2, 3, 4, 5], {
        state: ["m"],
        steps: 3,
        dtype: "float32",
        backend,
      });
      expect([...(state.m as Float32Array)]).toEqual([8, 9, 10, 11, 12]);
      expect(values).toEqual([16, 18, 20, 22, 24]);
    }
  });
});

describe("the float32 functions", () => {
  const near = (a: number, b: number): boolean =>
    Object.is(a, b) || Math.abs(a - b) <= 2 ** -23 * Math.abs(b) * 1.01 + 2 ** -149;
  const inputs = [
    0,
    -0,
    1,
    1 - 2 ** -24,
    1 + 2 ** -23,
    2 ** -149,
    2 ** -126,
    3.4e38,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    -1,
    88.7,
    -87.3,
    100,
    -104,
  ];
  const floats = fc.float({ noNaN: false });
  test.each<[string, (x: number, y: number) => number]>([
    ["exp(w)", (x) => Math.exp(x)],
    ["log(w)", (x) => Math.log(x)],
    ["w^g", (x, y) => (x < 0 && y !== 0 ? Number.NaN : x ** y)],
    ["w^0.333333333333333333", (x) => (x < 0 ? Number.NaN : x ** Math.fround(1 / 3))],
  ])("%s are right to one unit in the last place, and the same on both backends", (expression, exact) => {
    const rows = fc.sample(fc.tuple(floats, fc.float({ min: -3, max: 3, noNaN: true })), { numRuns: 3000, seed: 1 });
    const w = Float32Array.from([...inputs, ...rows.map(([x]) => x)]);
    const g = Float32Array.from([...inputs.map(() => 0.5), ...rows.map(([, y]) => y)]);
    const [a, b] = (["interpreter", "wasm"] as const).map(
      (backend) => run([`w = ${expression}`], w, g, { dtype: "float32", backend }).values,
    );
    for (const [i, x] of w.entries()) {
      const expected = Math.fround(exact(x, g[i] as number));
      expect(near(a?.[i] as number, expected), `${expression} of ${x}, ${g[i]}: ${a?.[i]}, not ${expected}`).toBe(true);
      expect(Object.is(a?.[i], b?.[i]), `${x}: ${a?.[i]} and ${b?.[i]}`).toBe(true);
    }
  });

  test("cos is accurate to 2^-23 within a thousand turns", () => {
    const w = Float32Array.from({ length: 2000 }, (_, i) => (i - 1000) * 6.1);
    const { values } = run(["w = cos(w)"], w, w, { dtype: "float32", backend: "wasm" });
    for (const [i, x] of w.entries()) expect(Math.abs((values[i] as number) - Math.cos(x))).toBeLessThan(2 ** -23);
  });
});

describe("random numbers", () => {
  const draw = (setting: Setting): number[] =>
    run(["w = random() + 2 * random()"], new Float32Array(1001), new Float32Array(1001), {
      dtype: "float32",
      ...setting,
    }).values;
  test("are the same on both backends, and differ between calls", () => {
    const found = draw({ backend: "interpreter", seed: 9 });
    expect(found).toEqual(draw({ backend: "wasm", seed: 9 }));
    expect(found).not.toEqual(draw({ backend: "wasm", seed: 10 }));
    expect(found.every((x) => x >= 0 && x < 3)).toBe(true);
    expect(new Set(found).size).toBeGreaterThan(990);
  });

  test("are uniform in [0, 1)", () => {
    const { values } = run(["w = random()"], new Float32Array(100_000), new Float32Array(100_000), {
      dtype: "float32",
    });
    const counts = new Array(50).fill(0);
    for (const x of values) counts[Math.floor(x * 50)]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    // 49 degrees of freedom: a value above 95 has a probability of 1e-4.
    expect(chiSquare).toBeLessThan(95);
  });
});

/** Random expressions over the names that a rule may read, as text. */
const expressions: fc.Arbitrary<string> = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom("w", "g", "m", "lr", "k", "t", "0.5", "2", "1e-3", "random()"),
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "-", "*", "/", "<", "<=", "==", "%"), tie("expression"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(
        fc.constantFrom("sqrt", "abs", "sign", "-", "exp", "log", "cos", "floor", "sum", "norm", "maximum"),
        tie("expression"),
      )
      .map(([f, a]) => `${f}(${a})`),
    fc
      .tuple(fc.constantFrom("sum", "mean", "maximum", "norm"), tie("expression"), fc.constantFrom(-1, -2))
      .map(([f, a, axis]) => `${f}(${a} + 0 * w + w - w, ${axis})`),
    fc
      .tuple(fc.constantFrom("min", "max"), tie("expression"), tie("expression"))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(tie("expression"), tie("expression"), tie("expression")).map(([c, a, b]) => `(${c} > 0 ? ${a} : ${b})`),
    fc
      .tuple(tie("expression"), fc.constantFrom("2", "3", "0.5", "-1", "1.5", "k"))
      .map(([a, power]) => `(${a})^${power}`),
  ),
})).expression;

test("any rule is the same in WebAssembly and in the interpreter, bit for bit", { timeout: 120_000 }, () => {
  const shapes = fc.constantFrom<number[]>([1], [3], [4], [9], [37], [3, 5], [5, 4], [2, 3, 7], [2, 2, 3, 5]);
  fc.assert(
    fc.property(expressions, expressions, shapes, (first, second, shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const w = Float32Array.from({ length: size }, (_, i) => Math.sin(3 * i + 1) * 2);
      const g = Float32Array.from({ length: size }, (_, i) => Math.cos(7 * i + 2));
      const lines = [`m = 0.5 * m + 0 * g + ${first}`, `w = w * 0.5 + 0 * g + ${second} + m`];
      const [a, b] = (["interpreter", "wasm"] as const).map((backend) =>
        run(lines, w, g, { shape, state: ["m"], steps: 2, dtype: "float32", backend, asWritten: false }),
      );
      expect(b).toEqual(a);
    }),
    { numRuns: 300, seed: 7 },
  );
});
