import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import type { Callback, Training } from "./callback.ts";

export interface StopEarlyOptions {
  /** Number of evaluations in a row without improvement after which the training ends. Default 10. */
  readonly patience?: number;
  /** Smallest decrease of the loss that counts as an improvement. Default 0. */
  readonly threshold?: number;
  /**
   * True to return the weights with the lowest evaluation loss, however the training ends; false to return the last
   * ones. Default true, as runs of the command line; Keras' `restore_best_weights` is false by default.
   */
  readonly restoreBest?: boolean;
}

/**
 * Returns a callback that stops a training when the evaluation loss has not improved for `patience` evaluations, and
 * keeps the best weights.
 * @param options options, or the patience
 */
export function stopEarly(options: StopEarlyOptions | number = {}): Callback {
  const { restoreBest = true, ...rest } = typeof options === "number" ? { patience: options } : options;
  const controller = earlyStopping(rest);
  const { patience } = controller.description;
  let isBest = false;
  const stopIfDue = (training: Training): void => {
    if (controller.stop) training.stop(`the validation loss did not improve in ${patience} consecutive evaluations`);
  };
  return {
    name: "early stopping",
    // A run that was killed after its last epoch must not train further.
    onStart: stopIfDue,
    onEpoch(_, evaluation, training) {
      isBest = evaluation !== null && controller.observe(evaluation.loss);
      if (evaluation) stopIfDue(training);
    },
    keepsWeights: () => restoreBest && isBest,
    state: () => controller.state(),
    restore: (state) => controller.restore(state as EarlyStoppingState),
  };
}
