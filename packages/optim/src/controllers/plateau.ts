import type { StepFunction } from "../definition/hyperparameters.ts";
import { type Arguments, number, optional, readArguments } from "../schedules/arguments.ts";
import { type Description, VERSION } from "../schedules/description.ts";
import { betterArguments, isBetter, readMetric, type SavedMetric, savedMetric, saveMetric } from "./metric.ts";
import { readState } from "./state.ts";

const specification = () => ({
  /** Value before the first reduction. */
  base: number(),
  /** Factor of each reduction, in [0, 1). Default 0.1. */
  factor: optional(number("[0, 1)"), 0.1),
  /** Observations in a row without improvement that are tolerated. Default 10. */
  patience: optional(number("[0, inf) whole"), 10),
  /** Observations after a reduction that do not count. Default 0. */
  cooldown: optional(number("[0, inf) whole"), 0),
  /** Lowest value. Default 0. */
  minLr: optional(number(), 0),
  /** Smallest reduction that is made. Default 1e-8. */
  eps: optional(number("[0, inf)"), 1e-8),
  ...betterArguments({ threshold: 1e-4, thresholdMode: "rel" }),
});

const stateFields = () => ({
  value: number(),
  best: savedMetric(),
  bad: number("[0, inf) whole"),
  cooldown: number("[0, inf) whole"),
});

/** Saved state: everything that later values depend on besides the coming metrics. */
export interface PlateauState {
  readonly value: number;
  /** Best metric; null before the first observation. Infinities are strings, because JSON has no infinities. */
  readonly best: SavedMetric | null;
  /** Metrics in a row without improvement. */
  readonly bad: number;
  /** Number of coming metrics that do not count after a reduction. */
  readonly cooldown: number;
}

/** A value that falls when a metric stops improving: pass it to an optimizer in place of a number. */
export interface Plateau extends StepFunction {
  /** Returns the value in force. It depends on the metrics, not on the step. */
  (step?: number): number;
  /** Observes a metric, such as that of an epoch. Returns true if it reduced the value. */
  observe(metric: number): boolean;
  /** Plain JSON from which `controllers.build` makes a new controller. */
  readonly description: Description;
  /** Returns a copy of the state as plain JSON. */
  state(): PlateauState;
  restore(state: PlateauState): void;
}

/**
 * Reduces the base value by `factor` when the metric has not improved for more than `patience` observations: PyTorch's
 * `ReduceLROnPlateau`, bit for bit. The value stays at or above `minLr`, and reductions of `eps` or less are skipped.
 * After a reduction, `cooldown` observations do not count. Patience counts observations: with an evaluation every 5
 * epochs, a patience of 3 lasts 15 epochs.
 *
 * It depends on metrics, so it is a controller and not a schedule: save its state in checkpoints.
 * @example
 * const lr = plateau({ base: 0.1, patience: 3 });
 * const updater = sgd({ lr }).bind(parameters);
 * // after each epoch:
 * lr.observe(validationLoss);
 */
export function plateau(given: Arguments<ReturnType<typeof specification>>): Plateau {
  const values = readArguments("plateau", specification(), given);
  const { base, factor, patience, minLr, eps } = values;
  let [value, best, bad, cooldown] = [base, null as number | null, 0, 0];

  const observe = (metric: number): boolean => {
    if (isBetter("plateau", metric, best, values)) [best, bad] = [metric, 0];
    else bad++;
    if (cooldown > 0) [cooldown, bad] = [cooldown - 1, 0];
    if (bad <= patience) return false;
    [cooldown, bad] = [values.cooldown, 0];
    const reduced = Math.max(value * factor, minLr);
    if (!(value - reduced > eps)) return false;
    value = reduced;
    return true;
  };

  return Object.assign(() => value, {
    observe,
    description: { version: VERSION, kind: "plateau", ...values },
    state: (): PlateauState => ({
      value,
      best: best === null ? null : saveMetric(best),
      bad,
      cooldown,
    }),
    restore: (state: PlateauState) => {
      const saved = readState("plateau", stateFields(), state);
      ({ value, bad, cooldown } = saved);
      best = readMetric(saved.best);
    },
  });
}
