import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import { compile, constant, gradients, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { expectClose } from "./golden.ts";
import { OP_NAMES, randomGraph } from "./random-graphs.ts";

type Feeds = Readonly<Record<string, Float64Array>>;

/** Step of central differences in float64; their error is about 1e-10 for values near 1. */
const EPSILON = 1e-5;

/** Tolerance of float64 results: constants of a graph, such as 2 / sqrt(pi), are rounded to float32. */
const TOLERANCE = 2e-6;

/** Random graphs of ops of all kinds. */
const graphs = fc
  .record({
    shapes: fc.array(fc.nat(100), { minLength: 2, maxLength: 3 }),
    choices: fc.array(
      fc.record({ op: fc.nat(OP_NAMES.length - 1), first: fc.nat(20), second: fc.nat(20), third: fc.nat(11) }),
      { minLength: 6, maxLength: 14 },
    ),
  })
  .map(({ shapes, choices }) => randomGraph(shapes, choices));

/** Makes a direction with components from -1 to 1, in the shapes of the feeds. */
const directionOf = (feeds: Feeds): Feeds =>
  Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, x.map((_, i) => Math.cos(3.7 * i + 0.4))]));

const toConstants = (inputs: readonly Tensor[], values: Feeds): Tensor[] =>
  inputs.map(({ shape }, i) => constant(Float32Array.from(Object.values(values)[i] as Float64Array), shape));

/** Builds the dot product of two lists of tensors. */
const dot = (a: readonly Tensor[], b: readonly Tensor[]): Tensor =>
  a.map((x, i) => ops.sum(ops.mul(x, b[i] as Tensor))).reduce((sum, part) => ops.add(sum, part));

/** Computes the derivatives of tensors along a direction by central differences. */
function difference(tensors: readonly Tensor[], feeds: Feeds, direction: Feeds): number[][] {
  const [after, before] = [EPSILON, -EPSILON].map((distance) => {
    const moved = Object.entries(feeds).map(([name, x]) => {
      // Rounds the direction to float32, like the constants of a graph.
      return [name, x.map((value, i) => value + distance * Math.fround(direction[name]?.[i] as number))];
    });
    return evaluate(tensors, Object.fromEntries(moved));
  }) as [ArrayLike<number>[], ArrayLike<number>[]];
  return tensors.map((_, i) =>
    Array.from(after[i] as ArrayLike<number>, (value, k) => (value - (before[i]?.[k] as number)) / (2 * EPSILON)),
  );
}

const expectNear = (what: string, found: number, expected: number): void =>
  expect(Math.abs(found - expected), `${what}: ${found}, by finite differences ${expected}`).toBeLessThanOrEqual(
    TOLERANCE * Math.max(1, Math.abs(expected)),
  );

describe("on random graphs of ops", () => {
  test("gradients, and gradients of gradients, equal finite differences in float64", () => {
    fc.assert(
      fc.property(graphs, ({ inputs, feeds, result }) => {
        const direction = directionOf(feeds);
        const grads = gradients(result, inputs);
        const derivative = dot(grads, toConstants(inputs, direction));
        const [value, ...curvatures] = evaluate([derivative, ...gradients(derivative, inputs)], feeds);
        const [byDifference] = difference([result], feeds, direction);
        expectNear("gradient", value?.[0] as number, byDifference?.[0] as number);
        for (const [i, expected] of difference(grads, feeds, direction).entries()) {
          for (const [k, right] of expected.entries()) expectNear("curvature", curvatures[i]?.[k] as number, right);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test("a program computes the values and gradients of the graph", async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ inputs, feeds, result }) => {
        const outputs = [result, ...gradients(result, inputs)];
        const program = await compile(Object.fromEntries(outputs.map((output, i) => [`y${i}`, output])));
        const rounded = Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, Float32Array.from(x)]));
        const values: Record<string, Float32Array> = await program.run(rounded);
        await program.dispose();
        const expected = evaluate(outputs, rounded);
        for (const [i, right] of expected.entries()) expectClose(`y${i}`, values[`y${i}`], right);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
describe("on a small net", () => {
  const shapes = { images: [5, 6], weight1: [4, 6], bias1: [4], weight2: [3, 4], bias2: [3] };
  const inputs = Object.entries(shapes).map(([name, shape]) => input(name, shape));
  const [images, weight1, bias1, weight2, bias2] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const hidden = ops.gelu(ops.dense(images, weight1, bias1));
  const labels = constant(Int32Array.of(0, 2, 1, 1, 0), [5]);
  const loss = ops.crossEntropy(ops.dense(hidden, weight2, bias2), labels, { labelSmoothing: 0.1 });
  const feeds = Object.fromEntries(
    inputs.map(({ shape }, salt) => [
      Object.keys(shapes)[salt] as string,
      Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround(Math.sin(12.9898 * (i + 1) + salt))),
    ]),
  );
  const grads = gradients(loss, inputs);
  const direction = directionOf(feeds);
  const products = gradients(dot(grads, toConstants(inputs, direction)), inputs);

  test("Hessian-vector products equal finite differences of gradients, and programs compute them", async () => {
    const expected = difference(grads, feeds, direction);
    const found = evaluate(products, feeds);
    const program = await compile(Object.fromEntries(products.map((product, i) => [`y${i}`, product])));
    const rounded = Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, Float32Array.from(x)]));
    const values: Record<string, Float32Array> = await program.run(rounded);
    await program.dispose();
    for (const [i, right] of expected.entries()) {
      expectClose(`product ${i}`, found[i], right, TOLERANCE);
      expectClose(`product ${i} of the program`, values[`y${i}`], right);
    }
  });

  test("the Hessian is symmetric", () => {
    const turned = Object.fromEntries(
      Object.entries(direction).map(([name, x]) => [name, x.map((value, i) => value * (i - 2))]),
    );
    const back = gradients(dot(grads, toConstants(inputs, turned)), inputs);
    const both = [dot(products, toConstants(inputs, turned)), dot(back, toConstants(inputs, direction))];
    const [a, b] = evaluate(both, feeds).map((values) => values[0] as number) as [number, number];
    expect(Math.abs(a)).toBeGreaterThan(1e-3);
    expect(Math.abs(a - b)).toBeLessThan(1e-9 * Math.abs(a));
  });
});
