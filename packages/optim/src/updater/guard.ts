import type { FloatArray } from "../parameters/dtype.ts";
import { Graph } from "../rule/expression.ts";
import type { Plan } from "../rule/plan.ts";
import { planElementwise } from "../rule/plan-elementwise.ts";

/** Error of a gradient that is NaN or infinite. The weight of the element has not changed. */
export class NonFiniteGradientError extends Error {
  override readonly name = "NonFiniteGradientError";
  constructor(
    readonly tensor: string,
    /** Index of the first such element. */
    readonly index: number,
    readonly value: number,
    /** 0-based step. */
    readonly step: number,
    /** State of the weights, and a remedy. */
    aftermath = 'Earlier weights may have changed; guard: "skip" skips such steps',
  ) {
    super(
      `the gradient of '${tensor}' is ${value} at index ${index}, in step ${step}: the learning rate may be too high, or ` +
        `an input not finite. ${aftermath}`,
    );
  }
}

export const firstBadIndex = (gradient: FloatArray): number => gradient.findIndex((x) => !Number.isFinite(x));

/** Returns a plan that only checks the gradients: one that copies them, without the stores. */
export function scanPlan(): Plan {
  const plan = planElementwise(new Map([["w", new Graph().read("g")]]), new Map());
  const phases = plan.phases.map((phase) => ({
    ...phase,
    passes: phase.passes.map((pass) => ({ ...pass, stores: [] })),
  }));
  return { ...plan, phases };
}
