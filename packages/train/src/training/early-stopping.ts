import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import type { Callback } from "./callback.ts";

/** Ends a training when the evaluation loss has not improved in `patience` evaluations in a row. */
export function stopEarly(patience: number): Callback {
  const controller = earlyStopping({ patience });
  return {
    name: "early stopping",
    onEpoch(_, evaluation, training) {
      if (!evaluation) return;
      controller.observe(evaluation.loss);
      if (controller.stop) training.stop(`the validation loss did not improve in ${patience} evaluations in a row`);
    },
    state: () => controller.state(),
    restore: (state) => controller.restore(state as EarlyStoppingState),
  };
}
