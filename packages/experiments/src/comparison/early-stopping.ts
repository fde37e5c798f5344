import { average } from "@downhill/train/statistics";
import type { ComparisonFacts } from "./facts.ts";
import type { Outcomes } from "./outcomes.ts";
import { directionOf, scoreOf } from "./score.ts";
import { searchStages, trialsOf } from "./trial.ts";
import { readTuning } from "./tuning.ts";

/** Fewest entrants that stay: a comparison has at least two. */
const FEWEST = 2;

/**
 * Returns the entrants that early stopping has dropped so far, each with the number of seeds it had trained: the worse half
 * after the search for the rates, by the lowest loss, and again after each seed, by the mean score (successive halving,
 * https://arxiv.org/abs/1502.07943). Empty without early stopping.
 */
export function droppedAfter(outcomes: Outcomes, facts: ComparisonFacts): ReadonlyMap<number, number> {
  const dropped = new Map<number, number>();
  if (!facts.stopEarly) return dropped;
  const { entrants, seeds } = facts;
  let kept = entrants.map((_, index) => index);
  for (let round = 0; round < seeds.length && kept.length > FEWEST; round++) {
    const scores = new Map<number, number>();
    for (const index of kept) {
      const score = round === 0 ? tuned(outcomes, facts, index) : trained(outcomes, facts, index, round);
      // A round is decided when all of its entrants have ended.
      if (score === null) return dropped;
      scores.set(index, score);
    }
    const order = [...kept].sort((a, b) => (scores.get(b) as number) - (scores.get(a) as number) || a - b);
    const stay = order.slice(0, Math.max(FEWEST, Math.ceil(kept.length / 2)));
    for (const index of kept) if (!stay.includes(index)) dropped.set(index, round);
    kept = kept.filter((index) => stay.includes(index));
  }
  return dropped;
}

/** Returns the mean score over the first seeds, higher being better; null if one has not ended. */
function trained(all: Outcomes, facts: ComparisonFacts, entrant: number, count: number): number | null {
  const { measure, target } = facts;
  const before = searchStages(facts);
  const trials = trialsOf(facts, entrant).slice(before, before + count);
  const outcomes = trials.map((trial) => all.of(facts, trial));
  if (outcomes.includes(null)) return null;
  const scores = outcomes.map((outcome) => (outcome?.kind === "trained" ? scoreOf(outcome, measure, target) : null));
  return scores.includes(null) ? -Infinity : directionOf(measure) * average(scores as number[]);
}

/** Returns the score of the best tuning; null before its end. */
function tuned(outcomes: Outcomes, facts: ComparisonFacts, entrant: number): number | null {
  const { rangeTest, tried, isFinished } = readTuning(outcomes, facts, entrant);
  if (rangeTest?.kind === "failed") return -Infinity;
  if (!isFinished) return null;
  return -Math.min(Infinity, ...tried.map(({ loss }) => loss ?? Infinity));
}
