import { expect, test } from "vitest";
import { compile, constant, defineOp, GraphError, gradients, input, ops, type Tensor } from "../src/index.ts";

/** The example of `defineOp`. */
const binarize = defineOp({
  name: "binarize",
  compute: (x: Tensor) => ops.sign(x),
  gradient: ({ inputs: [x], cotangent }) => [ops.where(ops.lessOrEqual(ops.abs(x), 1), cotangent, 0)],
});

const round = defineOp({
  name: "round",
  infer: (x: Tensor) => ({ shape: x.shape }),
  lower: ({ builder, names: [x] }) => builder.node("Round", [x]),
  gradient: ({ cotangent }) => [cotangent],
});

/** Multiplies by a power, with a gradient that depends on the output and is differentiable. */
const scaled = defineOp({
  name: "exp",
  compute: (x: Tensor, scale: Tensor) => ops.mul(ops.exp(x), scale),
  gradient: ({ inputs: [x, scale], output, cotangent }) => [
    ops.mul(cotangent, output),
    ops.sum(ops.mul(cotangent, ops.div(output, ops.add(scale, ops.mul(x, 0))))),
  ],
});

async function run(outputs: Record<string, Tensor>, feeds: Record<string, Float32Array>) {
  const program = await compile(outputs);
  const values: Record<string, Float32Array> = await program.run(feeds);
  await program.dispose();
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Array.from(value)]));
}

const x = input("x", [4]);

test("a straight-through estimator returns the sign, and its own gradient", async () => {
  const y = binarize(x);
  const [dx] = gradients(ops.sum(ops.mul(y, constant(Float32Array.of(1, 2, 3, 4), [4]))), [x]);
  const values = await run({ y, dx: dx as Tensor }, { x: Float32Array.of(-2, -0.5, 0.25, 3) });
  expect(values).toEqual({ y: [-1, -1, 1, 1], dx: [0, 2, 3, 0] });
});

test("an op of ONNX nodes runs them, and its gradient is that of its definition", async () => {
  const y = round(x);
  const [dx] = gradients(ops.sum(ops.mul(y, y)), [x]);
  const values = await run({ y, dx: dx as Tensor }, { x: Float32Array.of(-1.6, 0.4, 1.5, 2.5) });
  expect(values).toEqual({ y: [-2, 0, 2, 2], dx: [-4, 0, 4, 4] });
});

test("an op may have the name of an op of this package, several inputs, and gradients of gradients", async () => {
  const scale = input("scale", []);
  const y = ops.sum(scaled(x, scale));
  const [dx, scaleGradient] = gradients(y, [x, scale]) as [Tensor, Tensor];
  const [ddx] = gradients(ops.sum(dx), [x]) as [Tensor];
  const values = await run({ dx, scaleGradient, ddx }, { x: Float32Array.of(0, 1, 2, 3), scale: Float32Array.of(2) });
  const powers = [0, 1, 2, 3].map(Math.exp);
  for (const name of ["dx", "ddx"]) {
    for (const [i, value] of (values[name] as number[]).entries()) {
      expect(value / (2 * (powers[i] as number))).toBeCloseTo(1, 5);
    }
  }
  expect((values.scaleGradient?.[0] as number) / powers.reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);
});

test("an op of ONNX nodes without a gradient stops it, and may have another type", async () => {
  const isNan = defineOp({
    name: "isNan",
    infer: ({ shape }: Tensor) => ({ shape, dtype: "bool" }),
    lower: ({ builder, names: [value] }) => builder.node("IsNaN", [value]),
  });
  const y = ops.where(isNan(x), 0, x);
  const [dx] = gradients(ops.sum(y), [x]);
  const values = await run({ dx: dx as Tensor }, { x: Float32Array.of(1, Number.NaN, 2, 3) });
  expect(values).toEqual({ dx: [1, 0, 1, 1] });
});

// biome-ignore lint/suspicious/noExplicitAny: wrong arguments are the point
type Wrong = any;

const withGradient = (gradient: Wrong): Tensor => defineOp({ name: "odd", compute: (a: Tensor) => a, gradient })(x);

const MISTAKES: readonly (readonly [name: string, act: () => unknown, message: string])[] = [
  [
    "a number as input",
    () => binarize(3 as Wrong),
    "binarize: input 0 is number. Expected a tensor; wrap numbers in constant().",
  ],
  [
    "a gradient of another shape",
    () => gradients(ops.sum(withGradient(() => [ops.sum(x)])), [x]),
    "odd: gradient 0 is float32 []. Expected float32 [4], the shape of input 0, or null.",
  ],
  [
    "too few gradients",
    () => gradients(ops.sum(withGradient(() => [])), [x]),
    "odd: gradient returned 0 gradients. Expected 1, one for each input, or null where none flows.",
  ],
  [
    "a gradient that is not in a list",
    () => gradients(ops.sum(withGradient(() => x)), [x]),
    "odd: gradient returned no list. Expected 1, one for each input",
  ],
  [
    "a value without a gradient",
    () => withGradient(undefined),
    "defineOp: 'odd' has no gradient. Expected one; without it, call the ops of compute directly.",
  ],
  [
    "a definition without a value",
    () => defineOp({ name: "odd", gradient: () => [x] } as Wrong),
    "defineOp: 'odd' has no value. Expected compute and gradient, or infer and lower.",
  ],
  ["an empty name", () => defineOp({ name: "" } as Wrong), "defineOp: the name is empty. Expected the name of the op."],
  [
    "a value that is no tensor",
    () => defineOp({ name: "odd", compute: (() => 3) as Wrong, gradient: () => [] as Wrong })(x as never),
    "odd: compute returned no tensor. Expected the result of an op.",
  ],
  [
    "a shape of no sizes",
    () => defineOp({ name: "odd", infer: (_: Tensor) => ({ shape: [0] }), lower: () => "" })(x),
    "odd: infer returned the shape [0]. Expected whole numbers of at least 1.",
  ],
];

test.each(MISTAKES)("%s", (_, act, message) => {
  expect(act).toThrow(GraphError);
  expect(act).toThrow(message);
});
