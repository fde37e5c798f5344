import {
  clipByGlobalNorm,
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
import { findName } from "./find-name.ts";

/** Parameters with hyperparameters of their own. */
export interface GroupSetting {
  /** A regular expression for their names. */
  readonly match: string;
  /** Times the rate of the others. */
  readonly lrFactor?: number | undefined;
  readonly frozen?: boolean | undefined;
  readonly [hyperparameter: string]: unknown;
}

export interface OptimizerSetting {
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly groups: readonly GroupSetting[];
  readonly clipNorm: number | null;
  readonly ema: number | null;
  readonly lookahead: boolean;
  /** Whether the momentum goes against the rate, where the schedule has one that does. */
  readonly cycleMomentum: boolean;
}

/**
 * An optimizer by its name, however it is hyphenated.
 * @throws ConfigError for an unknown name, with the nearest
 */
export function optimizerNamed(name: string): OptimizerFactory {
  const known = findName(name, Object.keys(optimizers));
  if (known === undefined) throw new ConfigError(`optimizer = '${name}': ${suggest(name, Object.keys(optimizers))}`);
  return optimizers[known as keyof typeof optimizers] as unknown as OptimizerFactory;
}

/** The hyperparameter that is the optimizer's momentum: what OneCycle cycles, as in PyTorch. */
export const momentumOf = ({ hyperparameters }: OptimizerFactory): "momentum" | "beta1" | null =>
  (["momentum", "beta1"] as const).find((name) => Object.hasOwn(hyperparameters, name)) ?? null;

/**
 * The optimizer of a configuration, in its wrappers.
 * @param lr in force in each step
 * @throws ConfigError for a hyperparameter that is unknown or out of its range
 */
export function buildOptimizer(setting: OptimizerSetting, lr: Schedule | Plateau): Optimizer {
  const factory = optimizerNamed(setting.optimizer);
  try {
    const momentum = momentumOf(factory);
    const cycled = setting.cycleMomentum && momentum !== null && "momentum" in lr ? { [momentum]: lr.momentum } : {};
    const hyperparameters = { ...setting.hyperparameters, lr, ...cycled };
    let optimizer = factory(hyperparameters as never, {
      groups: setting.groups.map((group) => build(group, lr)) as never,
    });
    if (setting.clipNorm !== null) optimizer = clipByGlobalNorm(optimizer, { maxNorm: setting.clipNorm });
    if (setting.lookahead) optimizer = lookahead(optimizer);
    if (setting.ema !== null) {
      const averageDecay = averageDecayUpTo(setting.ema);
      optimizer = exponentialMovingAverage(optimizer, { averageDecay });
    }
    return optimizer;
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error });
  }
}

/**
 * A decay that rises with the step to the stated one, as TensorFlow's `num_updates`: the average always spans about a
 * tenth of the steps so far, and a run that is shorter than the stated span is not evaluated with its first weights.
 */
const averageDecayUpTo =
  (decay: number): StepFunction =>
  (step) =>
    Math.min(decay, (1 + step) / (10 + step));

function build({ match, lrFactor, ...own }: GroupSetting, lr: StepFunction): object {
  const rate = lrFactor === undefined ? {} : { lr: (step: number) => lrFactor * lr(step) };
  return { match: new RegExp(match), ...rate, ...own };
}
