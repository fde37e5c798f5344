import { describe, expect, test } from "vitest";
import { type BindOptions, defineOptimizer, matrices, Parameters } from "../src/index.ts";
import { noise } from "./run.ts";

interface Setting extends BindOptions {
  readonly dtype?: "float32" | "float64";
}

/** Runs lines once, with numbers of the given seeds as weights and gradient, and returns the weights. */
function run(lines: readonly string[], shape: readonly number[], setting: Setting = {}): ArrayLike<number> {
  const { dtype = "float32", ...options } = setting;
  const definition = { name: "test", title: "", paper: "", hyperparameters: { lr: 1 } };
  const optimizer = defineOptimizer({ ...definition, rule: lines, uses: [matrices] });
  const parameters = new Parameters({ x: shape }, { dtype });
  const size = shape.reduce((product, length) => product * length, 1);
  parameters.setValue("x", noise(size, 1));
  parameters.setGradient("x", noise(size, 2));
  optimizer().bind(parameters, options).step();
  return parameters.value("x").slice();
}

const RULES: Readonly<Record<string, readonly string[]>> = {
  "a a^T": ["w = matmul(matmul(g, transpose(g)), w)"],
  "a^T a": ["w = matmul(w, matmul(transpose(g), g))"],
  "a square of a symmetric matrix": ["s = matmul(g, transpose(g))", "w = matmul(matmul(s, s), w)"],
  "a b^T": ["w = matmul(matmul(w, transpose(g)), w)"],
  "a^T b": ["w = matmul(w, matmul(transpose(w), g))"],
  "a^T b^T": ["w = transpose(matmul(transpose(w), transpose(matmul(w, transpose(g)))))"],
  "polynomials of a matrix": ["s = matmul(g, transpose(g))", "w = matmul(symmetricProduct(s, identity(s) + s), w)"],
};
/** Shapes with remainders of tiles and panels on every side. */
const SHAPES = [
  [1, 1],
  [5, 3],
  [9, 17],
  [7, 300],
  [41, 6],
  [2, 3, 5, 6],
];

describe.each(Object.entries(RULES))("%s", (_, lines) => {
  test.each(SHAPES.map((shape) => [shape]))("the kernel equals the interpreter bit for bit: %j", (shape) => {
    const kernel = run(lines, shape, { backend: "wasm" });
    expect(kernel).toEqual(run(lines, shape, { backend: "interpreter", asWritten: false }));
  });
});

test("transposed operands are those of the products written out", () => {
  const [rows, columns] = [3, 4];
  const [w, g] = [1, 2].map((seed) => Array.from(noise(rows * columns, seed)));
  const at = (x: readonly number[] | undefined, i: number, j: number): number => x?.[i * columns + j] ?? Number.NaN;
  const sum = (count: number, of: (k: number) => number): number =>
    Array.from({ length: count }, (_, k) => of(k)).reduce((a, b) => a + b, 0);
  // w g^T w, entry by entry.
  const expected = Array.from({ length: rows * columns }, (_, index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    return sum(rows, (m) => sum(columns, (k) => at(w, i, k) * at(g, m, k)) * at(w, m, j));
  });
  const float64 = { dtype: "float64" } as const;
  for (const lines of [RULES["a b^T"], ["w = matmul(w, matmul(transpose(g), w))"]]) {
    for (const [i, x] of Array.from(run(lines as string[], [rows, columns], float64)).entries()) {
      expect(x).toBeCloseTo(expected[i] as number, 12);
    }
  }
});

test("an identity matrix leaves a matrix as it is", () => {
  expect(run(["w = matmul(identity(matmul(g, transpose(g))), w)"], [3, 5])).toEqual(run(["w = w"], [3, 5]));
  expect(run(["w = matmul(w, identity(w))"], [3, 5])).toEqual(run(["w = w"], [3, 5]));
});
