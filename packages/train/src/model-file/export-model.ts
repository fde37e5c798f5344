import { exportOnnx, halveOnnx, type ImageBatches, quantizeOnnx } from "@downhill/graph";
import type { DataSet, ImageSet } from "@downhill/images";
import { TrainError } from "../error.ts";
import type { OpenRun } from "../inference/open-run.ts";
import { openData } from "../run/prepare.ts";
import { sizeOf } from "../size.ts";
import type { EvaluationPart } from "../training/callback.ts";
import { compareFiles, type FileComparison } from "./compare-files.ts";

/** Precisions of the weights in a model file. */
export const PRECISIONS = ["float32", "float16", "int8"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** Options of {@link exportModel}. */
export interface ExportModelOptions {
  /** Precision of the weights; `int8` quantizes the activations, too. Default `float32`. */
  readonly precision?: Precision;
  /** Folder of decoded images. */
  readonly cache?: string;
  /** Called while the smaller file is compared with the float32 file. */
  readonly onProgress?: (what: string, done: number, total: number) => void;
}

/** Model of a run as an ONNX file. */
export interface ExportedModel {
  readonly bytes: Uint8Array;
  /** Comparison with the float32 file on images of the run; null for a float32 file. */
  readonly comparison: (FileComparison & { readonly part: EvaluationPart | "train" }) | null;
}

/** Number of training images for the calibration, evenly spaced over the part, and the batch size. */
const CALIBRATED = 512;
const BATCH = 32;

/**
 * Exports the model of a run as ONNX. A smaller file is measured on the images of the run: its accuracy and its speed beside
 * those of the float32 file.
 * @throws DataError if the images of the run, which a smaller file requires, cannot be opened
 * @throws TrainError if they have changed since the run
 */
export async function exportModel(
  { facts, network }: OpenRun,
  { precision = "float32", cache, onProgress = () => {} }: ExportModelOptions = {},
): Promise<ExportedModel> {
  const { classNames, normalization, imageShape } = facts.data;
  const full = await exportOnnx(network, { classNames, normalization });
  if (precision === "float32") return { bytes: full, comparison: null };
  const data = await openData(facts.given, cache, () => {}, [], facts);
  if (data.fingerprint !== facts.data.fingerprint) {
    throw new TrainError(
      `${facts.given.data}: the images have changed since the run. Expected those of the run, to measure the accuracy of the ${precision} file.`,
    );
  }
  const bytes = precision === "float16" ? halveOnnx(full) : await quantizeOnnx(full, imageShape, batchesOf(data.train));
  const [part, images] = partOf(data);
  const report = (done: number, total: number): void => onProgress("comparing model files", done, total);
  return { bytes, comparison: { part, ...(await compareFiles(full, bytes, images, facts.config.threads, report)) } };
}

function partOf({ test, validation, train }: DataSet): readonly [EvaluationPart | "train", ImageSet] {
  if (test) return ["test", test];
  return validation ? ["validation", validation] : ["train", train];
}

/** Returns batches of evenly spaced images. */
function batchesOf(images: ImageSet): ImageBatches {
  const count = Math.min(CALIBRATED, images.length);
  const size = sizeOf(images.imageShape);
  return function* () {
    for (let from = 0; from < count; from += BATCH) {
      const pixels = new Uint8Array(Math.min(BATCH, count - from) * size);
      for (let i = 0; i * size < pixels.length; i++) {
        images.read(Math.floor(((from + i) * images.length) / count), pixels, i * size);
      }
      yield pixels;
    }
  };
}
