import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import type { Callback, Training } from "./callback.ts";
import { type FollowedMetric, metricIn, modeOf } from "./followed-metric.ts";

export interface StopEarlyOptions extends FollowedMetric {
  /** Number of evaluations in a row without improvement after which the training ends. Default 10. */
  readonly patience?: number;
  /** Smallest change of the metric that counts as an improvement. Default 0. */
  readonly threshold?: number;
  /**
   * True to return the weights with the best evaluation, however the training ends; false to return the last
   * ones. Default true, as runs of the command line; Keras' `restore_best_weights` is false by default.
   */
  readonly restoreBest?: boolean;
}

/**
 * Returns a callback that stops a training when the evaluation loss, or another metric, has not improved for `patience`
 * evaluations, and keeps the best weights.
 * @param options options, or the patience
 * @example stopEarly({ metric: "error", patience: 5 }) // a metric of the training, lower is better
 */
export function stopEarly(options: StopEarlyOptions | number = {}): Callback {
  const {
    restoreBest = true,
    metric = "loss",
    mode,
    ...rest
  } = typeof options === "number" ? ({ patience: options } as StopEarlyOptions) : options;
  const controller = earlyStopping(defined({ ...rest, mode: mode ?? modeOf(metric) }));
  const { patience } = controller.description;
  let isBest = false;
  const stopIfDue = (training: Training): void => {
    if (controller.stop)
      training.stop(`the validation ${metric} did not improve in ${patience} consecutive evaluations`);
  };
  return {
    name: "early stopping",
    // A run that was killed after its last epoch must not train further.
    onStart: stopIfDue,
    onEpoch(_, evaluation, training) {
      isBest = evaluation !== null && controller.observe(metricIn(evaluation, metric, "stopEarly"));
      if (evaluation) stopIfDue(training);
    },
    keepsWeights: () => restoreBest && isBest,
    state: () => controller.state(),
    restore: (state) => controller.restore(state as EarlyStoppingState),
  };
}
