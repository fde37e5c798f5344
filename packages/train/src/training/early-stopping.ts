import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import type { Callback, Training } from "./callback.ts";

/** Ends a training when the evaluation loss has not improved in `patience` evaluations in a row. */
export function stopEarly(patience: number): Callback {
  const controller = earlyStopping({ patience });
  const stopIfDue = (training: Training): void => {
    if (controller.stop) training.stop(`the validation loss did not improve in ${patience} evaluations in a row`);
  };
  return {
    name: "early stopping",
    // A run that was killed after its last epoch has nothing left to train.
    onStart: stopIfDue,
    onEpoch(_, evaluation, training) {
      if (!evaluation) return;
      controller.observe(evaluation.loss);
      stopIfDue(training);
    },
    state: () => controller.state(),
    restore: (state) => controller.restore(state as EarlyStoppingState),
  };
}
