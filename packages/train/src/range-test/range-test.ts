import { type RangeTest, type Schedule, smoother, stopRule } from "@downhill/optim";
import { SHORT_TRAINING_DONE, shortTraining } from "../short-training/short-training.ts";
import { microStepsOf } from "../training/accumulate.ts";
import type { Training } from "../training/callback.ts";
import { epochLength } from "../training/data.ts";
import { START } from "../training/plan.ts";
import { rangeTestOptimizer } from "./optimizer.ts";
import type { FinderOptions } from "./options.ts";

/** Range test of one seed. */
export interface SeedTest {
  readonly record: RangeTest;
  /** True if the test was stopped on request. */
  readonly stopped: boolean;
}

/** Settings of one seed besides the given options. */
export interface SeedOptions {
  readonly rates: Schedule;
  readonly steps: number;
  readonly seed: number;
  readonly probe: number;
  readonly smoothing: number;
  readonly divergence: number;
  readonly onStep: (step: number, lr: number, loss: number, smoothed: number) => void;
}

/** Trains a copy of the network with a rising learning rate until the last rate, or until the loss diverges. */
export async function rangeTest(options: FinderOptions, test: SeedOptions): Promise<SeedTest> {
  const { data, batchSize, from, sampler } = options;
  const { rates, steps, seed } = test;
  const start = from?.position ?? START;
  const images = batchSize * microStepsOf(options.optimizer);
  const length = epochLength(data.train, sampler);
  const perEpoch = Math.ceil(length / images);
  const rest = length % images;
  /** True for a small last step of an epoch, whose loss would be an outlier. With a probe there are none. */
  const isOutlier = (step: number): boolean =>
    test.probe === 0 && rest > 0 && rest < images / 2 && (start.step + step) % perEpoch === perEpoch - 1;

  const [lr, loss]: [number[], number[]] = [[], []];
  const smooth = smoother(test.smoothing);
  const hasDiverged = stopRule({ factor: test.divergence });
  let [done, skipped] = [0, 0];
  const record = (step: number, rate: number, value: number, training: Training): void => {
    done = step + 1;
    if (!isOutlier(step)) {
      const smoothed = smooth(value);
      lr.push(rate);
      loss.push(value);
      test.onStep(step, rate, value, smoothed);
      if (hasDiverged(smoothed)) training.stop(SHORT_TRAINING_DONE);
    }
    if (done === steps) training.stop(SHORT_TRAINING_DONE);
  };
  const end = await shortTraining(options, {
    optimizer: rangeTestOptimizer(options.optimizer, rates, from?.updater.step ?? 0, () => skipped),
    batchSize,
    seed,
    epochs: start.epoch + Math.ceil(steps / perEpoch) + 1,
    probe: test.probe,
    part: data.train,
    watch: (probe) => ({
      name: "range test",
      async onStep(line, training) {
        const step = line.step - start.step;
        record(step, Number(line.lr), probe && !isOutlier(step) ? await probe.loss() : line.loss, training);
      },
      // A single bad batch is no divergence. A second one in a row stops the test, because the weights are ruined.
      onNonFinite(_, step, training) {
        skipped++;
        record(step - start.step, rates(step - start.step), Number.NaN, training);
        return true;
      },
    }),
  });
  return { record: { lr, loss, steps }, stopped: end === "stopped" };
}
