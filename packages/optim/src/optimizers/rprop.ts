import { defineOptimizer } from "../definition/define-optimizer.ts";

/**
 * Rprop: a step size for each weight, which grows while the gradient keeps its sign and shrinks when it flips.
 *
 * When: full batches of small problems, where it needs no tuning. When not: mini-batches, whose noise flips signs.
 *
 * `lr` is every weight's first step in weight units, and is not read again: a schedule has no effect. As in PyTorch, a
 * weight does not move in the step after a flip (Rprop without backtracking, iRprop-).
 */
export const rprop = /* @__PURE__ */ defineOptimizer({
  name: "rprop",
  title: "Rprop",
  paper: "https://doi.org/10.1109/ICNN.1993.298623",
  learningRateFree: true,
  hyperparameters: {
    /** Size of every weight's first step, in weight units; not read again. Default 1e-2. */
    lr: 1e-2,
    /** Factor of a step size after a change of sign, in (0, 1). Default 0.5. */
    etaMinus: 0.5,
    /** Factor of a step size while the sign stays, above 1. Default 1.2. */
    etaPlus: 1.2,
    /** Smallest step size, in weight units. Default 1e-6. */
    stepSizeMin: 1e-6,
    /** Largest step size, in weight units. Default 50. */
    stepSizeMax: 50,
  },
  state: ["stepSize", "previous"],
  rule: [
    "agreement = sign(g) * previous",
    "factor = agreement > 0 ? etaPlus : agreement < 0 ? etaMinus : 1",
    "stepSize = clamp((t == 1 ? lr : stepSize) * factor, stepSizeMin, stepSizeMax)",
    "previous = agreement < 0 ? 0 : g",
    "w = w - sign(previous) * stepSize",
  ],
  ranges: { etaMinus: "(0, 1)", etaPlus: "(1, inf)", stepSizeMin: "[0, inf)", stepSizeMax: "(0, inf)" },
  check: ({ stepSizeMin, stepSizeMax }) =>
    stepSizeMin > stepSizeMax ? "stepSizeMin must not exceed stepSizeMax" : undefined,
});
