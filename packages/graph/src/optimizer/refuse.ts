import { type Expression, reachable } from "@downhill/optim/rule";
import { GraphError } from "../error.ts";

/** Throws where a rule says something that a graph of one tensor cannot compute. */
export function refuseUnsupported(rule: string, outputs: Iterable<Expression>): void {
  for (const e of reachable(outputs)) {
    if (e.kind === "random") {
      throw new GraphError(
        `${rule}: random() and normal() are not computed in a graph: take the optimizer's own updater (bind) instead`,
      );
    }
    if (e.kind === "reduce" && e.total !== null) {
      throw new GraphError(
        `${rule}: ${calledAt(e.total)}() goes over all tensors, and in a graph each is updated by itself: ` +
          "take the optimizer's own updater (bind) instead",
      );
    }
  }
}

/** The function that a place in a rule's text calls: such a place is the line, `@` and the column. */
function calledAt(place: string): string {
  const [, line = "", column] = /^(.*) @(\d+)$/s.exec(place) ?? [];
  return /^\w+/.exec(line.slice(Number(column)))?.[0] ?? "totalSum";
}
