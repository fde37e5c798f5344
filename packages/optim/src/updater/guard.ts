import type { FloatArray } from "../parameters/dtype.ts";
import { Graph } from "../rule/expression.ts";
import type { MapPass, Plan } from "../rule/plan.ts";
import { ELEMENT } from "../rule/shape.ts";

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

/** Returns a plan that only checks the gradients. */
export function scanPlan(): Plan {
  const gradient = new Graph().read("g");
  const look: MapPass = {
    kind: "map",
    space: ELEMENT,
    inner: 3,
    flat: true,
    reads: new Map([[gradient, { kind: "stream", name: "g", shape: ELEMENT }]]),
    compute: [],
    stores: [],
    reductions: [],
    uniforms: [],
    checksGradient: true,
  };
  const phases = [{ host: [], passes: [look], results: [], totals: [] }];
  return { phases, scalarStates: new Map(), scratch: [], sums: [], perTensor: false, usesRandom: false, hostSize: 0 };
}
