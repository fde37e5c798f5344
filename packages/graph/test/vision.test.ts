import { expect } from "vitest";
import { constant, layers, ops, Scope, type Tensor } from "../src/index.ts";
import { type Build, testCases } from "./check-cases.ts";
import { allCases } from "./golden.ts";

/** A scope whose parameters are given tensors, by their paths. */
class GivenScope extends Scope {
  readonly #given: Readonly<Record<string, Tensor>>;

  constructor(given: Readonly<Record<string, Tensor>>) {
    super(false);
    this.#given = given;
  }

  override parameter(name: string, shape: readonly number[]): Tensor {
    const found = this.#given[this.path(name)];
    expect(found?.shape, this.path(name)).toEqual(shape);
    return found as Tensor;
  }
}

const boolOf = (rows: readonly (readonly number[])[]): Tensor =>
  ops.greater(constant(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length as number]), 0);

const MASKS: Readonly<Record<string, Tensor>> = {
  upper: boolOf([
    [0, 1, 1, 1],
    [0, 0, 1, 1],
    [0, 0, 0, 1],
    [0, 0, 0, 0],
  ]),
  numbers: constant(
    Float32Array.from({ length: 16 }, (_, i) => i / 10),
    [4, 4],
  ),
};

const PADDING = boolOf([
  [0, 0, 0, 1],
  [0, 0, 1, 1],
]);

const multiHeadAttention: Build = (given, { mask, keyPaddingMask, ...options }) =>
  layers.multiHeadAttention(new GivenScope(given), "layer", given.x as Tensor, {
    ...options,
    ...(given.key && { key: given.key, value: given.value }),
    ...(mask && { mask: MASKS[mask] }),
    ...(keyPaddingMask && { keyPaddingMask: PADDING }),
  });

const LAYERS: Readonly<Record<string, Build>> = {
  convTranspose2d: (given, { out, options }) =>
    layers.convTranspose2d(new GivenScope(given), "layer", given.x as Tensor, out, options),
  upsample: ({ x }, options) => ops.upsample(x as Tensor, options),
  rmsNorm: (given, options) => layers.rmsNorm(new GivenScope(given), "layer", given.x as Tensor, options),
  groupNorm: (given, options) => layers.groupNorm(new GivenScope(given), "layer", given.x as Tensor, options),
  instanceNorm: (given, options) => layers.instanceNorm(new GivenScope(given), "layer", given.x as Tensor, options),
  embedding: (given, { indices, ...options }) =>
    layers.embedding(
      new GivenScope(given),
      "layer",
      constant(Int32Array.from(indices.flat()), [indices.length, indices[0].length]),
      options,
    ),
  multiHeadAttention,
  transformerEncoderLayer: (given, { activation, ...options }) =>
    layers.transformerEncoderLayer(new GivenScope(given), "layer", given.x as Tensor, {
      ...options,
      ...(activation && { activation: ops.gelu }),
    }),
  scaledDotProductAttention: ({ a, b, c }, options) =>
    ops.scaledDotProductAttention(a as Tensor, b as Tensor, c as Tensor, options),
};

testCases(allCases("vision.json"), LAYERS, []);
