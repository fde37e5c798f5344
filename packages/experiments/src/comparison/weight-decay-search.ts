import { bestRate, nextRate, type TriedRate } from "./rate-search.ts";
import type { Tuning } from "./tuning.ts";

/** First weight decay to try for an optimizer whose default is 0: that of the general recipe. */
const FIRST = 5e-4;

/** Returns the weight decays with their losses, including the default at the best of the tried rates, as points of a search. */
const points = (base: number, { tried, triedDecays }: Pick<Tuning, "tried" | "triedDecays">): TriedRate[] => [
  ...(base > 0 ? [{ lr: base, loss: lowestOf(tried) }] : []),
  ...triedDecays.map(({ weightDecay, loss }) => ({ lr: weightDecay, loss })),
];

const lowestOf = (tried: readonly { readonly loss: number | null }[]): number | null => {
  const losses = tried.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  return losses.length === 0 ? null : Math.min(...losses);
};

/**
 * Returns the next weight decay to try at the best rate: half a decade to each side of the default, then as the search for a rate.
 * @param base default weight decay of the entrant
 */
export const nextDecay = (base: number, tuning: Pick<Tuning, "tried" | "triedDecays">): number =>
  nextRate(base > 0 ? base : FIRST, points(base, tuning));

/** Returns the weight decay with the lowest loss; null if that is the default, or if none was tried. */
export function bestDecay(base: number, tuning: Pick<Tuning, "tried" | "triedDecays">): number | null {
  const { tried, triedDecays } = tuning;
  if (triedDecays.length === 0) return null;
  const best = bestRate(points(base, tuning));
  if (base > 0) return best;
  const [others, without] = [lowestOf(triedDecays), lowestOf(tried)];
  return others !== null && (without === null || others < without) ? best : null;
}

/** Returns the weight decay of a training if it is a number: an optimizer may have none, and a schedule is not searched. */
export function decayOf(hyperparameters: Readonly<Record<string, unknown>>): number | null {
  const { weightDecay } = hyperparameters;
  return typeof weightDecay === "number" ? weightDecay : null;
}

/** Returns the default weight decay of an entrant, from its first training; null without one. */
export function baseDecay({ trainings }: Pick<Tuning, "trainings">): number | null {
  const first = trainings.find((outcome) => outcome.kind === "trained" && outcome.weightDecay === undefined);
  return first?.kind === "trained" ? decayOf(first.hyperparameters) : null;
}

/** Returns the weight decay with which an entrant trains after its search; null for the default. */
export function chosenDecay(tuning: Pick<Tuning, "trainings" | "tried" | "triedDecays">): number | null {
  const base = baseDecay(tuning);
  return base === null ? null : bestDecay(base, tuning);
}
