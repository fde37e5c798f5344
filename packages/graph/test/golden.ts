import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { type CompileOptions, compile, constant, gradients, input, ops, type Tensor } from "../src/index.ts";

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

// biome-ignore lint/suspicious/noExplicitAny: each layer has its own arguments, as the file has them
export type Arguments = any;

/** Results of a PyTorch layer in float64, and the gradients of `sum(output * cotangent)`. */
export interface Case {
  readonly layer: string;
  readonly arguments: Arguments;
  readonly inputs: Readonly<Record<string, GoldenTensor>>;
  readonly output: GoldenTensor;
  readonly cotangent: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** Reads all cases of a fixture file. */
export const allCases = (file: string): Case[] =>
  JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), "utf8")).cases;

/** Reads the cases of layers.json with one of these layers, which a space and a variant may follow. */
export function layerCases(names: readonly string[]): Case[] {
  const cases = allCases("layers.json");
  const belongs = ({ layer }: Case, name: string): boolean => layer === name || layer.startsWith(`${name} `);
  const missing = names.find((name) => !cases.some((golden) => belongs(golden, name)));
  if (missing !== undefined) throw new Error(`no case of '${missing}' in fixtures/layers.json`);
  return cases.filter((golden) => names.some((name) => belongs(golden, name)));
}

/** Runs a case and checks its values and gradients, within 1e-4 of the largest entry of each. */
export async function checkCase(
  golden: Case,
  build: (inputs: Record<string, Tensor>, args: Arguments) => Tensor,
  options: CompileOptions = {},
): Promise<void> {
  const inputs = Object.fromEntries(
    Object.entries(golden.inputs).map(([name, { shape }]) => [name, input(name, shape)]),
  );
  const output = build(inputs, golden.arguments);
  // A loss has the shape [1] in the file and [] here.
  if (golden.output.data.length > 1) expect(output.shape).toEqual(golden.output.shape);
  const cotangent = constant(Float32Array.from(golden.cotangent), output.shape);
  const names = Object.keys(golden.gradients);
  const by = names.map((name) => inputs[name] as Tensor);
  // Adds 0 times each input, so that an op without a gradient gives a gradient of 0 instead of an error.
  const nothing = by.map((x) => ops.mul(ops.sum(x), 0)).reduce(ops.add);
  const found = gradients(ops.add(ops.sum(ops.mul(output, cotangent)), nothing), by);
  const program = await compile(
    {
      output,
      ...Object.fromEntries(names.map((name, i) => [`gradient of ${name}`, found[i] as Tensor])),
    },
    options,
  );
  const feeds = Object.entries(golden.inputs).map(([name, { data }]) => [name, Float32Array.from(data)]);
  const values = await program.run(Object.fromEntries(feeds));
  await program.dispose();
  expectClose("output", values.output, golden.output.data);
  for (const name of names) {
    const what = `gradient of ${name}`;
    expectClose(what, (values as Record<string, Float32Array>)[what], golden.gradients[name] ?? []);
  }
}

/** Checks numbers within `tolerance` times the largest expected number. */
export function expectClose(
  what: string,
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number>,
  tolerance = 1e-4,
): void {
  expect(found?.length, `${what}: how many`).toBe(expected.length);
  const largest = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  for (let i = 0; i < expected.length; i++) {
    const [value, right] = [(found as ArrayLike<number>)[i] as number, expected[i] as number];
    // NaN fails this comparison.
    if (Math.abs(value - right) <= tolerance * largest) continue;
    expect.fail(`${what}[${i}] = ${value}: expected ${right}, within ${tolerance} of the largest entry ${largest}`);
  }
}
