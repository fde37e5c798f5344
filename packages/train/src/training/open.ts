import {
  compileEvaluation,
  compileTrainingStep,
  type Evaluation as Inference,
  summary,
  type TrainingStep,
} from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import type { Parameters, Updater } from "@downhill/optim";
import { at } from "../at.ts";
import { checkStepMemory } from "../config/memory.ts";
import { evaluate, predictSet } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import { defaultLargestPart, evaluationBatchOf, evaluationSizes, trainingSizes } from "./batch-sizes.ts";
import { Batches } from "./batches.ts";
import { type DeviceFacts, type EvaluationPart, restoreCallback, type Training } from "./callback.ts";
import { type Checkpoint, loadWeights, NOTHING_SPENT, restoreUpdater, type Spent, saveWeights } from "./checkpoint.ts";
import { batchSizeAt } from "./clock.ts";
import { compilingOf } from "./compiling.ts";
import { addBatch, type EpochTotals, NO_TOTALS } from "./epoch-totals.ts";
import { noiseScaleOf } from "./noise.ts";
import { checkOptions, type TrainOptions } from "./options.ts";
import { type MicroBatch, microBatches, type PlannedBatch, type Position, START } from "./plan.ts";
import type { TrainResult } from "./result.ts";

/** Returns the images that epochs are evaluated on: the validation part, or else the test part. */
export function evaluationSet({
  validation,
  test,
}: TrainOptions["data"]): { part: EvaluationPart; set: ImageSet } | null {
  if (validation) return { part: "validation", set: validation };
  return test ? { part: "test", set: test } : null;
}

/** Compiles the programs of a training and restores its starting position. */
export async function open(options: TrainOptions): Promise<OpenTraining> {
  checkOptions(options);
  const { network, data, batchSize, augment = [], labelSmoothing = 0, seed = 0, from } = options;
  const compiling = { ...compilingOf(options), normalization: data.normalization };
  const largestPart = options.largestPart ?? defaultLargestPart(network.model);
  const mixed = augment.some(({ kind }) => kind === "mixup" || kind === "cutmix");
  const { epoch } = from?.position ?? START;
  const count = batchSizeAt(batchSize, epoch);
  const [part] = microBatches({ epoch, from: 0, count }, largestPart) as [MicroBatch];
  checkStepMemory(summary(network.model).totals.memory, part.count);
  const laterSizes = trainingSizes({ length: data.train.length, batchSize, epochs: options.epochs }, largestPart);
  const stepOptions = { batchSize: part.count, laterSizes, labelSmoothing, mixed, seed };
  const step = await compileTrainingStep(network, { ...stepOptions, ...compiling });
  let training: OpenTraining | undefined;
  try {
    const evaluationBatch = evaluationBatchOf(largestPart);
    const evaluated = [data.validation, data.test, options.order === "easy-first" ? data.train : null];
    const inference = await compileEvaluation(network, {
      batchSize: evaluationBatch,
      laterSizes: evaluationSizes(
        evaluated.flatMap((set) => set?.length ?? []),
        evaluationBatch,
      ),
      ...compiling,
    });
    const batches = new Batches(data.train, {
      length: data.train.length,
      batchSize,
      epochs: options.epochs,
      largestPart,
      seed,
      augment,
      normalization: data.normalization,
    });
    const updater = options.optimizer.bind(network.parameters, { seed });
    training = new OpenTraining(options, { step, inference, batches, updater, largestPart, evaluationBatch });
    if (from) training.restore(from);
    await batches.start(training.position, training.order);
    return training;
  } catch (error) {
    await (training?.close() ?? step.dispose());
    throw error;
  }
}

interface Parts {
  readonly step: TrainingStep;
  readonly inference: Inference;
  readonly batches: Batches;
  readonly updater: Updater;
  readonly largestPart: number;
  readonly evaluationBatch: number;
}

/** State of a training in progress, with its evaluation and checkpoints. */
class OpenTraining implements Training {
  readonly #options: TrainOptions;
  readonly #parts: Parts;
  readonly #callbacks: NonNullable<TrainOptions["callbacks"]>;
  position: Position = START;
  stopped: string | null = null;
  #totals: EpochTotals = NO_TOTALS;
  #order: Int32Array | null = null;
  #evaluation: { readonly step: number; readonly result: Evaluation } | null = null;
  #spent: Spent = NOTHING_SPENT;
  /** Milliseconds waited in earlier sessions. */
  #waitedBefore = 0;

  constructor(options: TrainOptions, parts: Parts) {
    this.#options = options;
    this.#parts = parts;
    this.#callbacks = options.callbacks ?? [];
  }

