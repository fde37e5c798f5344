import type { Plateau, PlateauState } from "@downhill/optim";
import type { Callback } from "./callback.ts";

/**
 * Returns a callback that passes the loss of each evaluation to a plateau controller, whose patience thus counts
 * evaluations. Epochs without evaluation do not count, since training and evaluation losses are not comparable. Without
 * held-out images it passes the training loss of each epoch.
 */
export function followPlateau(plateau: Plateau): Callback {
  return {
    name: "plateau",
    onEpoch({ train }, evaluation, { evaluationPart }) {
      if (evaluation) plateau.observe(evaluation.loss);
      else if (evaluationPart === null) plateau.observe(train.loss);
    },
    state: () => plateau.state(),
    restore: (state) => plateau.restore(state as PlateauState),
  };
}
