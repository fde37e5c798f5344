import type { Plateau, PlateauState } from "@downhill/optim";
import type { Callback } from "./callback.ts";
import { type FollowedMetric, metricIn } from "./followed-metric.ts";

/**
 * Returns a callback that passes the loss of each evaluation to a plateau controller, whose patience thus counts
 * evaluations. Epochs without evaluation do not count, since training and evaluation losses are not comparable. Without
 * held-out images it passes the training loss of each epoch. The direction of improvement is the `mode` of the plateau.
 * @example
 * const lr = plateau({ base: 0.1, patience: 3 });
 * const callbacks = [followPlateau(lr, { metric: "error" })]; // a metric of the training; default the loss
 */
export function followPlateau(plateau: Plateau, { metric = "loss" }: Pick<FollowedMetric, "metric"> = {}): Callback {
  return {
    name: "plateau",
    onEpoch({ train }, evaluation, { evaluationPart }) {
      if (evaluation) plateau.observe(metricIn(evaluation, metric, "followPlateau"));
      else if (evaluationPart === null) plateau.observe(metricIn(train, metric, "followPlateau"));
    },
    state: () => plateau.state(),
    restore: (state) => plateau.restore(state as PlateauState),
  };
}
