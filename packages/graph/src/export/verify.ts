import { randomAt, randomKey } from "@downhill/optim/random";
import { compile } from "../compile/compile.ts";
import { input } from "../core/input.ts";
import { at, type Shape, sizeOf } from "../core/shape.ts";
import { chooseDevice } from "../devices/choose.ts";
import { GraphError } from "../error.ts";
import type { Model, ModelGraph } from "../model/model.ts";
import { DEVICE } from "./device.ts";
import type { Outputs, Values } from "./fold.ts";

/** Pixels that a file takes, and their normalization. */
export interface Pixels {
  readonly type: "uint8" | "float32";
  /** Mean of each channel, for pixels from 0 to 1. */
  readonly mean: readonly number[];
  /** Standard deviation of each channel. */
  readonly std: readonly number[];
}

/** Largest difference allowed, relative to the largest number. */
const TOLERANCE = 1e-4;

/** Batch sizes to compare: 1, which broadcasts where other sizes do not, and a larger one. */
const BATCHES = [1, 4];

/**
 * Compares the results of a file with those of its model, on seeded random images.
 * @param outputsOf returns the outputs of the file from the graph of the model
 * @throws GraphError if the results differ, or the results of the model are not finite
 */
export async function verify(
  file: Uint8Array,
  model: Model,
  values: Values,
  pixels: Pixels,
  outputsOf: (graph: ModelGraph) => Outputs,
): Promise<void> {
  for (const batch of BATCHES) {
    const images = input(IMAGES, [batch, ...model.imageShape]);
    const { raw, normalized } = randomImages(images.shape, pixels);
    const outputs = outputsOf(model.apply(images));
    const expected = await runNetwork(outputs, { ...values, [IMAGES]: normalized });
    const found = await runFile(file, raw, images.shape, outputs);
    for (const [name, numbers] of Object.entries(expected)) {
      checkClose(model.name, name, found[name] as Float32Array, numbers);
    }
  }
}

async function runNetwork(outputs: Outputs, values: Values): Promise<Values> {
  const program = await compile(outputs, { device: DEVICE, tune: false });
  try {
    return await program.run(
      Object.fromEntries(program.inputs.map(({ name }) => [name, values[name] as Float32Array])),
    );
  } finally {
    await program.dispose();
  }
}

async function runFile(
  file: Uint8Array,
  images: Uint8Array | Float32Array,
  shape: Shape,
  outputs: Outputs,
): Promise<Values> {
  const { device } = await chooseDevice(DEVICE);
  const session = await device.compile(file, {
    inputs: [{ name: IMAGES, shape, dtype: images instanceof Uint8Array ? "uint8" : "float32" }],
    outputs: Object.entries(outputs).map(([name, tensor]) => ({ name, shape: tensor.shape, dtype: tensor.dtype })),
    threads: 1,
    optimize: true,
  });
  try {
    return (await session.run({ [IMAGES]: images }, {})) as Values;
  } finally {
    await session.dispose();
  }
}

/** Name of the images in the graph and in the file. */
export const IMAGES = "images";

function checkClose(model: string, output: string, found: Float32Array, expected: Float32Array): void {
  const bad = expected.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new GraphError(
      `export: ${model} computes ${output} of ${bad}. Expected finite numbers. Check whether the training has diverged.`,
    );
  }
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - at(found, i))), 0);
  if (difference <= TOLERANCE * largest) return;
  throw new GraphError(
    `export: the ${output} of the file differ from those of ${model} by ${(difference / largest).toExponential(1)} of ` +
      `the largest number. Expected at most ${TOLERANCE}. No file was written.`,
  );
}

function randomImages(
  shape: Shape,
  { type, mean, std }: Pixels,
): { readonly raw: Uint8Array | Float32Array; readonly normalized: Float32Array } {
  const [, channels = 1, ...plane] = shape;
  const key = randomKey(0, 0, "export");
  const bytes = Uint8Array.from({ length: sizeOf(shape) }, (_, i) => Math.floor(256 * randomAt(i, key, 0)));
  const normalized = Float32Array.from(bytes, (byte, i) => {
    const channel = Math.floor(i / sizeOf(plane)) % channels;
    return (byte / 255 - at(mean, channel)) / at(std, channel);
  });
  return { raw: type === "uint8" ? bytes : normalized, normalized };
}
