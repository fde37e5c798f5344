import type { Pair } from "./pairs.ts";

/** Entrant of a race as a verdict names it. */
export interface Named {
  readonly name: string;
  /** Mean score; higher is better. */
  readonly score: number;
}

/**
 * Returns the result of a race in plain sentences: which entrants lead, which they beat, and which cannot be told apart.
 * @param entrants in the order of the pairs' indexes
 * @param seeds number of seeds
 */
export function verdict(entrants: readonly Named[], pairs: readonly Pair[], seeds: number): string {
  if (entrants.length < 2) return "There is nothing to compare: fewer than two entrants have results.";
  const order = entrants.map((_, i) => i).sort((a, b) => scoreOf(entrants, b) - scoreOf(entrants, a) || a - b);
  if (seeds < 2) {
    const [best] = order as [number];
    return `${nameOf(entrants, best)} has the best result, but one seed does not show whether the difference is chance.`;
  }
  if (!pairs.some(({ isDifferent }) => isDifferent)) {
    return entrants.length === 2
      ? `${listed(order.map((i) => nameOf(entrants, i)))} cannot be told apart with ${seeds} seeds.`
      : `No two of the ${entrants.length} entrants can be told apart with ${seeds} seeds.`;
  }
  const differ = (a: number, b: number): boolean =>
    pairs.some((pair) => pair.isDifferent && ((pair.a === a && pair.b === b) || (pair.a === b && pair.b === a)));
  const [best, ...others] = order as [number, ...number[]];
  const leaders = [best, ...others.filter((other) => !differ(best, other))];
  const beaten = others.filter((other) => differ(best, other));
  const names = (indexes: readonly number[]): string => listed(indexes.map((i) => nameOf(entrants, i)));
  if (beaten.length === 0) {
    // The best entrant differs from none, but others differ from each other.
    return `${names([best])} has the best mean, but cannot be told apart from any other. ${sentences(others, differ, names)}`;
  }
  const byAll = beaten.filter((loser) => leaders.every((leader) => differ(leader, loser)));
  const bySome = beaten.filter((loser) => !byAll.includes(loser));
  const [first] = leaders;
  if (leaders.length === 1) {
    return beaten.length === others.length && others.length > 1
      ? `${names([best])} is better than all others: ${names(beaten)}.`
      : `${names([best])} is better than ${names(beaten)}.`;
  }
  const them = leaders.length === 2 ? "Both are" : "All of them are";
  return [
    `${names(leaders)} cannot be told apart.`,
    ...(byAll.length === 0 ? [] : [`${them} better than ${names(byAll)}.`]),
    ...(bySome.length === 0
      ? []
      : [
          `${names([first as number])} is better than ${names(bySome)}; for the others of the best this is not certain.`,
        ]),
  ].join(" ");
}

/** Lists the differences among entrants, in order. */
const sentences = (
  order: readonly number[],
  differ: (a: number, b: number) => boolean,
  names: (indexes: readonly number[]) => string,
): string =>
  order
    .flatMap((winner, i) => {
      const losers = order.slice(i + 1).filter((loser) => differ(winner, loser));
      return losers.length === 0 ? [] : [`${names([winner])} is better than ${names(losers)}.`];
    })
    .join(" ");

const scoreOf = (entrants: readonly Named[], index: number): number => (entrants[index] as Named).score;
const nameOf = (entrants: readonly Named[], index: number): string => (entrants[index] as Named).name;

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
