import type { GivenConfig } from "@downhill/train";
import { meanOf } from "@downhill/train/statistics";
import type { Changes } from "../comparison/entrant.ts";
import type { Answer, Validation } from "./advice.ts";
import { leastVariance } from "./decide.ts";
import type { Measured } from "./experiment.ts";
import type { AdviceFacts } from "./facts.ts";
import { FINALISTS, type QuestionName, type Setting } from "./questions.ts";

/** Factor within which two learning rates are the same. */
const SAME_RATE = 1.2;

const isClose = (a: number, b: number): boolean => Math.max(a / b, b / a) < SAME_RATE;

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const isComplete = ({ scores }: Measured): boolean => scores.length > 0 && !scores.includes(null);

export const scoresOf = ({ scores }: Measured): number[] => scores as number[];

/** Returns changes without those that belong to an optimizer. */
export function withoutOptimizer({
  optimizer,
  lr,
  momentum,
  weightDecay,
  hyperparameters,
  ...others
}: Changes): Changes {
  return others;
}

/** Compares accuracies of the same seeds. */
export function validationOf(
  seeds: readonly number[],
  defaults: readonly number[],
  chosen: readonly number[],
  images: number,
): Validation {
  const differences = chosen.map((score, i) => score - (defaults[i] as number));
  const difference = meanOf(differences, leastVariance(differences, images));
  return {
    seeds,
    defaults: meanOf(defaults),
    chosen: meanOf(chosen),
    difference,
    isBetter: difference.interval !== null && difference.interval[0] > 0,
  };
}

/** Returns the configuration with the recommended changes. */
export function recommendedConfig({ given }: AdviceFacts, changes: Changes): GivenConfig {
  const { hyperparameters, momentum, weightDecay, lr, ...rest } = given;
  return changes.optimizer === undefined ? { ...given, ...changes } : { ...rest, ...changes };
}

/**
 * Returns the most promising candidate: that with the largest gain in units of its standard error. Null without a gain above
 * the least one.
 * @param seeds number of seeds of each candidate
 * @param least least gain in standard errors
 */
export function mostPromising(answers: readonly Answer[], seeds: number, least: number): Changes | null {
  const promising = answers
    .flatMap((answer) => (answer.kind === "asked" ? answer.candidates : []))
    .flatMap(({ changes, difference }) => {
      if (difference === null || difference.mean <= 0) return [];
      return [{ changes, gain: difference.mean / Math.sqrt(difference.variance / seeds) }];
    })
    .filter(({ gain }) => gain >= least)
    .sort((a, b) => b.gain - a.gain);
  return promising[0]?.changes ?? null;
}

/** Returns the candidates that result from searches: the rate found, or the optimizers with the lowest losses. */
export function foundBy(
  question: QuestionName,
  searches: readonly Measured[],
  { changes, lr: inForce }: Setting,
): Changes[] {
  const found = searches
    .flatMap(({ name, lr, searchLoss }) => (lr === null || searchLoss === null ? [] : [{ name, lr, searchLoss }]))
    .sort((a, b) => a.searchLoss - b.searchLoss);
  if (question === "optimizer") {
    const others = withoutOptimizer(changes);
    return found.slice(0, FINALISTS).map(({ name, lr }) => ({ ...others, optimizer: name, lr }));
  }
  return found.flatMap(({ lr }) => (isClose(lr, inForce) ? [] : [{ ...changes, lr }]));
}
