import type { Claim, Reproduction } from "../reproduction.ts";
import type { ReproductionFacts } from "../running/facts.ts";
import type { Training, TrainingResult } from "../running/training.ts";

/** Everything that a report of a reproduction shows. */
export interface ReproductionReport {
  readonly reproduction: Reproduction;
  readonly facts: ReproductionFacts;
  readonly claims: readonly Claim[];
  readonly method: string;
  /** Plots and data of the reproduction by the names of their files. */
  readonly files: ReadonlyMap<string, string>;
  readonly trained: readonly { readonly training: Training; readonly result: TrainingResult }[];
}
