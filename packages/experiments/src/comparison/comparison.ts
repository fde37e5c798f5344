import { average, type Mean, meanOf } from "../statistics/mean.ts";
import { comparePairs, type Pair } from "../statistics/pairs.ts";
import { verdict } from "../statistics/verdict.ts";
import { droppedAfter } from "./early-stopping.ts";
import { type ComparisonFacts, readFacts } from "./facts.ts";
import { type Outcome, readOutcome, type Trained } from "./outcome.ts";
import { bestRate, type GoodRates, goodRates } from "./rate-search.ts";
import { directionOf, firstAtTarget, scoreOf } from "./score.ts";
import { trialFolder, trialsOf } from "./trial.ts";
import { readTuning, type Tuning } from "./tuning.ts";

/** Time and updates until the target accuracy, over the seeds that reached it. */
export interface TargetResult {
  readonly seconds: Mean | null;
  readonly updates: Mean | null;
  /** Number of seeds that reached it. */
  readonly reached: number;
}

/** Entrant of a comparison at any stage. */
export interface EntrantResult {
  /** Index in the facts. */
  readonly index: number;
  readonly name: string;
  readonly status: "waiting" | "tuning" | "training" | "finished" | "dropped" | "no rate" | "failed";
  readonly tuning: Tuning;
  /** Learning rate of the compared trainings; null before it is found, or if all rates diverged. */
  readonly lr: number | null;
  /** Rates that are about as good; null before any training ended. */
  readonly good: GoodRates | null;
  /** Outcome for each seed; null before it ends. */
  readonly seeds: readonly (Outcome | null)[];
  readonly accuracy: Mean | null;
  readonly loss: Mean | null;
  /** Null without a target or without a training. */
  readonly target: TargetResult | null;
  /** Mean score by the measure of the comparison; null if a training has none. */
  readonly score: Mean | null;
  /** Training time in seconds, of the search for the rate and of the compared trainings. */
  readonly seconds: { readonly tuning: number; readonly training: number };
}

/** Comparison at any stage. */
export interface Comparison {
  readonly folder: string;
  readonly facts: ComparisonFacts;
  /** Entrants, the best first; those without a score at the end. */
  readonly entrants: readonly EntrantResult[];
  /** Every two entrants with scores for all seeds, by their places in `entrants`. */
  readonly pairs: readonly Pair[];
  /** The result in plain sentences; null before two entrants have results. */
  readonly verdict: string | null;
  /** True if no trial is left. */
  readonly isFinished: boolean;
}

/**
 * Reads a comparison from its folder, at any stage.
 * @throws TrainError if the folder is missing or is none, or if a file in it is damaged
 * @example const { entrants, verdict } = readComparison("runs/comparison");
 */
export function readComparison(folder: string): Comparison {
  const facts = readFacts(folder);
  const dropped = droppedAfter(folder, facts);
  const unsorted = facts.entrants.map((_, index) => entrantResult(folder, facts, index, dropped.get(index)));
  const direction = directionOf(facts.measure);
  const rank = ({ score }: EntrantResult): number => (score ? direction * score.mean : -Infinity);
  // Orders the entrants without a score.
  const accuracyOf = ({ score, accuracy }: EntrantResult): number => (score ? 0 : (accuracy?.mean ?? -Infinity));
  const entrants = [...unsorted].sort(
    // Two entrants without a score differ by NaN, which counts as 0.
    (a, b) => rank(b) - rank(a) || accuracyOf(b) - accuracyOf(a) || a.index - b.index,
  );
  const complete = entrants.filter(({ seeds, score }) => score !== null && !seeds.includes(null));
  const scores = complete.map(({ seeds }) =>
    (seeds as Trained[]).map((trained) => direction * (scoreOf(trained, facts.measure, facts.target) as number)),
  );
  const pairs = comparePairs(scores);
  const named = complete.map(({ name }, i) => ({ name, score: average(scores[i] as number[]) }));
  return {
    folder,
    facts,
    entrants,
    pairs: pairs.map((pair) => ({ ...pair, difference: signed(pair.difference, direction) })),
    verdict: complete.length < 2 ? null : verdict(named, pairs, facts.seeds.length),
    isFinished: entrants.every(({ status }) => ENDED.has(status)),
  };
}

const ENDED: ReadonlySet<string> = new Set(["finished", "dropped", "no rate", "failed"]);

/** Returns a difference in the direction of the measure. */
const signed = ({ mean, deviation, interval }: Mean, direction: number): Mean => ({
  mean: direction * mean,
  deviation,
  interval: interval && (direction > 0 ? interval : [-interval[1], -interval[0]]),
});

/** @param droppedAtSeed number of seeds after which the entrant was dropped; undefined if it was not */
function entrantResult(
  folder: string,
  facts: ComparisonFacts,
  index: number,
  droppedAtSeed: number | undefined,
): EntrantResult {
  const { seeds: numbers, tuning: count, measure, target } = facts;
  const tuning = readTuning(folder, facts, index);
  const seeds = trialsOf(facts, index)
    .slice(1 + count)
    .map((trial) => readOutcome(trialFolder(folder, facts, trial)));
  const trained = seeds.filter((outcome) => outcome?.kind === "trained");
  const scores = trained.map((outcome) => scoreOf(outcome, measure, target));
  const lr = tuning.isFinished ? bestRate(tuning.tried) : null;
  const hasAll = trained.length > 0 && trained.length === seeds.filter((outcome) => outcome !== null).length;
  return {
    index,
    name: facts.entrants[index]?.name ?? "",
    status: statusOf(tuning, lr, seeds, numbers.length, droppedAtSeed),
    tuning,
    lr,
    good: goodRates(tuning.tried),
    seeds,
    accuracy: trained.length === 0 ? null : meanOf(trained.map(({ accuracy }) => accuracy)),
    loss: trained.length === 0 ? null : meanOf(trained.map(({ loss }) => loss)),
    target: target === null || trained.length === 0 ? null : targetResult(trained, target),
    score: hasAll && !scores.includes(null) ? meanOf(scores as number[]) : null,
    seconds: {
      tuning: tuning.trainings.reduce((sum, outcome) => sum + secondsOf(outcome), secondsOf(tuning.rangeTest)),
      training: seeds.reduce((sum, outcome) => sum + secondsOf(outcome), 0),
    },
  };
}

const secondsOf = (outcome: Outcome | null): number => (outcome && "seconds" in outcome ? outcome.seconds : 0);

function targetResult(trained: readonly Trained[], target: number): TargetResult {
  const points = trained.map((one) => firstAtTarget(one, target)).filter((point) => point !== null);
  const over = (key: "seconds" | "updates"): Mean | null =>
    points.length === 0 ? null : meanOf(points.map((point) => point[key]));
  return { seconds: over("seconds"), updates: over("updates"), reached: points.length };
}

function statusOf(
  { rangeTest, trainings, isFinished }: Tuning,
  lr: number | null,
  seeds: readonly (Outcome | null)[],
  count: number,
  droppedAtSeed: number | undefined,
): EntrantResult["status"] {
  const ended = seeds.filter((outcome) => outcome !== null);
  if (rangeTest === null) return "waiting";
  if (rangeTest.kind === "failed" || ended.some(({ kind }) => kind === "failed")) return "failed";
  if (!isFinished) return trainings.length === 0 ? "waiting" : "tuning";
  if (lr === null) return "no rate";
  if (ended.length === count) return "finished";
  return droppedAtSeed === undefined ? "training" : "dropped";
}
