import { randomAt, randomKey } from "@downhill/optim/random";
import { sizeOf } from "../../src/core/shape.ts";
import { createNetwork, type Model, type Network, type Shape } from "../../src/index.ts";

/** Batch size of most ports. */
export const BATCH = 8;
export const SMALL = [1, 8, 8] as const;

/** Numbers in [0, 1), equal to those of the fixture's generator. */
function uniform(name: string, count: number, seed: number): Float64Array {
  const key = randomKey(seed, 0, name);
  return Float64Array.from({ length: count }, (_, i) => randomAt(i, key, 0));
}

/** Numbers in [-1, 1). */
export const signed = (name: string, ...shape: Shape): Float32Array =>
  Float32Array.from(uniform(name, sizeOf(shape), 2), (u) => 2 * u - 1);

/** Classes from 0. */
export const labels = (name: string, count: number, classes: number): Int32Array =>
  Int32Array.from(uniform(name, count, 2), (u) => Math.floor(u * classes));

export const images = signed("images", BATCH, ...SMALL);
/** The same images as numbers in [0, 1). */
export const pixels = images.map((value) => (value + 1) / 2);

/** Returns a network with weights within 1 / sqrt(fan-in), biases of 0, and weights of norms of 1. */
export function initialized<Name extends string>(model: Model<Name>, seed = 1): Network<Name> {
  const network = createNetwork(model);
  for (const { name, shape } of model.parameters) {
    const values = network.parameters.value(name);
    const bound = 1 / Math.sqrt(sizeOf(shape.slice(1)));
    if (shape.length === 1) values.fill(name.endsWith("bias") ? 0 : 1);
    else values.set(uniform(name, values.length, seed).map((u) => bound * (2 * u - 1)));
  }
  return network;
}
