import { type Expression, reachable } from "@downhill/optim/rule";
import { GraphError } from "../error.ts";

/**
 * Throws where a rule says something that a graph cannot compute.
 * @param evaluation what the weights to evaluate with are, where they are others
 */
export function refuseUnsupported(rule: string, outputs: Iterable<Expression>, evaluation: Expression | null): void {
  const averages = evaluation ? [evaluation] : [];
  for (const e of reachable([...outputs, ...averages])) {
    if (e.kind !== "random") continue;
    throw new GraphError(
      `${rule}: random() and normal() are not computed in a graph: take the optimizer's own updater (bind) instead`,
    );
  }
  for (const e of reachable(averages)) {
    if (e.kind !== "reduce" || e.total === null) continue;
    throw new GraphError(
      `${rule}: totalSum() and totalNorm() go over all tensors, but the weights to evaluate with are made of each by ` +
        "itself: keep what they are in a state of the rule",
    );
  }
}
