import type { Hyperparameters } from "../definition/hyperparameters.ts";
import type { Folded } from "./evaluate.ts";
import type { Rule } from "./rule.ts";

/**
 * Returns the hyperparameters that are fixed when a rule is specialized: booleans, choices, counts, and zeros, which
 * switch a part of the rule off. `lr` is never fixed, so that a group at rate 0 keeps its state. `microSteps` is not
 * fixed either, because the last update of an epoch may have fewer micro-steps.
 */
export function foldedHyperparameters(rule: Rule, hyperparameters: Hyperparameters): Folded {
  const counts = rule.lines.flatMap((entry) => ("count" in entry ? [entry.count] : []));
  for (const name of rule.everyMicroStep.length > 0 ? [...counts, "microSteps"] : counts) {
    if (typeof hyperparameters[name] === "number") continue;
    throw new TypeError(`${rule.name}: ${name} is fixed when bound: expected a number, not a function`);
  }
  const isFixed = ([name, value]: [string, unknown]): boolean =>
    typeof value === "boolean" || typeof value === "string" || counts.includes(name) || (value === 0 && name !== "lr");
  return Object.fromEntries(Object.entries(hyperparameters).filter(isFixed)) as Folded;
}
