import type { Plateau, PlateauState } from "@downhill/optim";
import type { Callback } from "./callback.ts";

/**
 * Passes each evaluation's loss to a plateau controller, whose patience thus counts evaluations. Epochs that are not
 * evaluated do not count, as their training loss is another quantity. A training without images to evaluate on passes
 * each epoch's training loss.
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
