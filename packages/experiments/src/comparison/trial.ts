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

/** Stage of an entrant: the range test, then trainings that refine the rate, then one compared training for each seed. */
export type Stage =
  | { readonly kind: "range-test" }
  | { readonly kind: "tuning"; readonly number: number }
  | { readonly kind: "seed"; readonly seed: number };

type Size = Pick<ComparisonSettings, "entrants" | "seeds" | "tuning">;

/** Returns the number of trials of a comparison without early stopping. */
export const countTrials = ({ entrants, seeds, tuning }: Size): number => entrants.length * (1 + tuning + seeds.length);

/**
 * Returns a trial by its index. The trials of an entrant follow one another, so that entrants which are added later leave the
 * indexes of the others unchanged.
 */
export function trialAt({ seeds, tuning }: Size, index: number): Trial {
  const each = 1 + tuning + seeds.length;
  const [entrant, place] = [Math.floor(index / each), index % each];
  if (place === 0) return { index, entrant, kind: "range-test" };
  if (place <= tuning) return { index, entrant, kind: "tuning", number: place };
  return { index, entrant, kind: "seed", seed: at(seeds, place - 1 - tuning) };
}

/** Returns the trials of an entrant in their order. */
export function trialsOf(size: Size, entrant: number): Trial[] {
  const each = 1 + size.tuning + size.seeds.length;
  return Array.from({ length: each }, (_, place) => trialAt(size, entrant * each + place));
}

/** Returns the folder of a trial. */
export function trialFolder(folder: string, { entrants }: ComparisonFacts, trial: Trial): string {
  const { name } = at(entrants, trial.entrant);
  const plain = name.replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  return join(folder, "trials", `${trial.entrant + 1}-${plain}`, stageName(trial));
}

/** Returns the name of a stage, such as `tuning-2`. */
export const stageName = (stage: Stage): string =>
  stage.kind === "range-test" ? stage.kind : stage.kind === "tuning" ? `tuning-${stage.number}` : `seed-${stage.seed}`;
