import { GraphError, headNames, type Model, splitModel } from "@downhill/graph";
import { depthGroups } from "./depth-groups.ts";
import type { RunConfig } from "./run-config.ts";
import type { GivenConfig } from "./schema.ts";
import { readRateRange } from "./settings/zod.ts";

/**
 * Learning rate of the first layer relative to the last in a training from pretrained weights: fastai's default,
 * `fine_tune` with `lr_mult = 100`. It was not measured here.
 */
const PRETRAINED_DEPTH = 0.01;

/**
 * Completes a configuration by the settings that depend on the layers of its model: parameter groups by depth, and for
 * pretrained weights the unset settings of fine-tuning. These are fastai's: one epoch of the last layer alone, then all layers
 * with rates that rise from a hundredth in the first layer.
 */
export function withFineTuning(given: GivenConfig, config: RunConfig, model: Model): RunConfig {
  const isPretrained = config.pretrained !== null;
  const freezes =
    isPretrained && given.freeze === undefined && config.epochs > 1 && config.order !== "easy-first" && hasHead(model);
  const lowers = isPretrained && given.lrDepth === undefined && readRateRange(given.lr) === null && !given.groups;
  const lrDepth = lowers ? PRETRAINED_DEPTH : config.lrDepth;
  const groups = depthGroups(config.groups, model, lrDepth);
  return { ...config, ...(freezes ? { freeze: 1 } : {}), lrDepth, groups };
}

/** True if the features before the last layer can be computed once. */
function hasHead(model: Model): boolean {
  const names = headNames(model);
  if (names.length === 0) return false;
  try {
    splitModel(model, names);
    return true;
  } catch (error) {
    if (error instanceof GraphError) return false;
    throw error;
  }
}
