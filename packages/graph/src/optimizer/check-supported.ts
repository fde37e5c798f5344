import { type Expression, reachable } from "@downhill/optim/rule";
import { GraphError } from "../error.ts";

/**
 * Checks that a graph can compute a rule.
 * @param evaluation expression of the weights to evaluate with, if the rule has one
 * @throws GraphError if the rule draws random numbers or decomposes matrices, or the weights to evaluate with depend on totals over all
 * tensors
 */
export function checkSupported(rule: string, outputs: Iterable<Expression>, evaluation: Expression | null): void {
  const averages = evaluation ? [evaluation] : [];
  for (const e of reachable([...outputs, ...averages])) {
    if (e.kind !== "random" && e.kind !== "decomposition") continue;
    // ONNX has no operator for matrix decompositions.
    const functions = e.kind === "random" ? "random() and normal()" : `${e.op}()`;
    throw new GraphError(`${rule}: a graph cannot compute ${functions}. Use the updater of the optimizer (bind).`);
  }
  for (const e of reachable(averages)) {
    if (e.kind !== "reduce" || e.total === null) continue;
    throw new GraphError(
      `${rule}: the weights to evaluate with cannot depend on totalSum() and totalNorm(), which reduce over all tensors. ` +
        "Store the totals in a state of the rule.",
    );
  }
}
