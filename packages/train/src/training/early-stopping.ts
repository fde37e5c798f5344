import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import type { Callback, Training } from "./callback.ts";

/** Returns a callback that stops a training when the evaluation loss has not improved for `patience` evaluations. */
export function stopEarly(patience: number): Callback {
  const controller = earlyStopping({ patience });
  const stopIfDue = (training: Training): void => {
    if (controller.stop) training.stop(`the validation loss did not improve in ${patience} consecutive evaluations`);
  };
  return {
    name: "early stopping",
    // A run that was killed after its last epoch must not train further.
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
