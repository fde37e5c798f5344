import type { ImageSource, Order } from "@downhill/images";
import type { Parameters, Updater } from "@downhill/optim";
import { at } from "../at.ts";
import { evaluate, predictSet } from "../evaluation/evaluate.ts";
import type { Evaluation } from "../evaluation/scores.ts";
import { withoutPartialUpdate } from "./accumulate.ts";
import { type DeviceFacts, type EpochLine, type EvaluationPart, restoreCallback, type Training } from "./callback.ts";
import {
  type Checkpoint,
  copyWeights,
  type KeptWeights,
  NOTHING_SPENT,
  restoreUpdater,
  type Spent,
  setWeights,
} from "./checkpoint.ts";
import { type ClockOptions, imagesPerStep } from "./clock.ts";
import { epochLength } from "./data.ts";
import { addBatch, type BatchMeans, type EpochTotals, mapMetrics, NO_TOTALS, whereAny } from "./epoch-totals.ts";
import { noiseScaleOf } from "./noise.ts";
import { openPhase } from "./open-phase.ts";
import { clockOptionsOf, type TrainOptions } from "./options.ts";
import { type Phase, phaseAt } from "./phases.ts";
import { type PlannedBatch, type Position, START } from "./plan.ts";
import type { TrainResult } from "./result.ts";
import { closeParts, evaluationSet, type TrainingParts } from "./training-parts.ts";

/** State of a training in progress, with its evaluation and checkpoints. */
export class OpenTraining implements Training {
  readonly #options: TrainOptions;
  #phase: Phase;
  #parts: TrainingParts;
  readonly #callbacks: NonNullable<TrainOptions["callbacks"]>;
  position: Position = START;
  stopped: string | null = null;
  #totals: EpochTotals = NO_TOTALS;
  #order: Int32Array | null = null;
  #evaluation: { readonly step: number; readonly result: Evaluation } | null = null;
  #spent: Spent = NOTHING_SPENT;
  #kept: KeptWeights | null = null;
  /** Values of the buffers at the beginning of the current step; null between steps. */
  #before: Record<string, Float32Array> | null = null;
  /** Milliseconds waited in earlier sessions. */
  #waitedBefore = 0;

