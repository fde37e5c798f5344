import { type DataOptions, openDataSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { pick } from "../config/pick.ts";
import { TrainError } from "../error.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { EvaluationPart } from "../training/callback.ts";
import type { OpenRun } from "./open-run.ts";
import { samplesOf } from "./samples-of.ts";
import { BATCH, type UseOptions, withInference } from "./with-inference.ts";

/** Options of the evaluation of a run. */
export interface EvaluateRunOptions extends UseOptions {
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Choices of how images and labels are read; default those of the run if the data are its own. */
  readonly reading?: Pick<DataOptions, (typeof READING)[number]>;
}

/** Keys that choose how images and labels are read. */
const READING = [
  ...(["dataFormat", "labels", "labelColumn", "imageColumn", "splitColumn", "labelPattern"] as const),
  ...(["trainFolder", "validationFolder", "testFolder", "classLevel", "bands", "valueRange"] as const),
] as const;

/** Keys that decide which images of the data are in which part, and their classes. */
const DIVISION = [...READING, "fold", "folds", "validationShare", "seed"] as const;

/**
 * Evaluates the network of a run on a data set: on its test part, or else its validation part, or else all images. Classes
 * are matched by name; the accuracy of missing classes is null.
 * @param source folder of images, or name of a data set
 * @throws DataError for a class that the run does not have
 */
export async function evaluateRun(
  run: OpenRun,
  source: string,
  options: EvaluateRunOptions = {},
): Promise<{
  readonly part: EvaluationPart | "all";
  readonly evaluation: Evaluation;
  readonly nameOf: (index: number) => string;
}> {
  const { imageShape, classNames } = run.facts.data;
  const { given } = run.facts;
  const [channels, height, width] = imageShape;
  const { reading: chosen = {}, cache, views = "none", onProgress } = options;
  // The run's own data are split as in the run; of other data, all images are evaluated.
  const isOwn = source === given.data && Object.keys(chosen).length === 0;
  const reading = isOwn ? { seed: 0, ...pick(given, DIVISION) } : { validationShare: 0, ...chosen };
  const imageSize = [height, width] as const;
  const data = await openDataSet(
    source,
    defined({ ...reading, ...samplesOf(given), imageSize, channels: channels as 1 | 3, classes: classNames, cache }),
  );
  if (String(data.imageShape) !== String(imageShape)) {
    throw new TrainError(
      `${source}: its images have the shape [${data.imageShape}]. Expected [${imageShape}], as in ${run.folder}.`,
    );
  }
  const [part, set] = data.test
    ? (["test", data.test] as const)
    : data.validation
      ? (["validation", data.validation] as const)
      : (["all", data.train] as const);
  const evaluation = await withInference(run, options, (inference) =>
    evaluate(inference, set, { batchSize: BATCH, views, ranking: true, ...defined({ onProgress }) }),
  );
  return { part, evaluation, nameOf: (index) => set.nameOf(index) };
}
