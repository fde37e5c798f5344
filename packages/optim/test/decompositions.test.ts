import { describe, expect, test } from "vitest";
import { type BindOptions, decompositions, defineOptimizer, matrices, Parameters, reductions } from "../src/index.ts";
import { noise } from "./run.ts";

interface Setting extends BindOptions {
  readonly dtype?: "float32" | "float64";
}

/** Runs lines once over a matrix of gradients, and returns the weights. */
function run(lines: readonly string[], shape: readonly [number, number], g: ArrayLike<number>, setting: Setting = {}) {
  const { dtype = "float64", ...options } = setting;
  const optimizer = defineOptimizer({
    name: "test",
    title: "",
    paper: "",
    hyperparameters: { lr: 0.1 },
    rule: lines,
    uses: [reductions, matrices, decompositions],
  });
  const parameters = new Parameters({ x: shape }, { dtype });
  parameters.setGradient("x", g);
  optimizer()
    .bind(parameters, { guard: "allow", ...options })
    .step();
  return [...parameters.value("x")];
}

const SIZES = [1, 2, 3, 8, 33];
/** Gradients whose gram matrix has full rank, rank 1, or is zero. */
const gradients = (size: number): [string, Float64Array][] => [
  ["full rank", Float64Array.from(noise(size * size, size))],
  ["rank 1", Float64Array.from({ length: size * size }, (_, i) => ((i % size) + 1) * (Math.floor(i / size) - 0.5))],
  ["zero", new Float64Array(size * size)],
];
const largest = (x: readonly number[]): number => Math.max(...x.map(Math.abs));

describe.each(SIZES)("of %s rows", (size) => {
  const shape = [size, size] as const;
  test.each(gradients(size))(
    "eigenvectors are orthonormal, and diagonalize the matrix in descending order: %s",
    (_, g) => {
      const gram = ["a = matmul(g, transpose(g))", "q = eigenvectors(a)"];
      const identity = run([...gram, "w = matmul(transpose(q), q)"], shape, g);
      const diagonal = run([...gram, "w = matmul(matmul(transpose(q), a), q)"], shape, g);
      const scale = largest(diagonal) || 1;
      const values = Array.from({ length: size }, (_, i) => diagonal[i * (size + 1)] as number);
      for (const [i, x] of identity.entries()) expect(x).toBeCloseTo(i % (size + 1) === 0 ? 1 : 0, 12);
      for (const [i, x] of diagonal.entries())
        if (i % (size + 1) !== 0) expect(Math.abs(x)).toBeLessThan(1e-12 * scale);
      for (const [i, x] of values.entries()) expect(x).toBeLessThanOrEqual((values[i - 1] ?? x) + 1e-12 * scale);
    },
  );

  test.each(gradients(size))("an orthonormal basis spans the columns one after another: %s", (_, g) => {
    const identity = run(["q = orthonormal(g)", "w = matmul(transpose(q), q)"], shape, g);
    const triangular = run(["w = matmul(transpose(orthonormal(g)), g)"], shape, g);
    const scale = largest(triangular) || 1;
    for (const [i, x] of identity.entries()) expect(x).toBeCloseTo(i % (size + 1) === 0 ? 1 : 0, 12);
    const below = triangular.filter((_, i) => Math.floor(i / size) > i % size);
    expect(largest([0, ...below])).toBeLessThan(1e-12 * scale);
  });
});

test("an ordering sorts columns by descending numbers", () => {
  const g = [3, 1, 2, 30, 10, 20];
  expect(run(["w = matmul(g, ordering(sum(g, -2)))"], [2, 3], g)).toEqual([3, 2, 1, 30, 20, 10]);
  expect(run(["w = matmul(g, ordering(-sum(g, -2)))"], [2, 3], g)).toEqual([1, 2, 3, 10, 20, 30]);
});

test("a number stands for that multiple of the identity", () => {
  const g = [1, 2, 3, 4, 5, 6];
  const lines = ["a = matmul(2, g)", "b = matmul(eigenvectors(3), a)", "w = matmul(b, transpose(orthonormal(0.5)))"];
  expect(run(lines, [2, 3], g)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(run(["w = matmul(g, ordering(7))"], [2, 3], g)).toEqual(g);
});

test("the kernel equals the interpreter bit for bit, also for numbers that are not finite", () => {
  const lines = ["a = matmul(g, transpose(g))", "w = matmul(matmul(eigenvectors(a), orthonormal(a)), g)"];
  for (const broken of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
    const g = noise(49, 3);
    if (broken !== null) g[5] = broken;
    const [kernel, oracle] = (["wasm", "interpreter"] as const).map((backend) =>
      run(lines, [7, 7], g, { dtype: "float32", backend, asWritten: false }),
    );
    expect(kernel).toEqual(oracle);
    expect(kernel?.every(Number.isFinite)).toBe(broken === null);
  }
});

test.each([
  ["w = eigenvectors(g)", "eigenvectors of 0123: expected a symmetric matrix, such as matmul(g, transpose(g))"],
  ["w = orthonormal(g)", "orthonormal of 0123: expected a matrix with at least as many rows as columns"],
  ["w = g * ordering(g)", "ordering of 0123: expected one number for each column"],
])("%s throws", (line, message) => {
  expect(() => run([line], [2, 3], new Float64Array(6))).toThrow(message);
});
