import { type Folded, RuleEvaluator, type Specialized } from "./evaluate.ts";
import { type Expression, reachable } from "./expression.ts";
import type { Rule } from "./rule.ts";
import { SCALAR, type Shape } from "./shape.ts";
import type { TensorFacts } from "./tensor.ts";

/** Returns the states whose value reaches the weights (or the evaluation weights) at some step. */
function liveStates({ outputs, evaluation }: Specialized): ReadonlySet<string> {
  const live = new Set<string>();
  const follow = (root: Expression): void => {
    for (const node of reachable([root])) {
      if (node.kind !== "read" || node.name === "w" || node.name === "g" || live.has(node.name)) continue;
      live.add(node.name);
      follow(outputs.get(node.name) as Expression);
    }
  };
  follow(outputs.get("w") as Expression);
  if (evaluation) follow(evaluation);
  return live;
}

/** A rule for one kind of tensor: the states that it keeps, their shapes, and its expressions. */
export interface Specialization {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** The whole rule, without assumptions. */
  readonly whole: Specialized;
  /** Returns the rule for given truths of all conditions: one of the variants that a step may need. */
  variant(truths: ReadonlyMap<string, boolean>): Specialized;
}

/**
 * Specializes a rule: folds fixed hyperparameters, infers the shape of each state, and removes states that nothing
 * reads.
 */
export function specialize(rule: Rule, folded: Folded, facts: TensorFacts): Specialization {
  let shapes = new Map<string, Shape>(rule.state.map((state) => [state, SCALAR]));
  let whole: Specialized;
  const run = (assumed: ReadonlyMap<string, boolean>): Specialized =>
    new RuleEvaluator(rule, folded, facts, shapes, assumed).run();
  for (;;) {
    whole = run(new Map());
    const inferred = new Map(rule.state.map((state) => [state, (whole.outputs.get(state) as Expression).shape]));
    if (rule.state.every((state) => shapes.get(state) === inferred.get(state))) break;
    shapes = inferred;
  }
  const live = liveStates(whole);
  const prune = (specialized: Specialized): Specialized => ({
    ...specialized,
    outputs: new Map([...specialized.outputs].filter(([name]) => name === "w" || live.has(name))),
  });
  return {
    shapes: new Map([...shapes].filter(([state]) => live.has(state))),
    whole: prune(whole),
    variant: (truths) => prune(truths.size > 0 ? run(truths) : whole),
  };
}
