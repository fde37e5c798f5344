import { type OnnxFile, openOnnx } from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import { logSoftmax, Scores } from "../evaluation/scores.ts";
import { sizeOf } from "../size.ts";

/** Accuracy and speed of a smaller model file beside those of the float32 file. */
export interface FileComparison {
  /** Number of evaluated images. */
  readonly images: number;
  readonly accuracy: number;
  /** Accuracy of the float32 file. */
  readonly fullAccuracy: number;
  /** Median time of one image, in milliseconds. */
  readonly milliseconds: number;
  /** Median time of one image in the float32 file, in milliseconds. */
  readonly fullMilliseconds: number;
  readonly threads: number;
}

/** Batch size of the evaluation. */
const BATCH = 100;
/** Number of timed runs of each file. */
const RUNS = 31;

/** Measures two model files on the same images. */
export async function compareFiles(
  full: Uint8Array,
  smaller: Uint8Array,
  images: ImageSet,
  threads: number,
  onProgress: (done: number, total: number) => void,
): Promise<FileComparison> {
  const total = 2 * images.length;
  const fullAccuracy = await accuracyOf(full, images, threads, (done) => onProgress(done, total));
  const accuracy = await accuracyOf(smaller, images, threads, (done) => onProgress(images.length + done, total));
  const [fullMilliseconds, milliseconds] = await timesOf([full, smaller], images, threads);
  return { images: images.length, accuracy, fullAccuracy, milliseconds, fullMilliseconds, threads };
}

async function accuracyOf(
  bytes: Uint8Array,
  images: ImageSet,
  threads: number,
  onProgress: (done: number) => void,
): Promise<number> {
  const classes = images.classNames.length;
  const scores = new Scores(classes);
  const files = new Map<number, OnnxFile>();
  try {
    for (let from = 0; from < images.length; from += BATCH) {
      const count = Math.min(BATCH, images.length - from);
      const file = files.get(count) ?? (await openOnnx(bytes, { batchSize: count, threads }));
      files.set(count, file);
      const { logits } = await file.run({ images: read(images, from, count) });
      scores.add(logSoftmax(logits as Float32Array, classes), images.labels.subarray(from, from + count), from);
      onProgress(from + count);
    }
  } finally {
    for (const file of files.values()) await file.dispose();
  }
  return scores.result().accuracy;
}

/** Returns the median times of one image. The files take turns, so that other work on the machine slows both. */
async function timesOf(
  all: readonly [Uint8Array, Uint8Array],
  images: ImageSet,
  threads: number,
): Promise<readonly [number, number]> {
  const files = await Promise.all(all.map((bytes) => openOnnx(bytes, { threads })));
  const pixels = read(images, 0, 1);
  const times: [number[], number[]] = [[], []];
  try {
    for (let run = -3; run < RUNS; run++) {
      for (const [i, file] of files.entries()) {
        const started = performance.now();
        await file.run({ images: pixels });
        // The first runs allocate memory.
        if (run >= 0) times[i as 0 | 1].push(performance.now() - started);
      }
    }
  } finally {
    for (const file of files) await file.dispose();
  }
  return [median(times[0]), median(times[1])];
}

function read(images: ImageSet, from: number, count: number): Uint8Array {
  const size = sizeOf(images.imageShape);
  const pixels = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) images.read(from + i, pixels, i * size);
  return pixels;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
