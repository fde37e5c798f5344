import { create, toBinary } from "@bufbuild/protobuf";
import { TensorProto_DataType as DataType, type ModelProto, ModelProtoSchema, ValueInfoProtoSchema } from "onnx-buf";
import type { Shape } from "../../core/shape.ts";
import { chooseDevice } from "../../devices/choose.ts";
import { DEVICE } from "../device.ts";
import { IMAGES } from "../verify.ts";

/** Range of a value in float32 that whole numbers represent. */
export interface Range {
  readonly lowest: number;
  readonly highest: number;
}

/** Batches of images as bytes, [count, ...imageShape] each. They are iterated twice. */
export type ImageBatches = () => Iterable<Uint8Array>;

/** Number of bins of a histogram. */
const BINS = 2048;

/**
 * Measures values of a model on images, and returns for each the range with the smallest mean squared error of 256
 * levels. A few far outliers lie outside of it.
 * @param positive values of which only the part above 0 is represented
 */
export async function calibrate(
  model: ModelProto,
  names: readonly string[],
  positive: ReadonlySet<string>,
  imageShape: Shape,
  batches: ImageBatches,
): Promise<ReadonlyMap<string, Range>> {
  const whole = new Map(names.map((name) => [name, { lowest: 0, highest: 0 }]));
  await forEachBatch(model, names, imageShape, batches, (name, numbers) => {
    let { lowest, highest } = whole.get(name) as Range;
    for (const number of numbers) {
      if (number < lowest) lowest = number;
      else if (number > highest) highest = number;
    }
    whole.set(name, { lowest: positive.has(name) ? 0 : lowest, highest });
  });
  const histograms = new Map(names.map((name) => [name, new Float64Array(BINS)]));
  await forEachBatch(model, names, imageShape, batches, (name, numbers) => {
    const { lowest, highest } = whole.get(name) as Range;
    const histogram = histograms.get(name) as Float64Array;
    const factor = BINS / (highest - lowest || 1);
    for (const number of numbers) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((number - lowest) * factor)));
      histogram[bin] = (histogram[bin] as number) + 1;
    }
  });
  return new Map(
    names.map((name) => [name, bestRange(whole.get(name) as Range, histograms.get(name) as Float64Array)]),
  );
}

/** Returns the part of a range, shrunk on both sides by the same factor, with the smallest squared error of a histogram. */
export function bestRange({ lowest, highest }: Range, histogram: Float64Array): Range {
  let best = { lowest, highest };
  let least = Number.POSITIVE_INFINITY;
  const width = (highest - lowest) / histogram.length;
  for (let percent = 100; percent >= 20; percent -= 2) {
    const range = { lowest: (lowest * percent) / 100, highest: (highest * percent) / 100 };
    const step = (range.highest - range.lowest) / 255;
    let error = 0;
    for (const [bin, count] of histogram.entries()) {
      const value = lowest + (bin + 0.5) * width;
      const outside = Math.max(0, range.lowest - value, value - range.highest);
      // Rounding errors are uniform within a step. Zero is represented exactly.
      error += count * (outside > 0 ? outside ** 2 : Math.abs(value) <= width / 2 ? 0 : step ** 2 / 12);
    }
    if (error < least) {
      least = error;
      best = range;
    }
  }
  return best;
}

/** Runs a model on batches, and passes values of it to a listener. */
async function forEachBatch(
  model: ModelProto,
  names: readonly string[],
  imageShape: Shape,
  batches: ImageBatches,
  listen: (name: string, numbers: Float32Array) => void,
): Promise<void> {
  const info = (name: string) =>
    create(ValueInfoProtoSchema, {
      name,
      type: { value: { case: "tensorType", value: { elemType: DataType.FLOAT } } },
    });
  const { graph } = model;
  const bytes = toBinary(ModelProtoSchema, {
    ...model,
    ...(graph && { graph: { ...graph, output: names.map(info) } }),
  });
  const { device } = await chooseDevice(DEVICE);
  const size = imageShape.reduce((product, length) => product * length, 1);
  const sessions = new Map<number, Awaited<ReturnType<typeof device.compile>>>();
  try {
    for (const batch of batches()) {
      const count = batch.length / size;
      let session = sessions.get(count);
      if (!session) {
        session = await device.compile(bytes, {
          inputs: [{ name: IMAGES, shape: [count, ...imageShape], dtype: "uint8" }],
          outputs: names.map((name) => ({ name, shape: [count], dtype: "float32" })),
          threads: 1,
          optimize: true,
        });
        sessions.set(count, session);
      }
      const found = await session.run({ [IMAGES]: batch }, {});
      for (const name of names) listen(name, found[name] as Float32Array);
    }
  } finally {
    for (const session of sessions.values()) await session.dispose();
  }
}
