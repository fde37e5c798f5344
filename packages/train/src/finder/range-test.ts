import { type RangeTest, type Schedule, smoother, stopRule } from "@downhill/optim";
import { START } from "../training/plan.ts";
import type { FinderOptions } from "./options.ts";
import { sweepOptimizer } from "./sweep-optimizer.ts";
import { TEST_DONE, testTraining } from "./test-training.ts";

/** The range test of one seed. */
export interface SeedTest {
  readonly record: RangeTest;
  /** Whether it ended because it was asked to. */
  readonly stopped: boolean;
}

/** What a range test needs besides the options as they were given. */
export interface SeedOptions {
  readonly rates: Schedule;
  readonly steps: number;
  readonly seed: number;
  readonly probe: number;
  readonly smoothing: number;
  readonly divergence: number;
  readonly onStep: (step: number, lr: number, loss: number, smoothed: number) => void;
}

/** Trains a copy of the network with a rate that rises at every step, until the rates end or the loss diverges. */
export async function rangeTest(options: FinderOptions, test: SeedOptions): Promise<SeedTest> {
  const { data, batchSize, from } = options;
  const { rates, steps, seed } = test;
  const start = from?.position ?? START;
  const perEpoch = Math.ceil(data.train.length / batchSize);
  const rest = data.train.length % batchSize;
  /** A small rest at the end of an epoch would be an outlier. With a probe there are none. */
  const isOutlier = (step: number): boolean =>
    test.probe === 0 && rest > 0 && rest < batchSize / 2 && (start.step + step) % perEpoch === perEpoch - 1;

  const [lr, loss]: [number[], number[]] = [[], []];
  const smooth = smoother(test.smoothing);
  const judge = stopRule({ factor: test.divergence });
  let done = 0;
  const end = await testTraining(options, {
    optimizer: sweepOptimizer(options.optimizer, rates, from?.updater.step ?? 0),
    batchSize,
    seed,
    epochs: start.epoch + Math.ceil(steps / perEpoch) + 1,
    probe: test.probe,
    part: data.train,
    watch: (probe) => ({
      name: "range test",
      async onStep(line, training) {
        const step = line.step - start.step;
        done = step + 1;
        if (!isOutlier(step)) {
          const value = probe ? await probe.loss() : line.loss;
          const smoothed = smooth(value);
          lr.push(rates(step));
          loss.push(value);
          test.onStep(step, rates(step), value, smoothed);
          if (judge(smoothed)) training.stop(TEST_DONE);
        }
        if (done === steps) training.stop(TEST_DONE);
      },
    }),
  });
  if (end === "diverged") {
    // The step that has no loss any more ends the curve.
    const step = isOutlier(done) ? done + 1 : done;
    if (step < steps) {
      lr.push(rates(step));
      loss.push(Number.NaN);
    }
  }
  return { record: { lr, loss, steps }, stopped: end === "stopped" };
}
