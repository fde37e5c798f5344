import { average, type Mean, meanOf } from "@downhill/train/statistics";
import { comparePairs, type Pair } from "../statistics/pairs.ts";
import { verdict } from "../statistics/verdict.ts";
import { droppedAfter } from "./early-stopping.ts";
import { type ComparisonFacts, readFacts } from "./facts.ts";
import type { Outcome, Trained } from "./outcome.ts";
import { Outcomes } from "./outcomes.ts";
import { bestRate, type GoodRates, goodRates } from "./rate-search.ts";
import { directionOf, firstAtTarget, scoreOf } from "./score.ts";
import { searchStages, trialsOf } from "./trial.ts";
import { readTuning, type Tuning } from "./tuning.ts";
import { chosenDecay } from "./weight-decay-search.ts";

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
  /** Learning rate of the compared trainings; null before it is found, if all rates diverged, or if seeds differ in it. */
  readonly lr: number | null;
  /** Weight decay that the search found; null if it is the default. */
  readonly weightDecay: number | null;
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
export const readComparison = (folder: string): Comparison => comparisonOf(new Outcomes(folder), readFacts(folder));

/** Returns a comparison from its facts and the outcomes so far. */
export function comparisonOf(outcomes: Outcomes, facts: ComparisonFacts): Comparison {
  const dropped = droppedAfter(outcomes, facts);
  const unsorted = facts.entrants.map((_, index) => entrantResult(outcomes, facts, index, dropped.get(index)));
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
    folder: outcomes.folder,
    facts,
    entrants,
    pairs: pairs.map((pair) => ({ ...pair, difference: signed(pair.difference, direction) })),
    verdict: complete.length < 2 ? null : verdict(named, pairs, facts.seeds.length),
    isFinished: entrants.every(isEnded),
  };
}

/** True if no trial of an entrant is left. */
export const isEnded = ({ status }: EntrantResult): boolean => ENDED.has(status);

const ENDED: ReadonlySet<string> = new Set(["finished", "dropped", "no rate", "failed"]);

/** Returns a difference in the direction of the measure. */
const signed = ({ mean, deviation, interval }: Mean, direction: number): Mean => ({
  mean: direction * mean,
  deviation,
  interval: interval && (direction > 0 ? interval : [-interval[1], -interval[0]]),
});

/** @param droppedAtSeed number of seeds after which the entrant was dropped; undefined if it was not */
function entrantResult(
  outcomes: Outcomes,
  facts: ComparisonFacts,
  index: number,
  droppedAtSeed: number | undefined,
): EntrantResult {
  const { seeds: numbers, measure, target } = facts;
  const search = searchStages(facts);
  const tuning = readTuning(outcomes, facts, index);
  const seeds = trialsOf(facts, index)
    .slice(search)
    .map((trial) => outcomes.of(facts, trial));
  const trained = seeds.filter((outcome) => outcome?.kind === "trained");
  const scores = trained.map((outcome) => scoreOf(outcome, measure, target));
  const lr = search === 0 ? commonRate(trained) : tuning.isFinished ? bestRate(tuning.tried) : null;
  const hasAll = trained.length > 0 && trained.length === seeds.filter((outcome) => outcome !== null).length;
  return {
    index,
    name: facts.entrants[index]?.name ?? "",
    status: search === 0 ? statusOfSeeds(seeds) : statusOf(tuning, lr, seeds, numbers.length, droppedAtSeed),
    tuning,
    lr,
    weightDecay: tuning.isFinished ? chosenDecay(tuning) : null,
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

/** Returns the learning rate of trainings without a search; null if a range test found another one for each seed. */
function commonRate(trained: readonly Trained[]): number | null {
  const rates = new Set(trained.map(({ lr }) => lr));
  return rates.size === 1 ? (trained[0]?.lr ?? null) : null;
}

const secondsOf = (outcome: Outcome | null): number => (outcome && "seconds" in outcome ? outcome.seconds : 0);

function targetResult(trained: readonly Trained[], target: number): TargetResult {
  const points = trained.map((one) => firstAtTarget(one, target)).filter((point) => point !== null);
  const over = (key: "seconds" | "updates"): Mean | null =>
    points.length === 0 ? null : meanOf(points.map((point) => point[key]));
  return { seconds: over("seconds"), updates: over("updates"), reached: points.length };
}

/** Returns the status of an entrant without a search. */
function statusOfSeeds(seeds: readonly (Outcome | null)[]): EntrantResult["status"] {
  if (seeds.some((outcome) => outcome?.kind === "failed")) return "failed";
  if (!seeds.includes(null)) return "finished";
  return seeds.every((outcome) => outcome === null) ? "waiting" : "training";
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
