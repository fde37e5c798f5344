import { TrainError } from "@downhill/train";
import { duration } from "@downhill/train/text";
import { at } from "../at.ts";
import { type ComparisonFacts, writeFacts } from "./facts.ts";
import type { Outcomes } from "./outcomes.ts";
import { trialsOf } from "./trial.ts";

/** Stage whose time is measured: the first training of each entrant. */
export const MEASURED_STAGE = 1;

/** Trainings that a search for a rate should have: fewer do not reach both sides of the first rate. */
const ENOUGH_TUNING = 3;

/**
 * Applies the time limit of a comparison after the first training of each entrant: reduces the numbers of trainings for the
 * rates and of seeds to what fits into the rest of the time, the same for all entrants.
 * @param jobs number of trials that run at the same time
 * @returns the facts in force, which are written; the given ones if there is no limit, or if it has been applied
 * @throws TrainError if the time does not even suffice for one compared training of each entrant
 */
export function applyBudget(outcomes: Outcomes, facts: ComparisonFacts, jobs: number): ComparisonFacts {
  const { budget } = facts;
  if (budget === null || budget.isApplied) return facts;
  const stages = facts.entrants.map((_, entrant) =>
    trialsOf(facts, entrant)
      .slice(0, 1 + MEASURED_STAGE)
      .map((trial) => outcomes.of(facts, trial)?.elapsed ?? 0),
  );
  const total = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0) / jobs;
  const spent = total(stages.flat());
  const round = total(stages.map((times) => at(times, MEASURED_STAGE)));
  const rounds = Math.floor((budget.seconds - spent) / round);
  if (rounds < 1) {
    throw new TrainError(
      `budget of ${duration(budget.seconds)}: too small. The range tests and the first training of each entrant took ${duration(spent)}, and one compared training of each takes about ${duration(round)}. Expected at least ${duration(Math.ceil(spent + round))}; start a new comparison.`,
    );
  }
  const few = Math.min(facts.tuning, ENOUGH_TUNING) - MEASURED_STAGE;
  const decays = Math.max(0, Math.min(facts.weightDecayTuning ?? 0, rounds - few - 1));
  const seeds = Math.max(1, Math.min(facts.seeds.length, rounds - decays - few));
  const tuning = Math.min(facts.tuning, MEASURED_STAGE + rounds - decays - seeds);
  const applied = {
    ...facts,
    seeds: facts.seeds.slice(0, seeds),
    tuning,
    ...(facts.weightDecayTuning === undefined ? {} : { weightDecayTuning: decays }),
    budget: { ...budget, isApplied: true },
  };
  writeFacts(outcomes.folder, applied);
  return applied;
}
