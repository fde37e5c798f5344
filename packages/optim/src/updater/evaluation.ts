import type { FloatArray } from "../parameters/dtype.ts";
import { ELEMENT } from "../rule/shape.ts";
import type { UpdatedTensor } from "./bind-tensors.ts";
import type { TensorBinding } from "./binding.ts";
import type { BoundGroup } from "./groups.ts";
import type { PlanRunner, StepContext } from "./runner.ts";

/** The weights to evaluate with, of all tensors whose rule evaluates with others than `w`. */
export class EvaluationWeights {
  readonly #tensors: readonly { binding: TensorBinding; runner: PlanRunner; group: BoundGroup }[];
  #isExchanged = false;

  constructor(tensors: readonly UpdatedTensor[]) {
    this.#tensors = tensors.flatMap(({ binding, cohort, group }) => {
      const runner = cohort.evaluation;
      if (!runner) return [];
      binding.allocate("evaluation", ELEMENT);
      return [{ binding, runner, group }];
    });
  }

  /** Computes them from the weights and the state, and exchanges them with the weights. A second call restores the weights. */
  exchange(contexts: ReadonlyMap<BoundGroup, StepContext>): void {
    for (const { binding, runner, group } of this.#tensors) {
      // A tensor without an update has no average.
      if (binding.scalars.get("t") === 0) continue;
      if (!this.#isExchanged) runner.run(binding, contexts.get(group) as StepContext).next();
      swap(binding.view("w", ELEMENT), binding.view("evaluation", ELEMENT));
    }
    this.#isExchanged = !this.#isExchanged;
  }
}

function swap(a: FloatArray, b: FloatArray): void {
  const kept = a.slice();
  a.set(b);
  b.set(kept);
}
