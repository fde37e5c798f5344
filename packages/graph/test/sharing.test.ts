import { expect, test } from "vitest";
import {
  compile,
  createNetwork,
  defineModel,
  gradients,
  input,
  layers,
  type Model,
  type Network,
  ops,
  type Tensor,
} from "../src/index.ts";

const noise = (count: number, seed = 1): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(seed * 17 + i * i * 0.37));

const block = (scope: Parameters<Parameters<typeof defineModel>[2]>[0], x: Tensor): Tensor =>
  ops.tanh(layers.batchNorm(scope, "bn", layers.dense(scope, "fc", x, 4)));
const once = defineModel("once", [4], block);

/** Runs a graph with the values of a network, as names of inputs with a prefix. */
async function run<Name extends string>(
  outputs: Readonly<Record<Name, Tensor>>,
  network: Network,
  x: Float32Array,
  prefix = "",
) {
  const program = await compile(outputs);
  const names = [...network.model.parameters, ...network.model.buffers].map(({ name }) => name);
  const values = names.map((name) => [prefix + name, network.buffers[name] ?? network.parameters.value(name)] as const);
  const results = await program.run({ x, z: x, ...Object.fromEntries(values) }, {}, { unused: "ignore" });
  await program.dispose();
  return results;
}

test("a model that is applied to its own output shares weights, and its statistics are chained", async () => {
  const twice = defineModel("twice", [4], (scope, x) => block(scope, block(scope, x)));
  const network = createNetwork(once, { seed: 1 });
  const x = input("x", [3, 4]);
  const first = once.apply(x, { training: true, prefix: "d." });
  const second = once.apply(first.output, { training: true, prefix: "d.", sharing: first });
  const expected = twice.apply(x, { training: true });
  const outputsOf = (
    y: Tensor,
    parameters: Readonly<Record<string, Tensor>>,
    updates: Readonly<Record<string, Tensor>>,
  ) => {
    const [weight] = gradients(ops.sum(ops.square(y)), [parameters["fc.weight"] as Tensor]) as [Tensor];
    return { y, weight, mean: updates["bn.running_mean"] as Tensor, variance: updates["bn.running_var"] as Tensor };
  };
  const shared = await run(outputsOf(second.output, second.parameters, second.updates), network, noise(12), "d.");
  const whole = await run(outputsOf(expected.output, expected.parameters, expected.updates), network, noise(12));
  for (const [name, values] of Object.entries(whole)) {
    for (const [i, value] of values.entries())
      expect(shared[name as keyof typeof shared][i], name).toBeCloseTo(value, 5);
  }
  expect(second.statistics["bn.running_mean"]).not.toBe(first.statistics["bn.running_mean"]);
});

test("equal inputs of one name are one input: in programs, and in gradients of models that do not share", async () => {
  const network = createNetwork(once, { seed: 1 });
  const [x, z] = [input("x", [3, 4]), input("z", [3, 4])];
  const [a, b] = [once.apply(x), once.apply(z)];
  const [weight] = gradients(ops.add(ops.sum(a.output), ops.sum(b.output)), [a.parameters["fc.weight"] as Tensor]);
  const [half] = gradients(ops.sum(once.apply(x).output), [input("fc.weight", [4, 4])]);
  const results = await run({ weight: weight as Tensor, half: half as Tensor }, network, noise(12));
  for (const [i, value] of results.half.entries()) expect(results.weight[i]).toBeCloseTo(2 * value, 5);
});

const wide: Model<"output"> = defineModel("wide", [4], (scope, x) => layers.dense(scope, "fc", x, 5));
const other: Model<"output"> = defineModel("other", [4], (scope, x) => layers.dense(scope, "head", x, 5));

test.each([
  [
    "shapes that differ",
    () => wide.apply(input("x", [3, 4]), { sharing: once.apply(input("x", [3, 4])) }),
    "sharing: 'fc.weight' has the shape [5, 4], and [4, 4] in the shared graph. Expected equal shapes.",
  ],
  [
    "no variable in common",
    () => other.apply(input("x", [3, 4]), { sharing: once.apply(input("x", [3, 4])) }),
    "other: the shared graph has none of the variables head.weight, head.bias. Share a graph that has.",
  ],
  [
    "something that is no graph",
    () => other.apply(input("x", [3, 4]), { sharing: {} as never }),
    "other: sharing is no graph of a model. Expected the result of an earlier apply.",
  ],
  [
    "two inputs of one name with different shapes, in a program",
    () => compile({ y: ops.add(ops.sum(input("x", [3])), ops.sum(input("x", [4]))) }),
    "compile: two inputs are named 'x': float32 [3] and float32 [4]. Rename one of them.",
  ],
  [
    "two inputs of one name with different shapes, in a gradient",
    () => {
      const x = input("x", [3]);
      return gradients(ops.add(ops.sum(x), ops.sum(input("x", [4]))), [x]);
    },
    "gradients: two inputs are named 'x': float32 [3] and float32 [4]. Rename one of them.",
  ],
] as const)("%s: an error", async (_, act, message) => {
  await expect((async () => act())()).rejects.toThrow(message);
});

test("inputs that a program does not use are an error, unless they are ignored", async () => {
  const program = await compile({ y: ops.sum(input("x", [2])) });
  const feeds = { x: Float32Array.of(1, 2), extra: Float32Array.of(3) };
  await expect(program.run(feeds)).rejects.toThrow("run: unknown input 'extra'. Expected x.");
  expect(await program.run(feeds, {}, { unused: "ignore" })).toEqual({ y: Float32Array.of(3) });
  await expect(program.run(feeds, {}, { unused: "warn" as never })).rejects.toThrow(
    "unused = 'warn'. Expected 'error'",
  );
  await program.dispose();
});
