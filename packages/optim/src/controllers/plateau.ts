import type { StepFunction } from "../definition/hyperparameters.ts";
import { type Arguments, number, optional, readArguments } from "../schedules/arguments.ts";
import { type Description, VERSION } from "../schedules/description.ts";
import { betterArguments, isBetter, readMetric, type SavedMetric, savedMetric, saveMetric } from "./metric.ts";
import { readState } from "./state.ts";

const specification = () => ({
  base: number(),
  factor: optional(number("[0, 1)"), 0.1),
  patience: optional(number("[0, inf) whole"), 10),
  cooldown: optional(number("[0, inf) whole"), 0),
  minLr: optional(number(), 0),
  eps: optional(number("[0, inf)"), 1e-8),
  ...betterArguments({ threshold: 1e-4, thresholdMode: "rel" }),
});

const stateFields = () => ({
  value: number(),
  best: savedMetric(),
  bad: number("[0, inf) whole"),
  cooldown: number("[0, inf) whole"),
});

/** What the next values depend on besides the metrics to come. */
export interface PlateauState {
  readonly value: number;
  /** The best metric; null before there is one. Infinities are strings, as JSON has no word for them. */
  readonly best: SavedMetric | null;
  /** Metrics in a row that were no better. */
  readonly bad: number;
  /** Metrics that still do not count after a reduction. */
  readonly cooldown: number;
}

/** A value that falls when a metric stops getting better: give it to an optimizer in the place of a number. */
export interface Plateau extends StepFunction {
  /** The value in force. It depends on the metrics, not on the step. */
  (step?: number): number;
  /** Takes in the metric of an epoch, or of whatever is measured; true where the value was reduced for it. */
  observe(metric: number): boolean;
  /** Plain JSON from which `controllers.build` makes one that has seen nothing. */
  readonly description: Description;
  /** Plain JSON; a copy. */
  state(): PlateauState;
  restore(state: PlateauState): void;
}

/**
 * The base value, times `factor` whenever the metric was no better for more than `patience` observations: PyTorch's
 * `ReduceLROnPlateau`, to the bit. No lower than `minLr`, by no less than `eps`; after a reduction `cooldown` observations
 * do not count. Patience counts observations: with an evaluation every 5 epochs, a patience of 3 lasts 15 epochs.
 *
 * It depends on metrics, so it is a controller and not a schedule: its state belongs into checkpoints.
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
    state: (): PlateauState => ({ value, best: best === null ? null : saveMetric(best), bad, cooldown }),
    restore: (state: PlateauState) => {
      const saved = readState("plateau", stateFields(), state);
      ({ value, bad, cooldown } = saved);
      best = readMetric(saved.best);
    },
  });
}
