import { type DeviceName, input, type Model, type Normalization } from "@downhill/graph";
import { copyWeights, type OpenRun } from "@downhill/train";
import { type Layout, layoutOf } from "./layout.ts";

/** Weight space of a model, with what its loss is computed by. */
export interface Space {
  readonly model: Model;
  readonly layout: Layout;
  /** Names of the statistics of batch norm, which follow from the other weights and the images. */
  readonly measured: readonly string[];
  /** Complete weights of a run, from which a network starts. */
  readonly start: Readonly<Record<string, Float32Array>>;
  readonly normalization: Normalization;
  readonly threads: number;
  readonly device: DeviceName | undefined;
}

/**
 * Returns the weight space of runs.
 * @param model model of the runs
 * @param run run whose normalization, device and threads are used
 */
export function spaceOf(model: Model, { facts, network }: OpenRun, threads = facts.config.threads): Space {
  const measured = Object.keys(model.apply(input("images", [2, ...model.imageShape]), { training: true }).statistics);
  const { groups, device } = facts.config;
  // A parameter belongs to the first group that matches its name.
  const isTrained = (name: string): boolean => !groups.find(({ match }) => new RegExp(match).test(name))?.frozen;
  return {
    model,
    layout: layoutOf(model, (name) => measured.includes(name), isTrained),
    measured,
    start: copyWeights(network),
    normalization: facts.data.normalization,
    threads,
    device: (device as DeviceName | null) ?? undefined,
  };
}
