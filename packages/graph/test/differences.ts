import { expect } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import type { Inputs, LoweringContext, Op } from "../src/core/tensor.ts";
import { Tensor as TensorClass } from "../src/core/tensor.ts";
import { compile, constant, gradients, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { expectClose } from "./golden.ts";

type Shapes = Readonly<Record<string, readonly number[]>>;
type Feeds = Readonly<Record<string, Float64Array>>;

/** Step of central differences in float64; their error is about 1e-10 for values near 1. */
const EPSILON = 1e-5;

/** Tolerance of float64 results: constants of a graph are rounded to float32. */
const TOLERANCE = 2e-6;

/** Makes distinct numbers from -1 to 1, separated by much more than the step of differences. */
export function noise(size: number, seed = 0): Float64Array {
  const order = Array.from({ length: size }, (_, i) => i);
  order.sort((a, b) => Math.sin((a + 1) * 12.9898 + seed) - Math.sin((b + 1) * 12.9898 + seed));
  const values = new Float64Array(size);
  // Rounded to float32, as in a program.
  for (const [rank, place] of order.entries()) values[place] = Math.fround((2 * rank + 1) / size - 1);
  return values;
}

/** Makes a constant with numbers from -1 to 1. */
export const direction = (shape: readonly number[], seed = 0): Tensor =>
  constant(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(3.7 * i + 0.4 + seed)),
    shape,
  );

const dot = (a: readonly Tensor[], b: readonly Tensor[]): Tensor =>
  a.map((x, i) => ops.sum(ops.mul(x, b[i] as Tensor))).reduce((sum, part) => ops.add(sum, part));

/**
 * Checks that the gradients of a function, and their gradients, equal finite differences in float64, and that a program
 * computes the function and both.
 */
export async function checkFunction(shapes: Shapes, of: (inputs: Record<string, Tensor>) => Tensor): Promise<void> {
  const named = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, input(name, shape)]));
  const feeds: Feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, noise(sizeOf(shape), i)]),
  );
  const inputs = Object.values(named);
  const y = of(named);
  // Nonlinear in y, so that gradients depend on y.
  const loss = ops.sum(ops.mul(ops.square(y), direction(y.shape)));
  const grads = gradients(loss, inputs);
  const along = inputs.map(({ shape }, i) => direction(shape, i + 1));
  const slope = dot(grads, along);
  const curvatures = gradients(slope, inputs);
  const all = [y, ...grads, ...curvatures, slope];

  const expected = evaluate(all, feeds);
  const [before, after] = [-EPSILON, EPSILON].map((distance) => {
    const moved = Object.entries(feeds).map(([name, x], i) => {
      const [steps] = evaluate([along[i] as Tensor], {}) as [ArrayLike<number>];
      return [name, x.map((value, k) => value + distance * (steps[k] as number))] as const;
    });
    return evaluate([loss, ...grads], Object.fromEntries(moved));
  }) as [ArrayLike<number>[], ArrayLike<number>[]];
  const differences = after.map((values, i) =>
    Array.from(values, (value, k) => (value - (before[i]?.[k] as number)) / (2 * EPSILON)),
  );
  expectClose("gradient along a direction", expected.at(-1), differences[0] as number[], TOLERANCE);
  for (const [i, name] of Object.keys(shapes).entries()) {
    const found = expected[1 + inputs.length + i];
    expectClose(`second gradient by ${name}`, found, differences[1 + i] as number[], TOLERANCE);
  }
  await checkProgram(all, feeds, expected);
}

/** Checks that a program computes tensors; by default, compares with their float64 values. */
export async function checkProgram(
  tensors: readonly Tensor[],
  feeds: Feeds,
  expected: readonly ArrayLike<number>[] = evaluate(tensors, feeds),
): Promise<void> {
  const program = await compile(Object.fromEntries(tensors.map((tensor, i) => [`result ${i}`, tensor])));
  const values: Record<string, Float32Array> = await program.run(
    Object.fromEntries(Object.entries(feeds).map(([name, x]) => [name, Float32Array.from(x)])),
  );
  await program.dispose();
  for (const [i, right] of expected.entries()) expectClose(`result ${i}`, values[`result ${i}`], right, 2e-5);
}

/** Returns a tensor whose op has another lowering. */
export const loweredAs = <I extends Inputs, A>(
  { op, inputs, attributes, shape, dtype }: Tensor,
  name: string,
  lower: (context: LoweringContext<I, A>) => string,
): Tensor => new TensorClass({ ...op, name, lower: lower as unknown as Op["lower"] }, inputs, attributes, shape, dtype);

/** Checks that a call throws a message that contains the given one and ends with the position of the call. */
export function checkMistake(act: () => unknown, message: string): void {
  let found = "";
  try {
    act();
  } catch (error) {
    found = (error as Error).message;
  }
  expect(found).toContain(message);
  expect(found).toMatch(/\.test\.ts:\d+:\d+\)$/);
}
