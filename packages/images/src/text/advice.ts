/**
 * Appends advice to the description of a problem.
 * @param actions imperative clauses without a period, of which any one helps
 * @returns the problem alone if there is no advice; else two sentences
 * @example withAdvice("the loss is NaN", ["lower lr", "set warmup"]) // "the loss is NaN. Lower lr, or set warmup."
 */
export function withAdvice(problem: string, actions: readonly string[]): string {
  if (actions.length === 0) return problem;
  const last = actions.at(-1) as string;
  const advice = actions.length === 1 ? last : `${actions.slice(0, -1).join(", ")}, or ${last}`;
  return `${problem.replace(/\.$/, "")}. ${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
}
