import { existsSync } from "node:fs";
import { compileEvaluation, createNetwork, type Evaluation as Inference, type Network } from "@downhill/graph";
import { type DataOptions, openDataSet, readImage } from "@downhill/images";
import { readWeights } from "../checkpoints/weights-file.ts";
import { buildModel } from "../config/model.ts";
import { TrainError } from "../error.ts";
import { evaluate, predict } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { Views } from "../evaluation/views.ts";
import { runPaths } from "../run-folder/paths.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";
import type { EvaluationPart } from "../training/callback.ts";
import { loadWeights } from "../training/checkpoint.ts";

/** A run's trained network. */
export interface OpenRun {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly network: Network;
}

/**
 * The network of a run: of its result, or while it has none, of its best epoch so far.
 * @throws TrainError where the folder is no run's, or has no weights yet
 */
export function openRun(folder: string): OpenRun {
  const facts = readRunFile(folder);
  const { weights, best } = runPaths(folder);
  const path = [weights, best].find((file) => existsSync(file));
  if (path === undefined) {
    throw new TrainError(
      `${folder}: the run has no trained weights yet: finish it with downhill train --resume ${folder}`,
    );
  }
  const { imageShape, classNames } = facts.data;
  const model = buildModel(facts.config.model, imageShape, classNames.length, facts.config.modelOptions);
  const network = createNetwork(model);
  loadWeights(network, readWeights(path));
  return { folder, facts, network };
}

export interface UseOptions {
  /** Default: those of the run. */
  readonly threads?: number;
  /** Test-time augmentation; default none, which gives what the exported model gives. */
  readonly views?: Views;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Options of an evaluation besides those of every use of a run. */
export interface EvaluateRunOptions extends UseOptions {
  /** Folder for decoded images. */
  readonly cache?: string;
  /** Folders of parts within the data; default those of the run where the data are its own. */
  readonly folders?: Pick<DataOptions, "trainFolder" | "validationFolder" | "testFolder">;
}

/** Images that are computed at once. */
const BATCH = 250;

async function withInference<T>(
  { facts, network }: OpenRun,
  { threads = facts.config.threads }: UseOptions,
  use: (inference: Inference) => Promise<T>,
): Promise<T> {
  const { normalization } = facts.data;
  const { device } = facts.config;
  const inference = await compileEvaluation(network, {
    batchSize: BATCH,
    normalization,
    threads,
    ...(device === null ? {} : { device }),
  });
  try {
    return await use(inference);
  } finally {
    await inference.dispose();
  }
}

/**
 * Evaluates a run's network on a data set: on its test part where it has one, else on its validation part, else on all of
 * it. Classes are matched by name, and some may lack: their accuracy is null.
 * @param source a folder of images, or a data set's name
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
  const { folders = {}, cache } = options;
  // The run's own data are split as the run split them; of other data, every image is evaluated.
  const own = source === given.data && Object.keys(folders).length === 0;
  const { validationShare, trainFolder, validationFolder, testFolder, seed = 0 } = given;
  const reading = own
    ? { validationShare, trainFolder, validationFolder, testFolder, seed }
    : { validationShare: 0, ...folders };
  const wanted = { ...reading, imageSize: [height, width], channels, classes: classNames, cache };
  const defined = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const data = await openDataSet(source, Object.fromEntries(defined) as DataOptions);
  if (String(data.imageShape) !== String(imageShape)) {
    throw new TrainError(
      `${source}: its images are [${data.imageShape}]: expected [${imageShape}], as those of ${run.folder}`,
    );
  }
  const [part, set] = data.test
    ? (["test", data.test] as const)
    : data.validation
      ? (["validation", data.validation] as const)
      : (["all", data.train] as const);
  const { views = "none" } = options;
  const judged = { batchSize: BATCH, views, ...(options.onProgress ? { onProgress: options.onProgress } : {}) };
  const evaluation = await withInference(run, options, (inference) => evaluate(inference, set, judged));
  return { part, evaluation, nameOf: (index) => set.nameOf(index) };
}

/** What a network says of an image. */
export interface Prediction {
  readonly file: string;
  /** Classes with their probabilities, the likeliest first; null where the file could not be read. */
  readonly classes: readonly { readonly name: string; readonly probability: number }[] | null;
  /** Why it could not. */
  readonly problem: string | null;
}

/** Predicts the classes of image files, one after another; one that cannot be read does not keep the others. */
export async function predictFiles(
  run: OpenRun,
  files: readonly string[],
  onPrediction: (prediction: Prediction) => void,
  options: UseOptions = {},
): Promise<void> {
  const { imageShape, classNames } = run.facts.data;
  const { views = "none" } = options;
  await withInference(run, options, async (inference) => {
    for (const file of files) {
      let pixels: Uint8Array;
      try {
        pixels = await readImage(file, imageShape);
      } catch (error) {
        if ((error as Error).name !== "DataError") throw error;
        onPrediction({ file, classes: null, problem: (error as Error).message });
        continue;
      }
      const probabilities = (await predict(inference, pixels, imageShape, classNames.length, views)).map(Math.exp);
      const classes = classNames.map((name, k) => ({ name, probability: probabilities[k] as number }));
      onPrediction({ file, classes: classes.sort((a, b) => b.probability - a.probability), problem: null });
    }
  });
}
