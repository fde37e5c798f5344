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
import { loadWeights } from "../training/checkpoint.ts";
import { type Compiling, compilingOf } from "../training/compiling.ts";
import { evaluationSet } from "../training/open.ts";
import type { TrainResult } from "../training/result.ts";
import type { RunEvent } from "./events.ts";
import { rates } from "./recorder.ts";

interface FinishOptions {
  readonly paths: RunPaths;
  readonly facts: RunFacts;
  readonly data: DataSet;
  readonly model: Model;
  readonly compiling: Compiling;
  readonly result: TrainResult;
  /** Stopped by the user, who may go on later: nothing is judged. */
  readonly interrupted: boolean;
  readonly emit: (event: RunEvent) => void;
}

/** After the last step: chooses the weights, judges them, and leaves model, result and report in the folder. */
export async function finish(options: FinishOptions): Promise<RunResult> {
  const { paths, facts, data, model, compiling, result, interrupted, emit } = options;
  if (interrupted) return resultOf(options, null, null);
  const { config } = facts;
  // With early stopping the validation part chooses; without it, the last weights are taken, whatever was best.
  const chosen = config.earlyStopping !== null && existsSync(paths.best) ? readWeights(paths.best) : result.weights;
  const network = createNetwork(model);
  loadWeights(network, chosen);

  const onProgress = (what: string): void => emit({ kind: "finishing", what });
  const evaluateSet = (set: ImageSet, views: Views): Promise<Evaluation> =>
    evaluateImages(network, set, facts, compiling, views, onProgress);
  const last = evaluationSet(data);
  const evaluatePart = async (part: EvaluationPart, set: ImageSet): Promise<EvaluatedPart> => {
    const known = chosen === result.weights && part === last?.part ? result.evaluation : null;
    return { part, set, evaluation: known ?? (await evaluateSet(set, "none")) };
  };
  const test = data.test && (await evaluatePart("test", data.test));
  const validation = data.validation && (await evaluatePart("validation", data.validation));

  writeAtomically(paths.weights, weightsFile(model, chosen));
  emit({ kind: "finishing", what: "exporting the model" });
  const { classNames, normalization } = facts.data;
  writeAtomically(paths.model, await exportOnnx(network, { classNames, normalization }));
  const evaluated = test ?? validation;
  const { testTimeAugmentation: views } = config;
  // Several views of each image take several times as long.
  const augmented = evaluated && views !== "none" ? { views, ...pick(await evaluateSet(evaluated.set, views)) } : null;
  const final = { ...resultOf(options, evaluated, test && validation), augmented };
  removeOldReport(paths.report);
  writeAtomically(paths.result, sealJson(final));
  emit({ kind: "finishing", what: "writing the report" });
  const missing = await tryToReport(paths, evaluated?.set ?? null);
  return missing === null ? final : { ...final, missing };
}

/** A result with a report is a finished run: a report of an earlier stage must not stand beside the result. */
function removeOldReport(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It is no file, or may not be removed: writing the report tells why.
  }
}

/** A report that fails does not fail the run: returns the problem; null where all is written. */
async function tryToReport(paths: RunPaths, evaluated: ImageSet | null): Promise<string | null> {
  try {
    // What draws is loaded when it is needed: it takes as long to load as all the rest.
    const { writeReport } = await import("../report/write-report.ts");
    await writeReport(paths, evaluated);
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
  // As many as while it was trained: a result has the same bits whether an epoch's evaluation was at hand for it or not.
  const batchSize = evaluationBatchOf(facts.config.largestPart ?? defaultLargestPart(network.model));
  const inference = await compileEvaluation(network, {
    batchSize,
    normalization: facts.data.normalization,
    ...compilingOf(compiling),
  });
  try {
    const how = views === "none" ? "" : ` with test-time augmentation (${views})`;
    const onBatch = (done: number, total: number): void => onProgress(`evaluating ${done} of ${total} images${how}`);
    return await evaluate(inference, set, { batchSize, views, onProgress: onBatch });
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
    perClass: evaluation?.perClass ?? null,
    confusion: evaluation?.confusion ?? null,
    calibration: evaluation?.calibration ?? null,
    mistakes: evaluated
      ? evaluated.evaluation.mistakes.map((mistake) => ({ ...mistake, name: evaluated.set.nameOf(mistake.index) }))
      : [],
  };
}

const pick = ({ images, loss, accuracy }: Evaluation) => ({ images, loss, accuracy });
