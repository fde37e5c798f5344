import type { TrainingStep } from "@downhill/graph";
import type { Optimizer, Parameters, Updater } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { dropPartialUpdate, GradientSum, gradientNorm } from "./accumulate.ts";
import type { Batches } from "./batches.ts";
import type { BatchMeans } from "./epoch-totals.ts";
import { pickTargets } from "./objective.ts";
import type { MicroBatch, PlannedBatch } from "./plan.ts";

/** Means and gradient norm of one step, over all its images. */
export interface StepMetrics extends BatchMeans {
  /** Global norm of the mean gradient, before wrappers change it. */
  readonly norm: number;
  /** True if the loss and all gradients are finite. The step must not be applied otherwise. */
  readonly finite: boolean;
}

interface Parts {
  readonly step: TrainingStep;
  readonly batches: Batches;
  readonly updater: Updater;
  readonly optimizer: Optimizer;
  readonly parameters: Parameters;
  /** Names of the targets that the step takes. */
  readonly targets: readonly string[];
  /** True if the output of the model is the logits of classes. */
  readonly isClassifier: boolean;
}

/**
 * Computes and applies the steps of a training. A step is one update. It has one batch, or several if the optimizer
 * accumulates gradients; each batch has a share of the update by its number of images, so that a smaller last step of an
 * epoch is the mean over its images too.
 */
export class Updates {
  readonly #parts: Parts;
  readonly #ofBatch: GradientSum;
  readonly #ofStep: GradientSum;
  #lastShare = 1;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#ofBatch = new GradientSum(parts.parameters);
    this.#ofStep = new GradientSum(parts.parameters);
  }

  /**
   * Computes a step: the updater has accumulated the gradients of all batches but the last one, which are in the arena.
   * After a loss or a gradient that is not finite, it passes over the remaining batches.
   */
  async compute(planned: PlannedBatch, batches: readonly (readonly MicroBatch[])[]): Promise<StepMetrics> {
    const { updater, parameters, isClassifier } = this.#parts;
    let number = planned.step * batches.flat().length;
    let [loss, correct, norm, finite] = [0, 0, 0, true];
    const metrics: Record<string, number> = {};
    for (const [i, batch] of batches.entries()) {
      if (!finite) {
        for (const _ of batch) this.#parts.batches.recycle(await this.#parts.batches.next());
        continue;
      }
      const images = batch.reduce((sum, { count }) => sum + count, 0);
      for (const { count } of batch) {
        const result = await this.#run(number++);
        const share = count / planned.count;
        loss += share * result.loss;
        // A vector that is no logits has no predictions, such as the pixels of an autoencoder.
        correct += isClassifier ? result.correct : Number.NaN;
        for (const [name, value] of Object.entries(result.metrics))
          metrics[name] = (metrics[name] ?? 0) + share * value;
        if (batch.length > 1) this.#ofBatch.add(count / images);
      }
      if (batch.length > 1) this.#ofBatch.finish();
      norm = gradientNorm(parameters);
      finite = Number.isFinite(loss) && Number.isFinite(norm);
      this.#lastShare = images / planned.count;
      if (batches.length === 1 || !finite) continue;
      this.#ofStep.add(this.#lastShare);
      if (i < batches.length - 1) updater.step({ share: this.#lastShare, applies: false });
    }
    if (batches.length > 1) {
      const mean = this.#ofStep.takeNorm();
      if (finite) norm = mean;
    }
    return { loss, correct, metrics, norm, finite };
  }

  async #run(number: number): Promise<BatchMeans> {
    const { step, batches, targets } = this.#parts;
    const batch = await batches.next();
    const mix = defined({ mix: batch.mix ?? undefined });
    const values = pickTargets("data.train", targets, batch.targets);
    const result = await step.run(batch.images, values, { step: number, ...mix });
    batches.recycle(batch);
    return result;
  }

  /** Applies the computed step. */
  apply(): void {
    this.#parts.updater.step({ share: this.#lastShare, applies: true });
  }

  /** Drops the computed step. */
  drop(): void {
    dropPartialUpdate(this.#parts.updater, this.#parts.optimizer);
  }
}
