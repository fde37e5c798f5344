import { asGood, hasLearnt, meanOf, type Trial } from "./choose.ts";
import { planSweep, type SweepOptions, type SweepPlan } from "./options.ts";
import type { SweepResult } from "./result.ts";
import { trainValue } from "./train-value.ts";
import { withValue } from "./values.ts";
import { whyChosen, whyRefused } from "./words.ts";

/**
 * Which weight decay, momentum or batch size to train with: for each of some values short trainings from the same start,
 * judged by the loss at their ends on fixed images. While one hyperparameter rises in a single training, as in a range
 * test, learning lowers the loss too, and the two cannot be told apart (https://arxiv.org/abs/1803.09820).
 *
 * The learning rate stays what it is for all values. Of those that are as good as the best within its noise (one standard
 * error of its losses, and at least a hundredth of what it gains), the largest is chosen: the most regularization, the
 * longest memory, the fewest updates.
 *
 * Nothing that it is given is changed: it works on copies, and all that is random is a function of seed and step.
 * @throws TrainError for a value that makes no sense, an optimizer without the hyperparameter, or images of one class
 * @example
 * const optimizer = sgd({ lr: 0.05, momentum: 0.9 });
 * const { chosen, refusal } = await sweepHyperparameter({ network, data, optimizer, batchSize: 64, sweep: "weightDecay" });
 * console.log(chosen ? `${chosen.value}: ${chosen.why}` : refusal);
 */
export async function sweepHyperparameter(options: SweepOptions): Promise<SweepResult> {
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
  const refusal = stopped
    ? "it was asked to stop before its last training: begin it again for a value"
    : good && hasLearnt(good.best, before)
      ? null
      : whyRefused({ lr, before, diverged: good === null });
  const over = (pick: (losses: readonly number[]) => number) =>
    trials.map(({ losses }) => (losses === null ? null : pick(losses)));
  return {
    sweep: options.sweep,
    hyperparameter,
    optimizer: options.optimizer.name,
    lr,
    chosen:
      good && refusal === null
        ? {
            value: good.to.value,
            why: whyChosen(hyperparameter, good, plan.values),
            interval: [good.from.value, good.to.value],
          }
        : null,
    refusal,
    curve: {
      value: trials.map(({ value }) => value),
      loss: over(meanOf),
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

/** All seeds of a value, up to one that diverges; null where it was asked to stop. */
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

/** The rate of the first step. */
function rateOf({ optimizer, from }: SweepOptions): number {
  const { lr } = optimizer.parts.hyperparameters;
  return typeof lr === "function" ? lr(from?.updater.step ?? 0) : Number(lr);
}
