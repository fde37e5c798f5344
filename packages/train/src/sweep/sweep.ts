import type { ClassLabels, TargetShapes } from "@downhill/graph";
import { checkShortTraining } from "../short-training/options.ts";
import { average } from "../statistics/mean.ts";
import { asGood, hasLearned, type Trial } from "./choose.ts";
import { planSweep, type SweepOptions, type SweepPlan } from "./options.ts";
import type { SweepResult } from "./result.ts";
import { trainValue } from "./train-value.ts";
import { withValue } from "./values.ts";
import { refusalOf, STOPPED, whyChosen } from "./words.ts";

/**
 * Sweeps weight decay, momentum or batch size: it runs short trainings with each value from the same start and compares
 * their final losses on fixed images. A single training with a rising value, as in a range test, would not separate the
 * effect of the value from that of learning (https://arxiv.org/abs/1803.09820).
 *
 * The learning rate is the same for all values. Of the values that are as good as the best within its noise (one standard
 * error of its losses, and at least a hundredth of its loss reduction), the largest is chosen: the most regularization,
 * the longest memory or the fewest steps.
 *
 * The sweep does not change its inputs: it trains copies, and all randomness depends on seed and step only.
 * @throws TrainError for an invalid value, an optimizer without the hyperparameter, or images of one class
 * @example
 * const optimizer = sgd({ lr: 0.05, momentum: 0.9 });
 * const { chosen, refusal } = await sweepHyperparameter({ network, data, optimizer, batchSize: 64, sweep: "weightDecay" });
 * console.log(chosen ? `${chosen.value}: ${chosen.why}` : refusal);
 */
export async function sweepHyperparameter<
  Name extends string = string,
  T extends TargetShapes = ClassLabels,
  M extends string = never,
>(given: SweepOptions<Name, T, M>): Promise<SweepResult> {
  const options = given as unknown as SweepOptions;
  checkShortTraining("sweepHyperparameter", options);
  const began = performance.now();
  const plan = planSweep(options);
  const { hyperparameter, steps, seeds, images, probe } = plan;
  const trials: ValueTrial[] = [];
  let stopped = false;
  for (const [index, value] of plan.values.entries()) {
    const trial = await tryValue(options, plan, index, value);
    if (trial === null) {
      stopped = true;
      break;
    }
    trials.push(trial);
  }
  const before = trials[0]?.before ?? Number.NaN;
  const lr = rateOf(options);
  const good = asGood(trials, before);
  const refused = stopped
    ? STOPPED
    : good && hasLearned(good.best, before)
      ? null
      : refusalOf({ lr, before, diverged: good === null });
  const over = (pick: (losses: readonly number[]) => number) =>
    trials.map(({ losses }) => (losses === null ? null : pick(losses)));
  return {
    sweep: options.sweep,
    hyperparameter,
    optimizer: options.optimizer.name,
    lr,
    chosen:
      good && refused === null
        ? {
            value: good.to.value,
            why: whyChosen(hyperparameter, good, plan.values),
            interval: [good.from.value, good.to.value],
          }
        : null,
    refusal: refused?.problem ?? null,
    remedies: refused?.remedies ?? [],
    curve: {
      value: trials.map(({ value }) => value),
      loss: over(average),
      low: over((losses) => Math.min(...losses)),
      high: over((losses) => Math.max(...losses)),
      updates: trials.map(({ updates }) => updates),
    },
    before,
    steps,
    images,
    seeds,
    probe,
    part: options.data.validation ? "validation" : "training",
    seconds: (performance.now() - began) / 1000,
  };
}

interface ValueTrial extends Trial {
  readonly before: number;
  readonly updates: number;
}

/** Trains a value with all seeds, up to the first one that diverges; null if stopped on request. */
async function tryValue(
  options: SweepOptions,
  { hyperparameter, values, seeds, images, probe }: SweepPlan,
  index: number,
  value: number,
): Promise<ValueTrial | null> {
  const { seed: first = 0, onProgress } = options;
  const optimizer = withValue(options.optimizer, hyperparameter, value);
  const batchSize = hyperparameter === "batchSize" ? value : options.batchSize;
  const losses: number[] = [];
  let [before, updates] = [Number.NaN, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const [training, trainings] = [index * seeds + seed, values.length * seeds];
    const result = await trainValue(options, {
      optimizer,
      batchSize,
      seed: first + seed,
      images,
      probe,
      onStep: (seen, loss) => onProgress?.({ hyperparameter, value, training, trainings, seen, images, loss }),
    });
    if (result.stopped) return null;
    ({ before, updates } = result);
    if (result.after === null) return { value, losses: null, before, updates };
    losses.push(result.after);
  }
  return { value, losses, before, updates };
}

/** Returns the learning rate of the first step. */
function rateOf({ optimizer, from }: SweepOptions): number {
  const { lr } = optimizer.parts.hyperparameters;
  return typeof lr === "function" ? lr(from?.updater.step ?? 0) : Number(lr);
}
