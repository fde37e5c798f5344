import { type EarlyStoppingState, earlyStopping } from "@downhill/optim";
import type { Callback } from "./callback.ts";

/** Ends a training when the loss on the validation part was no better for so many judged epochs in a row. */
export function stopEarly(patience: number): Callback {
  const controller = earlyStopping({ patience });
  return {
    name: "early stopping",
    onEpoch(_, evaluation, training) {
      if (!evaluation) return;
      controller.observe(evaluation.loss);
      if (controller.stop) training.stop(`the validation loss was no better for ${patience} epochs`);
    },
    state: () => controller.state(),
    restore: (state) => controller.restore(state as EarlyStoppingState),
  };
}
