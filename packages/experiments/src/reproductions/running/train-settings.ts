import type { ReproductionContext } from "./context.ts";
import type { TrainingResult, TrainingSettings } from "./training.ts";

/** Settings of trainings that differ in their seeds. */
export type SeedlessSettings = Omit<TrainingSettings, "seed">;

/**
 * Trains networks with each of several settings and all seeds.
 * @param settings settings by the names that progress and tables show
 * @returns the results by the same names, in the order of the seeds
 */
export async function trainSettings<Name extends string>(
  context: ReproductionContext,
  settings: Readonly<Record<Name, SeedlessSettings>>,
): Promise<Readonly<Record<Name, readonly TrainingResult[]>>> {
  const { seeds } = context;
  const entries = Object.entries(settings) as [Name, SeedlessSettings][];
  const results = await context.train(
    entries.flatMap(([name, setting]) =>
      seeds.map((seed) => ({ name: `${name}, seed ${seed}`, settings: { ...setting, seed } })),
    ),
  );
  return Object.fromEntries(
    entries.map(([name], i) => [name, results.slice(i * seeds.length, (i + 1) * seeds.length)]),
  ) as Record<Name, TrainingResult[]>;
}

/** Returns the last accuracies of trainings. A training that diverged classifies nothing, so it counts as 0. */
export const accuraciesOf = (results: readonly TrainingResult[]): number[] =>
  results.map(({ accuracy }) => accuracy ?? 0);

/** Returns the accuracies of trainings over their updates, as curves for a plot. */
export const accuracyCurves = (results: readonly TrainingResult[]): [x: number, y: number][][] =>
  results.map(({ epochs }) => epochs.map(({ updates, accuracy }) => [updates, accuracy ?? Number.NaN]));
