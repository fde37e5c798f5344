import { statSync } from "node:fs";
import { listImages } from "@downhill/images";
import { openRun, type Prediction, predictFiles } from "@downhill/train";
import { visible } from "@downhill/train/text";
import { wholeNumber } from "../config/whole-number.ts";
import { STATUS } from "../failure.ts";
import { count, percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { UsageError } from "../usage-error.ts";
import { type UseFlags, useOptions } from "./evaluate.ts";

/**
 * Prints the likeliest classes of images. Images that cannot be read are reported, and make the command fail at the end.
 */
export async function predict(
  output: Output,
  [folder, paths]: readonly [string, readonly string[]],
  { top, ...flags }: UseFlags & { readonly top: string },
): Promise<number | undefined> {
  const classes = wholeNumber("--top", top) as number;
  const use = useOptions(flags);
  const files = paths.flatMap(imagesAt);
  const run = openRun(folder);
  let failed = 0;
  const tell = (prediction: Prediction): void => {
    if (prediction.classes === null) failed++;
    show(prediction, classes, output);
  };
  await predictFiles(run, files, tell, use);
  if (failed === 0) return undefined;
  if (files.length > 1 && output.showsProgress) {
    output.error(`${count(failed)} of ${count(files.length)} files could not be read as images`);
  }
  return STATUS.failed;
}

/** A file, or the images of a folder. */
function imagesAt(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const images = listImages(path);
  if (images.length > 0) return images;
  throw new UsageError(`${path}: the folder has no images. Name a folder with images, or files.`);
}

function show({ file, classes, problem }: Prediction, top: number, output: Output): void {
  const best = classes?.slice(0, top) ?? null;
  if (output.mode.json) output.json(best ? { file, classes: best } : { file, error: { message: problem } });
  if (best === null) output.error(`${output.progress.style("red", "Error:")} ${problem}`);
  else if (!output.mode.json) {
    const said = best.map(({ name, probability }, i) => {
      const text = `${visible(name)} (${percent(probability)})`;
      return i === 0 ? output.results.style("bold", text) : text;
    });
    output.print(`${visible(file)}: ${said.join(", ")}`);
  }
}
