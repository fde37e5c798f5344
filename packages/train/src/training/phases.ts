import { headNames, type Model, type NameMatch } from "@downhill/graph";

/** Trained part of the model: its last layer, on features that are computed once; or all parameters. */
export type PhaseName = "head" | "all";

/** Epochs of a training in which the same parameters are trained. */
export interface Phase {
  readonly name: PhaseName;
  /** First epoch, from 0. */
  readonly from: number;
}

/** Settings that divide a training into phases. */
export interface PhaseSettings {
  /** See `freeze` of the settings. */
  readonly freeze?: number | "all" | undefined;
  /** Parameters of the head for `freeze`; default those of the last layer. */
  readonly head?: NameMatch | undefined;
}

/** Returns the phase of an epoch. */
export function phaseAt({ freeze = 0 }: PhaseSettings, epoch: number): Phase {
  if (freeze === "all" || epoch < freeze) return { name: "head", from: 0 };
  return { name: "all", from: freeze };
}

/** Returns the number of first epochs that only train the head. */
export const headEpochs = ({ freeze = 0 }: PhaseSettings, epochs: number): number =>
  freeze === "all" ? epochs : Math.min(freeze, epochs);

/** Returns the parameters of the head. */
export const trainedHead = ({ head }: PhaseSettings, model: Model): NameMatch => head ?? headNames(model);
