import {
  clipByGlobalNorm,
  clipByValue,
  exponentialMovingAverage,
  lookahead,
  type Optimizer,
  type OptimizerFactory,
  optimizers,
  type Plateau,
  type Schedule,
  type StepFunction,
} from "@downhill/optim";
import { suggest } from "@downhill/optim/nearest";
import { ConfigError } from "../error.ts";
import { risingDecay } from "../training/warm-average.ts";
import { asConfigError } from "./as-config-error.ts";
import { findName } from "./find-name.ts";
import type { RunConfig } from "./run-config.ts";
import type { GroupSetting } from "./settings/values.ts";

/** Settings of the resolved configuration that make up its optimizer; wrappers are off by default. */
export type OptimizerSetting = Pick<RunConfig, "optimizer" | "hyperparameters" | "groups"> &
  Partial<Pick<RunConfig, "clipNorm" | "clipValue" | "ema" | "lookahead" | "cycleMomentum">>;

/**
 * Finds an optimizer by its name, with any hyphens.
 * @throws ConfigError for an unknown name, with the nearest one
 */
export function optimizerNamed(name: string): OptimizerFactory {
  const known = findName(name, Object.keys(optimizers));
  if (known === undefined) throw new ConfigError(`optimizer = '${name}': ${suggest(name, Object.keys(optimizers))}`);
  return optimizers[known as keyof typeof optimizers] as unknown as OptimizerFactory;
}

/** Returns the hyperparameter that is the optimizer's momentum, which OneCycle cycles as in PyTorch; null without one. */
export const momentumOf = ({ hyperparameters }: OptimizerFactory): "momentum" | "beta1" | null =>
  (["momentum", "beta1"] as const).find((name) => Object.hasOwn(hyperparameters, name)) ?? null;

/**
 * Builds the optimizer of a configuration with its wrappers.
 * @param lr learning rate by step
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export function buildOptimizer(setting: OptimizerSetting, lr: Schedule | Plateau): Optimizer {
  const factory = optimizerNamed(setting.optimizer);
  return asConfigError(() => {
    const momentum = momentumOf(factory);
    const cycled = setting.cycleMomentum && momentum !== null && "momentum" in lr ? { [momentum]: lr.momentum } : {};
    const hyperparameters = { ...setting.hyperparameters, lr, ...cycled };
    let optimizer = factory(hyperparameters as never, {
      groups: setting.groups.map((group) => build(group, lr)) as never,
    });
    // The outer wrapper clips first: elements, then the norm of all.
    if (setting.clipNorm) optimizer = clipByGlobalNorm(optimizer, { maxNorm: setting.clipNorm });
    if (setting.clipValue) optimizer = clipByValue(optimizer, { clipValue: setting.clipValue });
    if (setting.lookahead) optimizer = lookahead(optimizer);
    if (typeof setting.ema === "number") {
      optimizer = exponentialMovingAverage(optimizer, { averageDecay: risingDecay(setting.ema) });
    }
    return optimizer;
  });
}

function build({ match, lrFactor, ...own }: GroupSetting, lr: StepFunction): object {
  const rate = lrFactor === undefined ? {} : { lr: (step: number) => lrFactor * lr(step) };
  return { match: new RegExp(match), ...rate, ...own };
}
