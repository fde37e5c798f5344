import { openRun, type Prediction, predictFiles } from "@downhill/train";
import { visible } from "@downhill/train/text";
import { wholeNumber } from "../config/whole-number.ts";
import { STATUS } from "../failure.ts";
import { count, percent } from "../output/format.ts";
import type { Output } from "../output/output.ts";
import { type UseFlags, useOptions } from "./evaluate.ts";

/** Says what is on images; those that cannot be read are told, and make the command fail at the end. */
export async function predict(
  output: Output,
  [folder, files]: readonly [string, readonly string[]],
  { top, ...flags }: UseFlags & { readonly top: string },
): Promise<number | undefined> {
  const classes = wholeNumber("--top", top) as number;
  const use = useOptions(flags);
  const run = openRun(folder);
  let failed = 0;
  const tell = (prediction: Prediction): void => {
    if (prediction.classes === null) failed++;
    show(prediction, classes, output);
  };
  await predictFiles(run, files, tell, use);
  if (failed === 0) return undefined;
  if (files.length > 1 && output.isTalking) {
    output.error(`${count(failed)} of ${count(files.length)} files could not be read as images`);
  }
  return STATUS.failed;
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