  get network(): TrainOptions["network"] {
    return this.#options.network;
  }
  get parameters(): Parameters {
    return this.network.parameters;
  }
  get length(): number {
    return this.#options.data.train.length;
  }
  get step(): TrainingStep {
    return this.#parts.step;
  }
  get batches(): Batches {
    return this.#parts.batches;
  }
  get updater(): Updater {
    return this.#parts.updater;
  }
  get spent(): Spent {
    return this.#spent;
  }
  get device(): DeviceFacts {
    const { device, lowering, deviceReason } = this.step;
    return { name: device, threads: this.#options.threads ?? 1, lowering, reason: deviceReason };
  }
  get evaluationPart(): EvaluationPart | null {
    return evaluationSet(this.#options.data)?.part ?? null;
  }
  get largestPart(): number {
    return this.#parts.largestPart;
  }

  /** Order of the images in the current epoch. */
  get order(): "shuffled" | "sequential" | Int32Array {
    return this.#order ?? (this.#options.order === "sequential" ? "sequential" : "shuffled");
  }

  stop(reason: string): void {
    this.stopped ??= reason;
  }

  /** Records a completed step. */
  advance({ count, after }: PlannedBatch, loss: number, correct: number, milliseconds: number): void {
    this.#totals = addBatch(this.#totals, count, loss, correct);
    this.position = after;
    this.#spend(count, milliseconds);
  }

  /** Records a step that was skipped because its loss or gradients are not finite. */
  skip({ count, after }: PlannedBatch, milliseconds: number): void {
    this.position = after;
    this.#spend(count, milliseconds);
  }

  #spend(images: number, milliseconds: number): void {
    this.#spent = {
      images: this.#spent.images + images,
      milliseconds: this.#spent.milliseconds + milliseconds,
      waited: this.#waitedBefore + this.batches.waited,
    };
  }

  /** Evaluates if due, and calls the callbacks. */
  async endEpoch(epoch: number): Promise<void> {
    const { epochs, batchSize, evaluateEvery = 1, order } = this.#options;
    const due = (epoch + 1) % evaluateEvery === 0 || epoch + 1 === epochs;
    const evaluation = due ? await this.#evaluate() : null;
    const { images, loss, correct } = this.#totals;
    this.#totals = NO_TOTALS;
    if (order === "easy-first" && this.#order === null && epoch + 1 < epochs) {
      this.#order = await this.#easyFirst();
      await this.batches.start(this.position, this.#order);
    }
    const size = batchSizeAt(batchSize, epoch);
    const line = {
      epoch,
      steps: this.position.step,
      batchSize: size,
      ...noiseScaleOf(this.updater.hyperparameters, size, this.length),
      train: { loss: loss / images, accuracy: correct / images },
      evaluation: evaluation && summaryOf(evaluation.part, evaluation.result),
    };
    for (const callback of this.#callbacks) await callback.onEpoch?.(line, evaluation?.result ?? null, this);
  }

  async #evaluate(): Promise<{ readonly part: EvaluationPart; readonly result: Evaluation } | null> {
    const held = evaluationSet(this.#options.data);
    if (!held) return null;
    const { inference, evaluationBatch: batchSize } = this.#parts;
    const result = await this.updater.withEvaluationWeights(() => evaluate(inference, held.set, { batchSize }));
    this.#evaluation = { step: this.position.step, result };
    return { part: held.part, result };
  }

  /** Returns the training images sorted by their current loss, lowest first. */
  async #easyFirst(): Promise<Int32Array> {
    const { train: set } = this.#options.data;
    const classes = set.classNames.length;
    const losses = new Float64Array(set.length);
    const { inference, evaluationBatch: batchSize } = this.#parts;
    for await (const { logProbabilities, from, count } of predictSet(inference, set, { batchSize })) {
      for (let i = 0; i < count; i++) {
        losses[from + i] = -at(logProbabilities, i * classes + (set.labels[from + i] as number));
      }
    }
    return Int32Array.from(losses.keys()).sort((a, b) => at(losses, a) - at(losses, b) || a - b);
  }

  checkpoint(): Checkpoint {
    const states = this.#callbacks.flatMap((one) => (one.state ? [[one.name, one.state()]] : []));
    return {
      position: this.position,
      totals: this.#totals,
      weights: saveWeights(this.network),
      updater: this.updater.state(),
      order: this.#order,
      callbacks: Object.fromEntries(states),
      spent: this.#spent,
    };
  }

  evaluationWeights(): Record<string, Float32Array> {
    return this.updater.withEvaluationWeights(() => saveWeights(this.network));
  }

  restore({ position, totals, weights, updater, order, callbacks, spent }: Checkpoint): void {
    loadWeights(this.network, weights);
    restoreUpdater(this.updater, updater);
    for (const one of this.#callbacks) restoreCallback(one, callbacks);
    this.position = position;
    this.#totals = totals;
    this.#order = order;
    this.#spent = spent;
    this.#waitedBefore = spent.waited;
  }

  result(): TrainResult {
    const { step, epoch } = this.position;
    return {
      steps: step,
      epochs: epoch,
      stopped: this.stopped,
      evaluation: this.#evaluation?.step === step ? this.#evaluation.result : null,
      weights: this.evaluationWeights(),
      spent: this.#spent,
    };
  }

  async close(): Promise<void> {
    const { step, inference, batches } = this.#parts;
    await batches.close();
    await step.dispose();
    await inference.dispose();
  }
}

const summaryOf = (part: EvaluationPart, { loss, accuracy, top5, calibrationError, perClass }: Evaluation) => ({
  part,
  loss,
  accuracy,
  top5,
  calibrationError,
  perClass,
});
