import { type Arguments, nullable, number, optional, readArguments } from "../schedules/arguments.ts";
import { type Description, VERSION } from "../schedules/description.ts";
import { betterArguments, isBetter, readMetric, type SavedMetric, savedMetric, saveMetric } from "./metric.ts";
import { readState } from "./state.ts";

const specification = () => ({
  /** Observations in a row without improvement after which training stops. Default 10. */
  patience: optional(number("[1, inf) whole"), 10),
  ...betterArguments({ threshold: 0, thresholdMode: "abs" }),
});

const stateFields = () => ({
  best: savedMetric(),
  bestAt: nullable(number("[0, inf) whole")),
  observed: number("[0, inf) whole"),
  bad: number("[0, inf) whole"),
});

interface Observed<Metric> {
  /** Best metric, and the 0-based observation that had it; null before the first observation. */
  readonly best: Metric | null;
  readonly bestAt: number | null;
  readonly observed: number;
  /** Observations in a row without improvement. */
  readonly bad: number;
}

/** Saved state as plain JSON; infinities are strings, because JSON has no infinities. */
export type EarlyStoppingState = Observed<SavedMetric>;

export interface EarlyStopping extends Observed<number> {
  /** Observes the metric of an epoch. Returns true if it is the best so far, so that its weights should be kept. */
  observe(metric: number): boolean;
  /** True if patience has run out. */
  readonly stop: boolean;
  /** Plain JSON from which `controllers.build` makes a new controller. */
  readonly description: Description;
  /** Returns a copy of the state as plain JSON. */
  state(): EarlyStoppingState;
  restore(state: EarlyStoppingState): void;
}

/**
 * Decides when to stop: after `patience` observations in a row without improvement (as Keras and Lightning count;
 * PyTorch's plateau takes one more). It also keeps the best observation. Infinities are compared as numbers; NaN is
 * never better.
 * @example
 * const stopping = earlyStopping({ patience: 3 });
 * if (stopping.observe(validationLoss)) save(parameters); // the best so far
 * if (stopping.stop) console.log(`best: epoch ${stopping.bestAt}, loss ${stopping.best}`);
 */
export function earlyStopping(given: Arguments<ReturnType<typeof specification>> = {}): EarlyStopping {
  const values = readArguments("earlyStopping", specification(), given);
  let now: Observed<number> = { best: null, bestAt: null, observed: 0, bad: 0 };
  return {
    get best() {
      return now.best;
    },
    get bestAt() {
      return now.bestAt;
    },
    get observed() {
      return now.observed;
    },
    get bad() {
      return now.bad;
    },
    get stop() {
      return now.bad >= values.patience;
    },
    description: { version: VERSION, kind: "earlyStopping", ...values },
    observe(metric) {
      const better = isBetter("earlyStopping", metric, now.best, values);
      const observed = now.observed + 1;
      now = better ? { best: metric, bestAt: now.observed, observed, bad: 0 } : { ...now, observed, bad: now.bad + 1 };
      return better;
    },
    state: () => ({
      ...now,
      best: now.best === null ? null : saveMetric(now.best),
    }),
    restore: (state) => {
      const saved = readState("earlyStopping", stateFields(), state);
      now = { ...saved, best: readMetric(saved.best) };
    },
  };
}
