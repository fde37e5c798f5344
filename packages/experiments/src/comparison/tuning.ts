import { at } from "../at.ts";
import type { ComparisonFacts } from "./facts.ts";
import { type Outcome, readOutcome } from "./outcome.ts";
import type { TriedRate } from "./rate-search.ts";
import { trialFolder, trialsOf } from "./trial.ts";

/** Search of an entrant for its learning rate, so far. */
export interface Tuning {
  readonly rangeTest: Extract<Outcome, { readonly kind: "range-test" | "failed" }> | null;
  readonly trainings: readonly Outcome[];
  readonly tried: readonly TriedRate[];
  /** True if all trainings of the search have ended. */
  readonly isFinished: boolean;
}

/** Reads the search of an entrant from the folder of the comparison. */
export function readTuning(folder: string, facts: ComparisonFacts, entrant: number): Tuning {
  const trials = trialsOf(facts, entrant);
  const outcomeOf = (index: number): Outcome | null => readOutcome(trialFolder(folder, facts, at(trials, index)));
  const rangeTest = outcomeOf(0) as Tuning["rangeTest"];
  const trainings: Outcome[] = [];
  for (let number = 1; number <= facts.tuning; number++) {
    const outcome = outcomeOf(number);
    if (outcome === null) break;
    trainings.push(outcome);
  }
  const tried = trainings.flatMap((outcome): TriedRate[] => {
    if (outcome.kind === "trained") return [{ lr: outcome.lr, loss: outcome.loss }];
    return outcome.kind === "diverged" ? [{ lr: outcome.lr, loss: null }] : [];
  });
  return { rangeTest, trainings, tried, isFinished: trainings.length === facts.tuning };
}
