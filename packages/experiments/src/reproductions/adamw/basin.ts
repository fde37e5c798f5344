import { average } from "@downhill/train/statistics";
import { fitLine } from "../statistics.ts";

/** Errors of trainings with each learning rate and weight decay: `errors[rate][decay]`, shares from 0 to 1. */
export interface Grid {
  readonly rates: readonly number[];
  readonly decays: readonly number[];
  readonly errors: readonly (readonly number[])[];
}

/** Cell of a grid. */
export interface BestCell {
  readonly rate: number;
  readonly decay: number;
  readonly error: number;
  /** Indexes of rate and decay. */
  readonly at: readonly [rate: number, decay: number];
}

/** Returns the mean of grids with the same rates and decays. */
export function meanGrid(grids: readonly Grid[]): Grid {
  const [first] = grids as [Grid];
  return {
    ...first,
    errors: first.errors.map((row, i) => row.map((_, j) => average(grids.map(({ errors }) => errorAt(errors, i, j))))),
  };
}

/** Returns the cell with the lowest error. */
export function bestCell({ rates, decays, errors }: Grid): BestCell {
  const cells = errors.flatMap((row, i) =>
    row.map((error, j): BestCell => ({ rate: rates[i] as number, decay: decays[j] as number, error, at: [i, j] })),
  );
  return cells.reduce((a, b) => (b.error < a.error ? b : a));
}

/** Error above the lowest of a rate at which a decay counts e times less. */
const SOFTNESS = 0.01;
/** Error above the lowest of all up to which a rate counts. */
const USABLE = 0.05;

/**
 * Returns the decades by which the best decay moves for each decade of the rate: 0 if both can be tuned separately, -1 if
 * only their product counts. The best decay of a rate is a mean weighted by the error, which noise moves less than a
 * minimum. Rates that are far from the best are left out.
 */
export function tiltOf(grid: Grid): number {
  const { rates, decays, errors } = grid;
  const limit = bestCell(grid).error + USABLE;
  const points = rates.flatMap((rate, i): [number, number][] => {
    const row = errors[i] as readonly number[];
    const lowest = Math.min(...row);
    if (lowest > limit) return [];
    const weights = row.map((error) => Math.exp((lowest - error) / SOFTNESS));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const center = weights.reduce((total, weight, j) => total + weight * Math.log10(decays[j] as number), 0) / sum;
    return [[Math.log10(rate), center]];
  });
  return fitLine(points).slope;
}

/**
 * Returns the error above the lowest one after a search that tunes first the rate and then the decay, each once: the mean
 * over all decays from which the search may start.
 */
export function regretOfSeparateSearch(grid: Grid): number {
  const { decays, errors } = grid;
  const lowest = bestCell(grid).error;
  const found = decays.map((_, start) => {
    const column = errors.map((row) => row[start] as number);
    const rate = column.indexOf(Math.min(...column));
    return Math.min(...(errors[rate] as readonly number[]));
  });
  return average(found) - lowest;
}

const errorAt = (errors: Grid["errors"], i: number, j: number): number => errors[i]?.[j] as number;
