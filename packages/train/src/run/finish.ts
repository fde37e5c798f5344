import { existsSync, rmSync } from "node:fs";
import { compileEvaluation, createNetwork, exportOnnx, type Model, type Network } from "@downhill/graph";
import type { DataSet, ImageSet } from "@downhill/images";
import { readWeights, weightsFile } from "../checkpoints/weights-file.ts";
import { TrainError } from "../error.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import type { Views } from "../evaluation/views.ts";
import { writeAtomically } from "../files/atomic.ts";
import { sealJson } from "../files/sealed-json.ts";
import type { RunPaths } from "../run-folder/paths.ts";
import type { RunResult } from "../run-folder/result.ts";
import type { RunFacts } from "../run-folder/run-file.ts";
import { defaultLargestPart, evaluationBatchOf } from "../training/batch-sizes.ts";
import type { EvaluationPart } from "../training/callback.ts";
import { setWeights } from "../training/checkpoint.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import type { TrainResult } from "../training/result.ts";
import { evaluationSet } from "../training/training-parts.ts";
import { labelsJson } from "../usage/model-input.ts";
import { modelReadme } from "../usage/readme.ts";
import type { RunEvent } from "./events.ts";
import { rates } from "./recorder.ts";

interface FinishOptions {
  readonly paths: RunPaths;
  readonly facts: RunFacts;
  readonly data: DataSet;
  readonly model: Model;
  readonly compiling: Compiling;
  readonly result: TrainResult;
  /** True if the user stopped the run to resume it later: nothing is evaluated. */
  readonly interrupted: boolean;
  /** False to write neither report nor plots. */
  readonly report: boolean;
  readonly emit: (event: RunEvent) => void;
}

/** Finishes a run after its last step: chooses and evaluates the weights, then writes model, result and report. */
export async function finish(options: FinishOptions): Promise<RunResult> {
  const { paths, facts, data, model, compiling, result, interrupted, emit } = options;
  if (interrupted) return resultOf(options, null, null);
  const { config } = facts;
  // Early stopping chooses the weights with the best evaluation; otherwise the last weights are used.
  const chosen = config.earlyStopping !== null && existsSync(paths.best) ? readWeights(paths.best) : result.weights;
  const network = createNetwork(model);
  setWeights(network, chosen);

  const onProgress = (what: string): void => emit({ kind: "finishing", what });
  const evaluateSet = (set: ImageSet, views: Views): Promise<Evaluation> =>
    evaluateImages(network, set, facts, compiling, views, onProgress);
  const last = evaluationSet(data);
  const evaluatePart = async (part: EvaluationPart, set: ImageSet): Promise<EvaluatedPart> => {
    const known = chosen === result.weights && part === last?.part ? result.evaluation : null;
    // Only the last epoch of a training has a ranking, which the report shows.
    return { part, set, evaluation: known?.ranking ? known : await evaluateSet(set, "none") };
  };
  const test = data.test && (await evaluatePart("test", data.test));
  const validation = data.validation && (await evaluatePart("validation", data.validation));

  writeAtomically(paths.weights, weightsFile(model, chosen));
  emit({ kind: "finishing", what: "exporting the model" });
  const { classNames, normalization } = facts.data;
  writeAtomically(paths.model, await exportOnnx(network, { classNames, normalization }));
  const evaluated = test ?? validation;
  const { testTimeAugmentation: views } = config;
  // An evaluation with several views takes several times as long.
  const augmented = evaluated && views !== "none" ? { views, ...pick(await evaluateSet(evaluated.set, views)) } : null;
  const final = { ...resultOf(options, evaluated, test && validation), augmented };
  writeAtomically(paths.labels, labelsJson(classNames));
  writeAtomically(paths.readme, modelReadme(facts, final));
  removeOldReport(paths.report);
  writeAtomically(paths.result, sealJson(final));
  if (!options.report) return final;
  emit({ kind: "finishing", what: "writing the report" });
  const missing = await tryToReport(paths, evaluated?.set ?? null, data.train);
  return missing === null ? final : { ...final, missing };
}

/** Removes the report of an earlier stage: a result next to a report marks a finished run. */
function removeOldReport(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The path is no file or not removable, which writing the report will explain.
  }
}

/** Writes the report. Returns the problem if that fails, which does not fail the run; otherwise null. */
async function tryToReport(paths: RunPaths, evaluated: ImageSet | null, train: ImageSet): Promise<string | null> {
  try {
    // Loaded on demand: the drawing code takes as long to load as everything else.
    const { writeReport } = await import("../report/write-report.ts");
    await writeReport(paths, evaluated, train);
    return null;
  } catch (error) {
    return error instanceof TrainError ? error.message : String(error);
  }
}

interface EvaluatedPart {
  readonly part: EvaluationPart;
  readonly set: ImageSet;
  readonly evaluation: Evaluation;
}

async function evaluateImages(
  network: Network,
  set: ImageSet,
  facts: RunFacts,
  compiling: Compiling,
  views: Views,
  onProgress: (text: string) => void,
): Promise<Evaluation> {
  // The batch size of the evaluation after epochs gives the same bits whether or not such an evaluation is reused.
  const batchSize = evaluationBatchOf(facts.config.largestPart ?? defaultLargestPart(network.model));
  const inference = await compileEvaluation(network, {
    batchSize,
    normalization: facts.data.normalization,
    ...compilingOf(compiling),
  });
  try {
    const how = views === "none" ? "" : ` with test-time augmentation (${views})`;
    const onBatch = (done: number, total: number): void => onProgress(`evaluating ${done} of ${total} images${how}`);
    return await evaluate(inference, set, { batchSize, views, ranking: views === "none", onProgress: onBatch });
  } finally {
    await inference.dispose();
  }
}

function resultOf(
  { facts, result, interrupted }: FinishOptions,
  evaluated: EvaluatedPart | null,
  validation: EvaluatedPart | null,
): RunResult {
  const evaluation = evaluated?.evaluation ?? null;
  return {
    status: interrupted ? "stopped" : "finished",
    reason: result.stopped,
    part: evaluated?.part ?? null,
    images: evaluation?.images ?? null,
    accuracy: evaluation?.accuracy ?? null,
    loss: evaluation?.loss ?? null,
    top5: evaluation?.top5 ?? null,
    calibrationError: evaluation?.calibrationError ?? null,
    epochs: result.epochs,
    steps: result.steps,
    ...rates(result.spent),
    seed: facts.seed,
    validation: validation && pick(validation.evaluation),
    balancedAccuracy: evaluation?.balancedAccuracy ?? null,
    ranking: evaluation?.ranking ?? null,
    perClass: evaluation?.perClass ?? null,
    confusion: evaluation?.confusion ?? null,
    calibration: evaluation?.calibration ?? null,
    mistakes: evaluated
      ? evaluated.evaluation.mistakes.map((mistake) => ({ ...mistake, name: evaluated.set.nameOf(mistake.index) }))
      : [],
  };
}

const pick = ({ images, loss, accuracy }: Evaluation) => ({ images, loss, accuracy });
