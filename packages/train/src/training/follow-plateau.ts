import type { Plateau, PlateauState } from "@downhill/optim";
import type { Callback } from "./callback.ts";

/** Tells a plateau controller the loss of each epoch: on images not trained on, where there are any. */
export function followPlateau(plateau: Plateau): Callback {
  return {
    name: "plateau",
    onEpoch({ train }, evaluation) {
      plateau.observe((evaluation ?? train).loss);
    },
    state: () => plateau.state(),
    restore: (state) => plateau.restore(state as PlateauState),
  };
}