  constructor(options: TrainOptions, phase: Phase, parts: TrainingParts) {
    this.#options = options;
    this.#phase = phase;
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
    return epochLength(this.#options.data.train, this.#options.sampler);
  }
  get parts(): TrainingParts {
    return this.#parts;
  }
  get updater(): Updater {
    return this.#parts.updater;
  }
  get spent(): Spent {
    return this.#spent;
  }
  get device(): DeviceFacts {
    const { device, lowering, deviceReason } = this.#parts.step;
    return { name: device, threads: this.#options.threads ?? 1, lowering, reason: deviceReason };
  }
  get evaluationPart(): EvaluationPart | null {
    return evaluationSet(this.#options.data)?.part ?? null;
  }

  /** Order of the images in the current epoch. */
  get order(): Order {
    return this.#order ?? (this.#options.order === "sequential" ? "sequential" : "shuffled");
  }

  stop(reason: string): void {
    this.stopped ??= reason;
  }

  /** Starts the batches at the current position. */
  startBatches(): Promise<void> {
    return this.#parts.batches.start(this.position, this.order);
  }

  /**
   * Enters the phase of an epoch. The state of the optimizer continues; parameters that were frozen start with a fresh one.
   * @returns true if the parts have changed
   */
  async enterPhase(epoch: number): Promise<boolean> {
    const phase = phaseAt(this.#options, epoch);
    if (phase.name === this.#phase.name) return false;
    const before = this.#parts;
    const state = before.updater.state();
    this.#waitedBefore += before.batches.waited;
    await closeParts(before);
    this.#phase = phase;
    this.#parts = await openPhase(this.#options, phase, epoch);
    this.#parts.updater.restore(state, { missing: "fresh" });
    await this.startBatches();
    return true;
  }

  /** Number and sizes of the steps. */
  get clock(): ClockOptions {
    return clockOptionsOf(this.#options);
  }

  /** Keeps the running statistics, which the batches of a step update before it is applied. */
  beginStep(): void {
    this.#before = copiesOf(this.network.buffers);
  }

  /** Records a completed step. */
  advance({ count, after }: PlannedBatch, means: BatchMeans, milliseconds: number): void {
    this.#before = null;
    this.#totals = addBatch(this.#totals, count, means);
    this.position = after;
    this.#spend(count, milliseconds);
  }

  /** Records a step that was skipped because its loss or gradients are not finite. */
  skip({ count, after }: PlannedBatch, milliseconds: number): void {
    this.undoStep();
    this.position = after;
    this.#spend(count, milliseconds);
  }

  /** Restores the running statistics of the beginning of the step, which a loss that is not finite may have ruined. */
  undoStep(): void {
    for (const [name, values] of Object.entries(this.#before ?? {})) this.network.buffers[name]?.set(values);
    this.#before = null;
  }

  #spend(images: number, milliseconds: number): void {
    this.#spent = {
      images: this.#spent.images + images,
      milliseconds: this.#spent.milliseconds + milliseconds,
      waited: this.#waitedBefore + this.#parts.batches.waited,
    };
  }

  /** Evaluates if due, and calls the callbacks. */
  async endEpoch(epoch: number): Promise<void> {
    const { epochs, evaluateEvery = 1, order } = this.#options;
    const due = (epoch + 1) % evaluateEvery === 0 || epoch + 1 === epochs;
    const evaluation = due ? await this.#evaluate(epoch + 1 === epochs) : null;
    const { images, loss, correct, metrics = {} } = this.#totals;
    this.#totals = NO_TOTALS;
    if (order === "easy-first" && this.#order === null && epoch + 1 < epochs) {
      this.#order = await this.#easyFirst();
      await this.#parts.batches.start(this.position, this.#order);
    }
    const size = imagesPerStep(this.clock, epoch);
    const line = {
      epoch,
      ...(this.#options.freeze === undefined || this.#options.freeze === 0 ? {} : { phase: this.#phase.name }),
      steps: this.position.step,
      batchSize: size,
      ...noiseScaleOf(this.updater.hyperparameters, size, this.length),
      train: {
        loss: loss / images,
        accuracy: correct / images,
        ...whereAny(mapMetrics(metrics, (sum) => sum / images)),
      },
      evaluation: evaluation && summaryOf(evaluation.part, evaluation.result),
    };
    for (const callback of this.#callbacks) {
      await callback.onEpoch?.(line, evaluation?.result ?? null, this);
      // A later callback may write a checkpoint, which contains the kept weights.
      if (callback.keepsWeights?.()) await this.#keep(evaluation?.result ?? null);
    }
  }

  async #keep(evaluation: Evaluation | null): Promise<void> {
    this.#kept = { step: this.position.step, weights: await this.evaluationWeights(), evaluation };
  }

  /** @param isLast true for the evaluation of the last epoch, which also has a ranking */
  async #evaluate(isLast: boolean): Promise<{ readonly part: EvaluationPart; readonly result: Evaluation } | null> {
    const held = evaluationSet(this.#parts.data);
    if (!held) return null;
    const { inference, evaluationBatch: batchSize } = this.#parts;
    const result = await this.withEvaluationWeights(() =>
      evaluate(inference, held.set, { batchSize, ranking: isLast }),
    );
    this.#evaluation = { step: this.position.step, result };
    return { part: held.part, result };
  }

  /** Returns the training images sorted by their current loss, lowest first. */
  async #easyFirst(): Promise<Int32Array> {
    // Streams and losses of their own have been refused.
    const set = this.#options.data.train as ImageSource & { readonly labels: Int32Array };
    const { classes } = this.network.model;
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
      weights: { ...copyWeights(this.network), ...copiesOf(this.#before ?? {}) },
      updater: withoutPartialUpdate(this.updater.state(), this.#options.optimizer),
      order: this.#order,
      callbacks: Object.fromEntries(states),
      spent: this.#spent,
      ...(this.#kept && { kept: this.#kept }),
    };
  }

  async withEvaluationWeights<T>(evaluate: () => T | Promise<T>): Promise<T> {
    const { steps } = this.updater;
    const { statistics } = this.#parts;
    // Before the first step there is no average.
    const run = async (): Promise<T> => (statistics && steps > 0 ? statistics.during(steps, evaluate) : evaluate());
    return this.updater.withEvaluationWeights(run);
  }

  evaluationWeights(): Promise<Record<string, Float32Array>> {
    return this.withEvaluationWeights(() => copyWeights(this.network));
  }

  restore({ position, totals, weights, updater, order, callbacks, spent, kept }: Checkpoint): void {
    setWeights(this.network, weights);
    // A checkpoint at the end of a phase has no state of the parameters that the next one also trains.
    const begins = position.seen === 0 && position.epoch === this.#phase.from && position.epoch > 0;
    restoreUpdater(this.updater, withoutPartialUpdate(updater, this.#options.optimizer), begins ? "fresh" : "error");
    for (const one of this.#callbacks) restoreCallback(one, callbacks);
    this.position = position;
    this.#totals = totals;
    this.#order = order;
    this.#spent = spent;
    this.#waitedBefore = spent.waited;
    this.#kept = kept ?? null;
  }

  /** Returns the result of the training, whose weights the network then holds. */
  async result(): Promise<TrainResult> {
    const { step, epoch } = this.position;
    const { weights, ...of } = this.#kept ?? {
      step,
      weights: await this.evaluationWeights(),
      evaluation: this.#evaluation?.step === step ? this.#evaluation.result : null,
    };
    setWeights(this.network, weights);
    return {
      steps: step,
      epochs: epoch,
      stopped: this.stopped,
      evaluation: of.evaluation,
      weights,
      weightsStep: of.step,
      spent: this.#spent,
    };
  }

  async close(): Promise<void> {
    await closeParts(this.#parts);
  }
}

const copiesOf = (arrays: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Float32Array.from(values)]));

const summaryOf = (
  part: EvaluationPart,
  { loss, accuracy, balancedAccuracy, top5, calibrationError, perClass, metrics }: Evaluation,
): NonNullable<EpochLine["evaluation"]> => ({
  part,
  loss,
  accuracy,
  balancedAccuracy,
  top5,
  calibrationError,
  perClass,
  ...whereAny(metrics),
});
