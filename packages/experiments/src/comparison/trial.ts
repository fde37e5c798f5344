import { join } from "node:path";
import { at } from "../at.ts";
import type { ComparisonFacts, ComparisonSettings } from "./facts.ts";

/** One piece of work of a comparison. */
export type Trial = {
  /** Number of the trial among all of the comparison. */
  readonly index: number;
  /** Index of the entrant. */
  readonly entrant: number;
} & Stage;

/**
 * Stage of an entrant: the range test, then trainings that refine the rate and, where requested, the weight decay, then one
 * compared training for each seed.
 */
export type Stage =
  | { readonly kind: "range-test" }
  | { readonly kind: "tuning"; readonly number: number }
  | { readonly kind: "weight-decay"; readonly number: number }
  | { readonly kind: "seed"; readonly seed: number };

/** Settings of a comparison on which the stages of its entrants depend. */
export type StageSettings = Pick<ComparisonSettings, "seeds" | "tuning" | "weightDecayTuning">;

type Size = StageSettings & Pick<ComparisonSettings, "entrants">;

/** Returns the number of stages that find the hyperparameters of an entrant. Without tuning there is none: they are given. */
export const searchStages = ({ tuning, weightDecayTuning = 0 }: Omit<StageSettings, "seeds">): number =>
  tuning === 0 ? 0 : 1 + tuning + weightDecayTuning;

/** Returns the stages of each entrant in their order. */
export function stagesOf(settings: StageSettings): Stage[] {
  const { tuning, weightDecayTuning = 0, seeds } = settings;
  const search: Stage[] = [
    { kind: "range-test" },
    ...numbers(tuning).map((number) => ({ kind: "tuning", number }) as const),
    ...numbers(weightDecayTuning).map((number) => ({ kind: "weight-decay", number }) as const),
  ];
  return [...search.slice(0, searchStages(settings)), ...seeds.map((seed) => ({ kind: "seed", seed }) as const)];
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Returns the number of trials of a comparison without early stopping. */
export const countTrials = (size: Size): number => size.entrants.length * stagesOf(size).length;

/**
 * Returns a trial by its index. The trials of an entrant follow one another, so that entrants which are added later leave the
 * indexes of the others unchanged.
 */
export function trialAt(size: Size, index: number): Trial {
  const stages = stagesOf(size);
  return { index, entrant: Math.floor(index / stages.length), ...at(stages, index % stages.length) };
}

/** Returns the trials of an entrant in their order. */
export function trialsOf(size: Size, entrant: number): Trial[] {
  const stages = stagesOf(size);
  return stages.map((stage, place) => ({ index: entrant * stages.length + place, entrant, ...stage }));
}

/** Returns the folder of a trial. */
export function trialFolder(folder: string, { entrants }: Pick<ComparisonFacts, "entrants">, trial: Trial): string {
  const { name } = at(entrants, trial.entrant);
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  return join(folder, "trials", `${trial.entrant + 1}-${plain}`, stageName(trial));
}

/** Returns the name of a stage, such as `tuning-2`. */
export function stageName(stage: Stage): string {
  if (stage.kind === "range-test") return stage.kind;
  return `${stage.kind}-${stage.kind === "seed" ? stage.seed : stage.number}`;
}
