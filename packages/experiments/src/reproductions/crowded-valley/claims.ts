import { percent } from "@downhill/train/plots";
import { average } from "@downhill/train/statistics";
import { comparePairs } from "../../statistics/pairs.ts";
import type { Claim } from "../reproduction.ts";
import { rankCorrelation, ranksOf } from "../statistics.ts";
import type { Entry } from "./trials.ts";

/** Trainings that tuning one optimizer takes: the documented rate, the range test and three further rates. */
export const BUDGET = 5;
/** Loss of accuracy that still counts as working about as well. */
const MARGIN = 0.01;
/** Rank correlation from which on a ranking counts as the same on both sets. */
const SAME_RANKING = 0.9;

/** Results of all optimizers on one set. */
export interface Field {
  readonly data: string;
  /** In the order of the optimizers, the same for all sets. */
  readonly entries: readonly Entry[];
}

/** Returns the statements of the paper with what the trainings show. */
export const claimsOf = (fields: readonly Field[]): Claim[] => [
  untunedClaim(fields),
  rankingClaim(fields),
  winnerClaim(fields),
  adamClaim(fields),
];

/**
 * Returns the expected accuracy of the best of several untuned optimizers: the mean over all choices of that many
 * optimizers, of which the best one on the images to tune on is taken.
 */
export function bestOfUntuned(entries: readonly Entry[], count: number): number {
  const ordered = [...entries].sort((a, b) => b.chosenBy - a.chosenBy);
  const n = ordered.length;
  const size = Math.min(count, n);
  // The one at a place is the best of the choice if all others of the choice are behind it.
  let [sum, share] = [0, size / n];
  for (const [place, { defaults }] of ordered.entries()) {
    sum += share * average(defaults);
    share *= (n - place - size) / (n - place - 1 || 1);
  }
  return sum;
}

function untunedClaim(fields: readonly Field[]): Claim {
  const compared = fields.map(({ data, entries }) => ({
    data,
    untuned: bestOfUntuned(entries, BUDGET),
    tuned: average(entries.map(tunedAccuracy)),
    adam: tunedAccuracy(entries.find(({ optimizer }) => optimizer === "adam") as Entry),
  }));
  return {
    statement: "Trying several optimizers with default parameters works about as well as tuning one (abstract)",
    rule: `with ${BUDGET} trainings each, the best untuned optimizer is on average at most ${percent(MARGIN)} worse than a tuned one, on both sets`,
    measured: compared
      .map(
        ({ data, untuned, tuned, adam }) =>
          `${data}: best of ${BUDGET} untuned ${percent(untuned)}, one tuned ${percent(tuned)} (mean of all), Adam tuned ${percent(adam)}`,
      )
      .join("; "),
    holds: compared.every(({ untuned, tuned }) => untuned >= tuned - MARGIN),
  };
}

function rankingClaim(fields: readonly Field[]): Claim {
  const [first, second] = fields.map(({ entries }) => entries.map(tunedAccuracy)) as [number[], number[]];
  const correlation = rankCorrelation(first, second);
  const [a, b] = [ranksOf(first), ranksOf(second)];
  const moves = a.map((rank, i) => Math.abs(rank - (b[i] as number)));
  const farthest = moves.indexOf(Math.max(...moves));
  const place = (ranks: readonly number[]): string =>
    String(Math.round(ranks.length + 1 - (ranks[farthest] as number)));
  return {
    statement: "The performance of optimizers varies greatly across tasks (abstract)",
    rule: `the rank correlation of the tuned optimizers between the sets is below ${SAME_RANKING}`,
    measured: `rank correlation ${correlation.toFixed(2)}; the farthest move is that of ${fields[0]?.entries[farthest]?.optimizer}, from place ${place(a)} to ${place(b)} of ${a.length}`,
    holds: correlation < SAME_RANKING,
  };
}

/** Returns the optimizers that cannot be told apart from the best one, the best one first. */
export function leadersOf({ entries }: Field): string[] {
  const accuracies = entries.map(tunedAccuracy);
  const best = accuracies.indexOf(Math.max(...accuracies));
  const beaten = new Set(
    comparePairs(entries.map(({ tuned }) => tuned)).flatMap(({ a, b, isDifferent }) =>
      isDifferent && (a === best || b === best) ? [a === best ? b : a] : [],
    ),
  );
  const order = entries.map((_, i) => i).sort((a, b) => (accuracies[b] as number) - (accuracies[a] as number));
  return order.filter((i) => !beaten.has(i)).map((i) => (entries[i] as Entry).optimizer);
}

function winnerClaim(fields: readonly Field[]): Claim {
  const leaders = fields.map(leadersOf);
  return {
    statement: "No optimizer clearly dominates (abstract)",
    rule: "no optimizer is better than all others on both sets, by a paired test that is corrected for all pairs",
    measured: fields
      .map(
        ({ data, entries }, i) =>
          `${data}: ${leaders[i]?.[0]} is the best with ${percent(Math.max(...entries.map(tunedAccuracy)))}, and ${(leaders[i]?.length ?? 1) - 1} others cannot be told apart from it`,
      )
      .join("; "),
    holds: !leaders.every((names) => names.length === 1 && names[0] === leaders[0]?.[0]),
  };
}

function adamClaim(fields: readonly Field[]): Claim {
  const places = fields.map((field) => {
    const ranks = ranksOf(field.entries.map((entry) => -tunedAccuracy(entry)));
    const index = field.entries.findIndex(({ optimizer }) => optimizer === "adam");
    return { data: field.data, place: ranks[index] as number, leads: leadersOf(field).includes("adam") };
  });
  return {
    statement: "Adam remains a strong contender (abstract)",
    rule: "on both sets, tuned Adam is in the better half and cannot be told apart from the best",
    measured: places
      .map(
        ({ data, place, leads }) =>
          `${data}: place ${Math.round(place)} of ${fields[0]?.entries.length}, ${leads ? "not told apart from the best" : "worse than the best"}`,
      )
      .join("; "),
    holds: places.every(({ place, leads }) => leads && place <= (fields[0]?.entries.length ?? 0) / 2),
  };
}

const tunedAccuracy = ({ tuned }: Entry): number => average(tuned);
