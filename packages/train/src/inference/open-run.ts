import { existsSync } from "node:fs";
import { createNetwork, type Network } from "@downhill/graph";
import { readWeights } from "../checkpoints/weights-file.ts";
import { buildModel } from "../config/model.ts";
import { TrainError } from "../error.ts";
import { graphFileOfRun } from "../pretrained/onnx-model.ts";
import { runPaths } from "../run-folder/paths.ts";
import { type RunFacts, readRunFile } from "../run-folder/run-file.ts";
import { setWeights } from "../training/checkpoint.ts";

/** Trained network of a run. */
export interface OpenRun {
  readonly folder: string;
  readonly facts: RunFacts;
  readonly network: Network;
}

/**
 * Loads the network of a run with the weights of its result, or before there is one, of its best epoch so far.
 * @throws TrainError if the folder is not a run folder or has no weights yet
 */
export function openRun(folder: string): OpenRun {
  const facts = readRunFile(folder);
  const path = weightsOfRun(folder);
  const { imageShape, classNames } = facts.data;
  const { model, modelOptions } = facts.config;
  const graph = graphFileOfRun(folder);
  const network = createNetwork(buildModel(model, imageShape, classNames.length, modelOptions, graph));
  setWeights(network, readWeights(path));
  return { folder, facts, network };
}

/**
 * Returns the file with the weights of a run's result, or before there is one, of its best epoch so far.
 * @throws TrainError if the run has no weights yet
 */
export function weightsOfRun(folder: string): string {
  const { weights, best } = runPaths(folder);
  const path = [weights, best].find((file) => existsSync(file));
  if (path !== undefined) return path;
  throw new TrainError(`${folder}: the run has no trained weights yet`, {
    code: "no-weights",
    remedies: [{ resume: folder }],
  });
}
