import type { Computation, ReproductionContext } from "./context.ts";
import { runTraining, type TrainingResult, type TrainingSettings } from "./training.ts";

/** Settings of trainings that differ in their seeds. */
export type SeedlessSettings = Omit<TrainingSettings, "seed">;

/** Results by the names of their settings, in the order of the seeds. */
export type ResultsOf<Name extends string, Result> = Readonly<Record<Name, readonly Result[]>>;

/**
 * Trains networks with each of several settings and all seeds.
 * @param settings settings by the names that progress and tables show
 */
export const trainSettings = <Name extends string>(
  context: ReproductionContext,
  settings: Readonly<Record<Name, SeedlessSettings>>,
): Promise<ResultsOf<Name, TrainingResult>> =>
  computeSettings(
    context,
    Object.fromEntries(
      Object.entries<SeedlessSettings>(settings).map(([name, setting]) => [
        name,
        { kind: "training", settings: setting, compute: runTraining },
      ]),
    ) as Record<Name, SeedlessComputation<TrainingResult>>,
  );

/** Computation without its name and seed. */
export type SeedlessComputation<Result extends object> = Pick<Computation<Result>, "kind" | "compute"> & {
  readonly settings: SeedlessSettings;
};

/**
 * Runs several computations with all seeds.
 * @param computations computations by the names that progress and tables show
 */
export async function computeSettings<Name extends string, Result extends object>(
  context: ReproductionContext,
  computations: Readonly<Record<Name, SeedlessComputation<Result>>>,
): Promise<ResultsOf<Name, Result>> {
  const { seeds } = context;
  const entries = Object.entries(computations) as [Name, SeedlessComputation<Result>][];
  const results = await context.compute(
    entries.flatMap(([name, { settings, ...rest }]) =>
      seeds.map((seed) => ({ name: `${name}, seed ${seed}`, settings: { ...settings, seed }, ...rest })),
    ),
  );
  return Object.fromEntries(
    entries.map(([name], i) => [name, results.slice(i * seeds.length, (i + 1) * seeds.length)]),
  ) as Record<Name, Result[]>;
}

/** Returns the last accuracies of trainings. A training that diverged classifies nothing, so it counts as 0. */
export const accuraciesOf = (results: readonly TrainingResult[]): number[] =>
  results.map(({ accuracy }) => accuracy ?? 0);

/** Returns the accuracies of trainings over their updates, as curves for a plot. */
export const accuracyCurves = (results: readonly TrainingResult[]): [x: number, y: number][][] =>
  results.map(({ epochs }) =>
    epochs.flatMap(({ updates, accuracy }) => (accuracy === null ? [] : [[updates, accuracy] as [number, number]])),
  );
