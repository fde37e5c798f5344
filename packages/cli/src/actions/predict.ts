import type { ImageFile } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { openRun, type Prediction, predictFiles, type Views } from "@downhill/train";
import { visible } from "@downhill/train/text";
import { STATUS } from "../failure.ts";
import { count, plural } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { copierTo } from "../predict/copy-by-class.ts";
import { openInputs } from "../predict/open-inputs.ts";
import { PRINTERS, type PredictionFormat } from "../predict/printers.ts";

/** Images to classify by a trained model. */
export interface PredictRequest {
  /** Folder of the run. */
  readonly run: string;
  /** Files, folders, archives, glob patterns, or `-`. */
  readonly paths: readonly string[];
  /** Number of classes that are printed per image. */
  readonly top: number;
  readonly format: PredictionFormat;
  /** Probability of the best class below which an image is unsure; undefined for none. */
  readonly threshold?: number | undefined;
  /** Folder for copies of the images by class. */
  readonly copyTo?: string | undefined;
  readonly threads?: number | undefined;
  readonly views?: Views | undefined;
  /** Source of the bytes of `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
}

/** Prints the most likely classes of images. Returns the exit status, which is not 0 if a file cannot be read as an image. */
export async function predict(output: Output, request: PredictRequest): Promise<number | undefined> {
  const { paths, format, threshold, copyTo, threads, views, stdin } = request;
  const run = openRun(request.run);
  const { classNames } = run.facts.data;
  const top = Math.min(request.top, classNames.length);
  const inputs = await openInputs(paths, stdin);
  let failed = 0;
  try {
    const copier = copyTo === undefined ? null : copierTo(copyTo, inputs, classNames);
    const print = PRINTERS[format](output, { top, hasThreshold: threshold !== undefined, copies: copier !== null });
    const handle = async (prediction: Prediction, file: ImageFile): Promise<void> => {
      const best = prediction.classes?.[0];
      if (best === undefined) {
        failed++;
        output.error(`${output.progress.style("red", "Error:")} ${prediction.problem}`);
      }
      const unsure = threshold === undefined || best === undefined ? null : !(best.probability >= threshold);
      const copy = copier && best ? await copier.copy(file, unsure ? null : best.name) : null;
      print({ ...prediction, unsure, copy });
    };
    await predictFiles(run, inputs.files, handle, defined({ threads, views }));
    if (copier && copier.counts.size > 0) {
      const folders = [...copier.counts].map(([name, images]) => `${visible(name)} ${count(images)}`);
      output.log(
        `${plural(inputs.files.length - failed, "image")} in ${visible(copyTo as string)}: ${folders.join(", ")}`,
      );
    }
  } finally {
    await inputs.close();
  }
  if (failed === 0) return undefined;
  if (inputs.files.length > 1 && output.showsProgress) {
    output.error(`${count(failed)} of ${count(inputs.files.length)} files could not be read as images`);
  }
  return STATUS.failed;
}
