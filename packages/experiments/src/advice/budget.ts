import { TrainError } from "@downhill/train";
import { duration } from "@downhill/train/text";
import type { AdviceFacts } from "./facts.ts";
import { fullLength, type Length, lengthWithin, passesOf, type Speed, secondsOf, shortestLength } from "./lengths.ts";

/** Fewest and most seeds of the validation: fewer have very wide intervals, and more hardly narrow them. */
export const [LEAST_SEEDS, MOST_SEEDS] = [3, 10];
/** Seeds of the validation that the plan provides for. */
const PLANNED_SEEDS = 5;
/** Largest share of the time limit that the validation takes by plan. */
const VALIDATION_SHARE = 0.5;
/** Factor of expected times: trainings of other settings may take longer than those of the defaults. */
export const MARGIN = 1.15;

/** Plan of an advice in time. */
export interface Plan {
  readonly question: Length;
  readonly validation: Length;
  /** Time that is kept for the validation, in seconds. */
  readonly reserve: number;
}

/**
 * Plans the lengths of the trainings. The validation trains as long as the user does if half of the time limit allows it; the trainings
 * of the questions are shortened so that all questions fit into the rest.
 * @param spent time so far in seconds
 * @param trainings number of trainings if all questions are asked
 * @throws TrainError if the time does not suffice for the shortest useful trainings
 */
export function planTime(facts: AdviceFacts, speed: Speed, spent: number, trainings: number): Plan {
  const { jobs, budget, seeds } = facts;
  const left = budget - spent;
  const inParallel = (seconds: number): number => (MARGIN * seconds) / jobs;
  const least = inParallel(secondsOf(speed, shortestLength(facts)));
  // The defaults, one candidate, and the validation of it.
  const needed = (2 * seeds + 2 * LEAST_SEEDS) * least;
  if (left < needed) {
    const enough = Math.ceil(spent + needed);
    throw new TrainError(
      `budget of ${duration(budget)}: too small for one question with trainings of ${passesOf(shortestLength(facts))} images. Expected at least ${duration(enough)}. Raise the budget, or start a new advice with a smaller model.`,
    );
  }
  const most = VALIDATION_SHARE * left;
  const validation = lengthWithin(facts, speed, most / inParallel(2 * LEAST_SEEDS));
  const reserve = Math.min(most, inParallel(2 * PLANNED_SEEDS * secondsOf(speed, validation)));
  const question = lengthWithin(facts, speed, (left - reserve) / inParallel(trainings));
  return { question: shorter(question, validation), validation, reserve };
}

const shorter = (a: Length, b: Length): Length => (passesOf(a) <= passesOf(b) ? a : b);

/**
 * Returns the number of seeds of the validation that fit into a time, and the length of its trainings, which is less than
 * planned if otherwise too few fit. Null if the time does not suffice.
 */
export function validationWithin(
  facts: AdviceFacts,
  speed: Speed,
  planned: Length,
  left: number,
): { readonly count: number; readonly length: Length } | null {
  const countOf = (length: Length): number => Math.floor((left * facts.jobs) / (2 * MARGIN * secondsOf(speed, length)));
  const count = countOf(planned);
  if (count >= LEAST_SEEDS) return { count: Math.min(MOST_SEEDS, count), length: planned };
  const length = lengthWithin(facts, speed, (left * facts.jobs) / (2 * MARGIN * LEAST_SEEDS));
  return countOf(length) >= LEAST_SEEDS ? { count: LEAST_SEEDS, length } : null;
}

/** Returns true if a training is as long as the one that is to be improved. */
export const isFull = (facts: AdviceFacts, length: Length): boolean => passesOf(length) === passesOf(fullLength(facts));
