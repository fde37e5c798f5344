import { at } from "../at.ts";
import { MEASURED_STAGE } from "./budget.ts";
import { droppedAfter } from "./early-stopping.ts";
import type { ComparisonFacts } from "./facts.ts";
import type { Outcomes } from "./outcomes.ts";
import { bestRate } from "./rate-search.ts";
import { searchStages, type Trial, trialsOf } from "./trial.ts";
import { readTuning } from "./tuning.ts";

/**
 * Returns the next trial to start, in rounds: the first stage of all entrants, then the second, so that a table of an
 * unfinished comparison is fair. Null if none is ready: the others wait for trials that are running, or all have ended.
 * @param running indexes of the trials that are running
 */
export function nextTrial(outcomes: Outcomes, facts: ComparisonFacts, running: ReadonlySet<number>): Trial | null {
  const { entrants, seeds, stopEarly } = facts;
  const search = searchStages(facts);
  const all = entrants.map((_, entrant) => trialsOf(facts, entrant));
  const hasEnded = (trial: Trial): boolean => outcomes.of(facts, trial) !== null;
  const dropped = droppedAfter(outcomes, facts);
  const waitsForBudget = facts.budget !== null && !facts.budget.isApplied;
  for (let stage = 0; stage < search + seeds.length; stage++) {
    if (waitsForBudget && stage > MEASURED_STAGE) return null;
    const isSeed = stage >= search;
    let isComplete = true;
    for (const [entrant, trials] of all.entries()) {
      const trial = at(trials, stage);
      if (isSeed && !mayTrain(entrant, stage - search)) continue;
      if (hasEnded(trial)) continue;
      isComplete = false;
      // A rate depends on all trials before it; seeds do not depend on each other.
      const before = trials.slice(0, isSeed ? search : stage);
      if (!running.has(trial.index) && before.every(hasEnded)) return trial;
    }
    // Early stopping decides after each round from the search on.
    if (stopEarly && stage >= search - 1 && !isComplete) return null;
  }
  return null;

  function mayTrain(entrant: number, seed: number): boolean {
    const { rangeTest, tried, isFinished } = readTuning(outcomes, facts, entrant);
    if (rangeTest?.kind === "failed" || (search > 0 && isFinished && bestRate(tried) === null)) return false;
    const after = dropped.get(entrant);
    return after === undefined || seed < after;
  }
}
