import { expect, test } from "vitest";
import { sizeOf } from "../src/core/shape.ts";
import { compile, constant, gradients, input, ops, type Tensor } from "../src/index.ts";
import { evaluate } from "./evaluate.ts";
import "./spatial-rules.ts";
import { type Arguments, type Case, expectClose } from "./golden.ts";

export type Build = (inputs: Readonly<Record<string, Tensor>>, args: Arguments) => Tensor;

/** Distance of central differences in float64. */
const STEP = 1e-5;

interface BuiltCase {
  readonly name: string;
  readonly golden: Case;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** Gradients of `sum(output * cotangent)` by each input. */
  readonly grads: readonly Tensor[];
  readonly feeds: Readonly<Record<string, Float64Array>>;
}

/**
 * Declares the tests of a table of PyTorch's results: values and gradients in float64 and by one compiled program, and
 * gradients of gradients against finite differences in float64.
 * @param kinks names of layers whose cases are at points where the gradient jumps
 */
export function testCases(
  cases: readonly Case[],
  table: Readonly<Record<string, Build>>,
  kinks: readonly string[],
): void {
  const built = cases.map((golden, i) => buildCase(golden, table[golden.layer], i));

  test.each(built.map((one) => [one.name, one] as const))("%s: in float64 as in PyTorch", (_, one) => {
    const { golden, output, grads, feeds } = one;
    if (golden.output.shape.length > 0) expect(output.shape).toEqual(golden.output.shape);
    const [value, ...found] = evaluate([output, ...grads], feeds);
    // Constants of a graph, such as 0.1, are rounded to float32.
    expectClose("output", value, golden.output.data, 2e-6);
    for (const [k, name] of Object.keys(golden.inputs).entries()) {
      expectClose(`gradient of ${name}`, found[k], golden.gradients[name] ?? [], 2e-6);
    }
  });

  test.each(built.filter(({ golden }) => !kinks.includes(golden.layer)).map((one) => [one.name, one] as const))(
    "%s: gradients of gradients are finite differences of gradients",
    (_, { inputs, grads, feeds }) => {
      const direction = Object.fromEntries(
        Object.entries(feeds).map(([name, x]) => [name, Float32Array.from(x, (_, i) => Math.cos(3.7 * i + 0.4))]),
      );
      const along = inputs.map((x, k) =>
        ops.sum(ops.mul(grads[k] as Tensor, constant(Object.values(direction)[k] as Float32Array, x.shape))),
      );
      const nothing = inputs.map((x) => ops.mul(ops.sum(x), 0));
      const products = evaluate(gradients([...along, ...nothing].reduce(ops.add), inputs), feeds);
      const moved = (distance: number): ArrayLike<number>[] =>
        evaluate(
          grads,
          Object.fromEntries(
            Object.entries(feeds).map(([name, x]) => [
              name,
              x.map((value, i) => value + distance * (direction[name]?.[i] as number)),
            ]),
          ),
        );
      const [after, before] = [moved(STEP), moved(-STEP)];
      for (const [k, product] of products.entries()) {
        for (let i = 0; i < product.length; i++) {
          const expected = ((after[k]?.[i] as number) - (before[k]?.[i] as number)) / (2 * STEP);
          const difference = Math.abs((product[i] as number) - expected);
          expect(difference, `product ${k}[${i}] = ${product[i]}, by differences ${expected}`).toBeLessThanOrEqual(
            3e-6 * Math.max(1, Math.abs(expected)),
          );
        }
      }
    },
  );

  test("one program computes all of them", async () => {
    const outputs = built.flatMap(({ name, output, grads }) => [
      [name, output] as const,
      ...grads.map((grad, k) => [`${name}, gradient ${k}`, grad] as const),
    ]);
    const program = await compile(Object.fromEntries(outputs));
    const feeds = built.flatMap((one) => Object.entries(one.feeds).map(([name, x]) => [name, Float32Array.from(x)]));
    const values: Record<string, Float32Array> = await program.run(Object.fromEntries(feeds));
    await program.dispose();
    for (const { name, golden } of built) {
      expectClose(name, values[name], golden.output.data);
      for (const [k, right] of Object.values(golden.gradients).entries()) {
        expectClose(`${name}, gradient ${k}`, values[`${name}, gradient ${k}`], right);
      }
    }
  });
}

function buildCase(golden: Case, build: Build | undefined, index: number): BuiltCase {
  if (!build) throw new Error(`no layer '${golden.layer}' in the table`);
  const name = `${index} ${golden.layer} ${JSON.stringify(golden.arguments)}`;
  const entries = Object.entries(golden.inputs).map(
    ([key, { shape }]) => [key, input(`${index} ${key}`, shape)] as const,
  );
  const inputs = entries.map(([, tensor]) => tensor);
  const output = build(Object.fromEntries(entries), golden.arguments);
  const cotangent = constant(Float32Array.from(golden.cotangent), output.shape);
  // Adds 0 times each input, so that an op without a gradient gives a gradient of 0 instead of an error.
  const nothing = inputs.map((x) => ops.mul(ops.sum(x), 0)).reduce(ops.add);
  const grads = gradients(ops.add(ops.sum(ops.mul(output, cotangent)), nothing), inputs);
  const feeds = Object.fromEntries(
    Object.entries(golden.inputs).map(([key, { data }]) => [`${index} ${key}`, Float64Array.from(data)]),
  );
  expect(sizeOf(output.shape)).toBe(golden.output.data.length);
  return { name, golden, inputs, output, grads, feeds };
}
