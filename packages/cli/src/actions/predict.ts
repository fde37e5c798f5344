import { statSync } from "node:fs";
import { listImages } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { openRun, type Prediction, predictFiles, type Views } from "@downhill/train";
import { visible } from "@downhill/train/text";
import { STATUS } from "../failure.ts";
import { count, percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { UsageError } from "../usage-error.ts";

/** Images to classify by a trained model. */
export interface PredictRequest {
  /** Folder of the run. */
  readonly run: string;
  /** Files, or folders of images. */
  readonly paths: readonly string[];
  /** Number of classes that are printed per image. */
  readonly top: number;
  readonly threads?: number | undefined;
  readonly views?: Views | undefined;
}

/** Prints the most likely classes of images. Returns the exit status, which is not 0 if a file cannot be read as an image. */
export async function predict(
  output: Output,
  { run, paths, top, threads, views }: PredictRequest,
): Promise<number | undefined> {
  const files = paths.flatMap(imagesAt);
  let failed = 0;
  const print = (prediction: Prediction): void => {
    if (prediction.classes === null) failed++;
    printPrediction(prediction, top, output);
  };
  await predictFiles(openRun(run), files, print, defined({ threads, views }));
  if (failed === 0) return undefined;
  if (files.length > 1 && output.showsProgress) {
    output.error(`${count(failed)} of ${count(files.length)} files could not be read as images`);
  }
  return STATUS.failed;
}

/** Returns the images in a folder, or the file itself. */
function imagesAt(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const images = listImages(path);
  if (images.length > 0) return images;
  throw new UsageError(`${path}: the folder contains no images. Name a folder with images, or image files.`);
}

function printPrediction({ file, classes, problem }: Prediction, top: number, output: Output): void {
  const best = classes?.slice(0, top) ?? null;
  if (output.mode.json) output.json(best ? { file, classes: best } : { file, error: { message: problem } });
  if (best === null) output.error(`${output.progress.style("red", "Error:")} ${problem}`);
  else if (!output.mode.json) {
    const [first, ...others] = best.map(({ name, probability }) => `${visible(name)} (${percent(probability)})`);
    output.print(`${visible(file)}: ${[output.results.style("bold", first ?? ""), ...others].join(", ")}`);
  }
}
