import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inOrder } from "../src/core/in-order.ts";
import { compile, constant, gradients, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";
import { expectClose } from "./golden.ts";
import { OP_NAMES, randomGraph } from "./random-graphs.ts";

/** Random graphs with some inputs replaced by constants. */
const choices = fc.record({
  shapes: fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }),
  choices: fc.array(
    fc.record({ op: fc.nat(OP_NAMES.length - 1), first: fc.nat(20), second: fc.nat(20), third: fc.nat(11) }),
    { minLength: 6, maxLength: 14 },
  ),
  fixed: fc.array(fc.boolean(), { minLength: 2, maxLength: 2 }),
});

const size = (graph: readonly Tensor[]): number => inOrder(graph).length;

describe("a graph of constants equals a graph of inputs with the same values", () => {
  test("in float64: its value and its gradients by the other inputs", () => {
    let folded = 0;
    fc.assert(
      fc.property(choices, (random) => {
        const whole = randomGraph(random.shapes, random.choices);
        const graph = randomGraph(random.shapes, random.choices, random.fixed);
        const open = [0, 1, 2].filter((i) => !random.fixed[i]);
        const of = ({ inputs, result }: typeof whole): Tensor[] => [
          result,
          ...gradients(
            result,
            open.map((i) => inputs[i] as Tensor),
          ),
        ];
        // Constants are rounded to float32, also those that result from folding.
        const feeds = Object.fromEntries(
          Object.entries(whole.feeds).map(([name, x]) => [name, Float64Array.from(x, Math.fround)]),
        );
        const [expected, found] = [evaluate(of(whole), feeds), evaluate(of(graph), feeds)];
        for (const [i, right] of expected.entries()) expectClose(`y${i}`, found[i], right, 1e-4);
        folded += size(of(whole)) - size(of(graph));
      }),
      { numRuns: 150, seed: 2 },
    );
    expect(folded).toBeGreaterThan(500);
  });

  test("in programs", async () => {
    await fc.assert(
      fc.asyncProperty(choices, async (random) => {
        const [{ result, feeds }, graph] = [
          randomGraph(random.shapes, random.choices),
          randomGraph(random.shapes, random.choices, random.fixed),
        ];
        const run = async (y: Tensor): Promise<Float32Array> => {
          const program = await compile({ y });
          const given = program.inputs.map(({ name }) => [name, Float32Array.from(feeds[name] as Float64Array)]);
          const results = await program.run(Object.fromEntries(given));
          await program.dispose();
          return results.y;
        };
        expectClose("y", await run(graph.result), await run(result), 1e-4);
      }),
      { numRuns: 30, seed: 2 },
    );
  });
});

const x = input("x", [2, 3]);
const row = input("row", [3]);
const long = input("long", [9]);
const bytes = input("bytes", [2, 3], "uint8");
const ones = constant(Float32Array.of(1, 1, 1), [3]);
const everySecond = (y: Tensor, start: number): Tensor => ops.slice(y, { starts: [start], ends: [100], steps: [2] });

test.each([
  ["a sum with zeros", () => ops.add(constant(new Float32Array(6), [2, 3]), x), x],
  ["a product with ones", () => ops.mul(x, ones), x],
  ["a quotient by ones", () => ops.div(x, ones), x],
  ["a double negative", () => ops.neg(ops.neg(x)), x],
  ["a cast and back", () => ops.cast(ops.cast(bytes, "int32"), "uint8"), bytes],
  ["a transpose of a transpose", () => ops.transpose(ops.transpose(x)), x],
  ["a reshape and back", () => ops.reshape(ops.reshape(x, [6]), [2, 3]), x],
])("%s simplifies to the tensor itself", (_, make, expected) => expect(make()).toBe(expected));

test.each([
  ["a sum with a negative", () => ops.add(x, ops.neg(row)), () => ops.sub(x, row)],
  ["a sum of a negative", () => ops.add(ops.neg(x), row), () => ops.sub(row, x)],
  ["a difference from a negative", () => ops.sub(x, ops.neg(row)), () => ops.add(x, row)],
  ["a cast of a cast", () => ops.cast(ops.cast(bytes, "int32"), "float32"), () => ops.cast(bytes, "float32")],
  ["an expansion of one", () => ops.expand(ops.expand(row, [2, 3]), [4, 2, 3]), () => ops.expand(row, [4, 2, 3])],
  [
    "a slice of a slice",
    () => everySecond(everySecond(long, 1), 1),
    () => ops.slice(long, { starts: [3], ends: [8], steps: [4] }),
  ],
])("%s simplifies to one op", (_, make, expected) => {
  expect(make()).toEqual(expected());
  expect(make().inputs).toEqual(expected().inputs);
});

test("a product with ones that broadcasts to a larger shape remains", () => {
  const y = ops.mul(row, constant(new Float32Array(6).fill(1), [2, 3]));
  expect(y.shape).toEqual([2, 3]);
});

const whole = constant(Int32Array.of(7, -2, 2 ** 31 - 1), [3]);
const square = constant(Float32Array.of(1, -2, 3, 4), [2, 2]);

test.each<[string, Tensor, readonly number[]]>([
  ["a sum of whole numbers that overflows", ops.add(whole, 1), [8, -1, -(2 ** 31)]],
  ["products of whole numbers", ops.mul(whole, whole), [49, 4, 1]],
  ["a negative", ops.neg(square), [-1, 2, -3, -4]],
  ["a product that broadcasts", ops.mul(square, constant(Float32Array.of(1, 10), [2])), [1, -20, 3, 40]],
  ["a number that float32 rounds", ops.div(constant(1), 3), [Math.fround(1 / 3)]],
  ["a transpose", ops.transpose(square), [1, 3, -2, 4]],
  ["a slice", ops.slice(square, { starts: [1], ends: [2], axes: [1] }), [-2, 4]],
  ["a slice backwards", ops.slice(square, { starts: [-1], ends: [-9], steps: [-1] }), [3, 4, 1, -2]],
  [
    "a pad of a slice",
    ops.pad(
      ops.slice(square, { starts: [1], ends: [2] }),
      [
        [0, 1],
        [1, 0],
      ],
      { value: 9 },
    ),
    [9, 3, 4, 9, 9, 9],
  ],
  ["a concatenation", ops.concat([square, ops.neg(square)], 1), [1, -2, -1, 2, 3, 4, -3, -4]],
  ["a cast to whole numbers", ops.cast(ops.mul(square, 0.6), "int32"), [0, -1, 1, 2]],
  ["a cast to bytes", ops.cast(constant(Float32Array.of(0, 255.5), [2]), "uint8"), [0, 255]],
  ["a cast from whole numbers", ops.cast(whole, "float32"), [7, -2, 2 ** 31]],
])("%s of constants folds to a constant", (_, y, expected) => {
  expect(y.op.name).toBe("constant");
  expect(Array.from(evaluate([y], {})[0] ?? [])).toEqual(expected);
});

test.each<[string, Tensor, string]>([
  ["a result with too many elements", ops.neg(constant(new Float32Array(4097), [4097])), "neg"],
  ["a result of a type without constants", ops.less(square, 1), "less"],
  ["a cast that differs by device", ops.cast(constant(Float32Array.of(-1, 300), [2]), "uint8"), "cast"],
])("%s is not folded", (_, y, name) => expect(y.op.name).toBe(name));
