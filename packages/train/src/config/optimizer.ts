import {
  cautious,
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
  Partial<
    Pick<
      RunConfig,
      | "partner"
      | "partnerHyperparameters"
      | "clipNorm"
      | "clipValue"
      | "cautious"
      | "ema"
      | "lookahead"
      | "cycleMomentum"
    >
  >;

/**
 * Finds an optimizer by its name, with any hyphens.
 * @throws ConfigError for an unknown name, with the nearest one
 */
export function optimizerNamed(name: string, key: "optimizer" | "partner" = "optimizer"): OptimizerFactory {
  const known = findName(name, Object.keys(optimizers));
  if (known === undefined) throw new ConfigError(`${key} = '${name}': ${suggest(name, Object.keys(optimizers))}`);
  return optimizers[known as keyof typeof optimizers] as unknown as OptimizerFactory;
}

/** True if an optimizer is for parameters of one role only, and takes a partner for all others. */
export const takesPartner = (factory: OptimizerFactory): boolean => "role" in factory;

/** Returns the hyperparameter that is the optimizer's momentum, which OneCycle cycles as in PyTorch; null without one. */
export const momentumOf = ({ hyperparameters }: OptimizerFactory): "momentum" | "beta1" | null =>
  (["momentum", "beta1"] as const).find((name) => Object.hasOwn(hyperparameters, name)) ?? null;

/**
 * Builds the optimizer of a configuration with its wrappers. The learning rate of a partner is `lrFactor` times that of
 * the optimizer; only the momentum of the optimizer is cycled.
 * @param lr learning rate by step
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export function buildOptimizer(setting: OptimizerSetting, lr: Schedule | Plateau): Optimizer {
  const { partner = null, partnerHyperparameters = {} } = setting;
  const [factory, other] = [optimizerNamed(setting.optimizer), partner === null ? null : optimizerNamed(partner)];
  // Both parts have the same pattern objects: a group that matches a parameter of either is valid.
  const patterns = setting.groups.map(({ match }) => new RegExp(match));
  /** Builds an optimizer without the hyperparameters of groups that only the other one has. */
  const build = (own: OptimizerFactory, others: OptimizerFactory | null, values: object, rate: StepFunction) => {
    const isOwn = (name: string): boolean =>
      Object.hasOwn(own.hyperparameters, name) || others === null || !Object.hasOwn(others.hyperparameters, name);
    return own({ ...values, lr: rate } as never, {
      groups: setting.groups.map((group, i) => buildGroup(group, patterns[i] as RegExp, rate, isOwn)) as never,
    });
  };
  return asConfigError(() => {
    const momentum = momentumOf(factory);
    const cycled = setting.cycleMomentum && momentum !== null && "momentum" in lr ? { [momentum]: lr.momentum } : {};
    const { lrFactor = 1, ...own } = partnerHyperparameters;
    const rest = other && build(other, factory, own, (step) => Number(lrFactor) * lr(step));
    const values = { ...setting.hyperparameters, ...cycled, ...(rest && { partner: rest }) };
    let optimizer = build(factory, other, values, lr);
    if (setting.cautious) optimizer = cautious(optimizer);
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

function buildGroup(
  { match: _, lrFactor, frozen, ...own }: GroupSetting,
  pattern: RegExp,
  lr: StepFunction,
  isOwn: (name: string) => boolean,
) {
  const rate = lrFactor === undefined ? {} : { lr: (step: number) => lrFactor * lr(step) };
  const others = Object.entries(own).filter(([name]) => isOwn(name));
  return { match: pattern, ...(frozen === undefined ? {} : { frozen }), ...rate, ...Object.fromEntries(others) };
}
