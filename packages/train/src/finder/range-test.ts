import { type RangeTest, type Schedule, smoother, stopRule } from "@downhill/optim";
import { DivergedError } from "../error.ts";
import type { Callback } from "../training/callback.ts";
import { START } from "../training/plan.ts";
import { train } from "../training/train.ts";
import { copyOf } from "./copy.ts";
import type { FinderOptions } from "./options.ts";
import { Probe } from "./probe.ts";
import { sweepOptimizer } from "./sweep-optimizer.ts";

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

/** Why the training that is the test ends, when all goes well. */
const DONE = "the range test is done";

/**
 * Trains a copy of the network with a rate that rises at every step, until the rates end or the loss diverges. It is
 * `train` itself, so that what is tested is what will be trained.
 */
export async function rangeTest(options: FinderOptions, test: SeedOptions): Promise<SeedTest> {
  const { data, batchSize, from, order, shouldStop, threads = 1, device, lowering } = options;
  const { rates, steps, seed } = test;
  const network = copyOf(options.network);
  const start = from?.position ?? START;
  const perEpoch = Math.ceil(data.train.length / batchSize);
  const rest = data.train.length % batchSize;
  /** A small rest at the end of an epoch would be an outlier. With a probe there are none. */
  const isOutlier = (step: number): boolean =>
    test.probe === 0 && rest > 0 && rest < batchSize / 2 && (start.step + step) % perEpoch === perEpoch - 1;

  const [lr, loss]: [number[], number[]] = [[], []];
  const smooth = smoother(test.smoothing);
  const judge = stopRule({ factor: test.divergence });
  const compiling = { threads, ...(device ? { device } : {}), ...(lowering ? { lowering } : {}) };
  const probe =
    test.probe > 0
      ? await Probe.open(network, data.train, test.probe, { normalization: data.normalization, ...compiling })
      : null;
  let done = 0;
  const watch: Callback = {
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
        if (judge(smoothed)) training.stop(DONE);
      }
      if (done === steps) training.stop(DONE);
    },
  };

  let stopped = false;
  try {
    const result = await train({
      network,
      data: { ...data, validation: null, test: null },
      optimizer: sweepOptimizer(options.optimizer, rates, from?.updater.step ?? 0),
      epochs: start.epoch + Math.ceil(steps / perEpoch) + 1,
      batchSize,
      seed,
      // Which images are easy is not known yet, unless the training is under way.
      order: order === "sequential" ? order : "shuffled",
      augment: options.augment ?? [],
      labelSmoothing: options.labelSmoothing ?? 0,
      ...(options.largestPart === undefined ? {} : { largestPart: options.largestPart }),
      ...(shouldStop ? { shouldStop } : {}),
      ...(from ? { from: { ...from, callbacks: {} } } : {}),
      ...compiling,
      callbacks: [watch],
    });
    stopped = result.stopped !== DONE;
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    // The step that has no loss any more ends the curve.
    const step = isOutlier(done) ? done + 1 : done;
    if (step < steps) {
      lr.push(rates(step));
      loss.push(Number.NaN);
    }
  } finally {
    await probe?.dispose();
  }
  return { record: { lr, loss, steps }, stopped };
}
