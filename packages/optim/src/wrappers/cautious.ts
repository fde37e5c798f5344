import { mapParts } from "../definition/map-parts.ts";
import { checkIsOptimizer, Optimizer } from "../definition/optimizer.ts";
import { assignments, type Rule } from "../rule/rule.ts";
import { reductions } from "../vocabularies/reductions.ts";
import { defineWrapper, type Wrapper } from "./wrap.ts";

/** Defines the mask for rules whose decay, apart from the rest of the step, is a share of the weights. */
const mask = (decay: string): Wrapper<Record<never, never>> =>
  defineWrapper({
    name: "cautious",
    uses: [reductions],
    hyperparameters: {},
    before: ["unmasked = w", "uphill = maximize ? -g : g"],
    after: [
      `shrunk = unmasked * (1 - ${decay})`,
      "proposed = shrunk - w",
      "agrees = proposed * uphill > 0",
      "w = shrunk - proposed * agrees / max(mean(agrees), 1e-3)",
    ],
  });
const ofWholeStep = /* @__PURE__ */ mask("0");
const besideDecay = /* @__PURE__ */ mask("lr * weightDecay");

/** Lines of rules whose weight decay shrinks the weights by `lr * weightDecay`, apart from the rest of the step. */
const DECOUPLED = /^w = w (\* \(1 - lr \* weightDecay\)|- lr \* \(.* \+ weightDecay \* w\)$)/;

/** True if the weight decay of a rule is a share `lr * weightDecay` of the weights, which nothing else depends on. */
const decaysApart = ({ lines }: Rule): boolean => assignments(lines).some(({ text }) => DECOUPLED.test(text));

/**
 * Cautious update for any rule (Liang et al., https://arxiv.org/abs/2411.16085): an element moves only if its step goes
 * against its gradient. The elements of a tensor that move are scaled by the inverse of their share, at most 1000 times,
 * as in the authors' code. Momentum may therefore never carry a weight uphill.
 *
 * The decoupled decay of a rule (AdamW, Lion, Muon) is not masked. Put gradient accumulation, averages and lookahead
 * around this wrapper.
 *
 * @example
 * cautious(adamw({ lr: 1e-3 }));
 */
export function cautious(optimizer: Optimizer): Optimizer {
  checkIsOptimizer("cautious", optimizer);
  return mapParts(optimizer, ({ split: _, ...parts }) => {
    const wrap = decaysApart(parts.rule) ? besideDecay : ofWholeStep;
    return wrap(new Optimizer(parts)).parts;
  });
}

/**
 * Cautious weight decay for any rule (Chen et al., https://arxiv.org/abs/2510.12402): decoupled decay of those weights
 * only that the step moves towards zero, or not at all. It leaves the minima of the loss where they are. Set the rule's
 * own `weightDecay` to 0.
 *
 * @example
 * cautiousWeightDecay(muon({ lr: 0.02, weightDecay: 0 }), { decay: 0.1 });
 */
export const cautiousWeightDecay = /* @__PURE__ */ defineWrapper({
  name: "cautiousWeightDecay",
  hyperparameters: {
    /** Decoupled weight decay: weights shrink by `lr * decay` per step. Default 0.01. */
    decay: 0.01,
  },
  ranges: { decay: "[0, inf)" },
  before: ["undecayed = w"],
  after: ["w = (undecayed - w) * undecayed >= 0 ? w - lr * decay * undecayed : w"],
  alternative: "weightDecay",
});
