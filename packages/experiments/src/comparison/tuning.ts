import { at } from "../at.ts";
import type { ComparisonFacts } from "./facts.ts";
import type { Outcome } from "./outcome.ts";
import type { Outcomes } from "./outcomes.ts";
import type { TriedRate } from "./rate-search.ts";
import { searchStages, trialsOf } from "./trial.ts";

/** Search of an entrant for its learning rate and, where requested, its weight decay, so far. */
export interface Tuning {
  readonly rangeTest: Extract<Outcome, { readonly kind: "range-test" | "failed" }> | null;
  /** Trainings of the search, those for the rate before those for the weight decay. */
  readonly trainings: readonly Outcome[];
  /** Rates with the default weight decay. */
  readonly tried: readonly TriedRate[];
  /** Weight decays at the best rate, with their losses; null if the training diverged. */
  readonly triedDecays: readonly TriedDecay[];
  /** True if all trainings of the search have ended, or if there is none. */
  readonly isFinished: boolean;
}

/** Weight decay that was tried, with its loss; null if the training diverged. */
export interface TriedDecay {
  readonly weightDecay: number;
  readonly loss: number | null;
}

/** Reads the search of an entrant. */
export function readTuning(outcomes: Outcomes, facts: ComparisonFacts, entrant: number): Tuning {
  const count = searchStages(facts);
  const search = trialsOf(facts, entrant).slice(0, count);
  const rangeTest = count === 0 ? null : (outcomes.of(facts, at(search, 0)) as Tuning["rangeTest"]);
  const trainings: Outcome[] = [];
  for (const trial of search.slice(1)) {
    const outcome = outcomes.of(facts, trial);
    if (outcome === null) break;
    trainings.push(outcome);
  }
  // An optimizer without weight decay spends its trainings on the rate.
  const tried: TriedRate[] = [];
  const triedDecays: TriedDecay[] = [];
  for (const outcome of trainings) {
    if (outcome.kind !== "trained" && outcome.kind !== "diverged") continue;
    const { lr, weightDecay } = outcome;
    const loss = outcome.kind === "trained" ? outcome.loss : null;
    if (weightDecay === undefined) tried.push({ lr, loss });
    else triedDecays.push({ weightDecay, loss });
  }
  return { rangeTest, trainings, tried, triedDecays, isFinished: trainings.length === Math.max(0, count - 1) };
}
