import type { NameMatch, Network, TargetShapes } from "@downhill/graph";
import type { Sampler } from "@downhill/images";
import { Optimizer, type OptimizerFactory } from "@downhill/optim";
import { defined } from "@downhill/optim/defined";
import { suggest } from "@downhill/optim/nearest";
import { checkOptimizer } from "../check-arguments.ts";
import { parseConfig } from "../config/parse.ts";
import { pick } from "../config/pick.ts";
import type { GivenConfig } from "../config/schema.ts";
import { ConfigError } from "../error.ts";
import type { ProgressStream } from "../progress/progress.ts";
import type { Callback } from "../training/callback.ts";
import type { TrainData } from "../training/data.ts";
import { isOwnLoss, type TrainObjective } from "../training/objective.ts";

/** Settings of the optimizer and its schedules, which an optimizer of one's own has already. */
const OPTIMIZER_KEYS = [
  "partner",
  "partnerHyperparameters",
  "lr",
  "schedule",
  "lrDepth",
  "warmup",
  "momentum",
  "weightDecay",
  "hyperparameters",
  "groups",
  "clipNorm",
  "clipValue",
  "ema",
  "cautious",
  "lookahead",
] as const;

const SETTING_KEYS = [
  ...OPTIMIZER_KEYS,
  "epochs",
  "batchSize",
  "batchSchedule",
  "increaseBatchInsteadOfDecay",
  "largestBatch",
  "largestPart",
  "order",
  "sampling",
  "freeze",
  "freezeBatchNorm",
  "augment",
  "labelSmoothing",
  "evaluateEvery",
  "earlyStopping",
  "seed",
  "threads",
  "device",
  "tune",
  "tuneSeconds",
] as const;

/** Settings of `fit`, with the names and defaults of the command line's. */
export type FitSettings = Partial<Pick<GivenConfig, (typeof SETTING_KEYS)[number]>>;

/** Options of `fit`. */
export interface FitOptions<
  Name extends string = string,
  T extends TargetShapes = TargetShapes,
  M extends string = string,
> extends FitSettings,
    TrainObjective<Name, T, M> {
  /**
   * Optimizer: a factory such as `adamw`, its name, or an optimizer with a learning rate of its own, such as
   * `adamw({ lr: 1e-3 })`. Default: SGD with Nesterov momentum and OneCycle, or the recipe of a model of the library.
   */
  readonly optimizer?: string | OptimizerFactory | Optimizer;
  /** Parameters to train, such as `/^fc\\./`; default all. */
  readonly trains?: NameMatch;
  /** Choice of the images of an epoch, such as `balanced()`; default as in `order`. */
  readonly sampler?: Sampler;
  /** Further callbacks; default none. */
  readonly callbacks?: readonly Callback[];
  /** Stream for the progress; false for none. Default: the standard error. */
  readonly progress?: ProgressStream | false;
  /** Called before each step; true ends the training. */
  readonly shouldStop?: () => boolean;
}

/** Configuration of `fit`, and an optimizer of one's own; null without one. */
export interface FitConfig {
  readonly given: GivenConfig;
  readonly optimizer: Optimizer | null;
}

/**
 * Returns the settings of `fit` as a configuration.
 * @throws ConfigError for an unknown option, an invalid value, or a setting that an optimizer of one's own has already
 */
export function readFitOptions({ model }: Network, data: TrainData, options: FitOptions): FitConfig {
  const { optimizer, trains: _, sampler: _s, callbacks: _c, progress: _p, shouldStop: _o, ...others } = options;
  const { loss, classWeights, targets: _t, metrics: _m, ...settings } = others;
  const named = isOwnLoss(loss) ? undefined : loss;
  const unknown = Object.keys(settings).find((key) => !SETTING_KEYS.includes(key as never));
  if (unknown !== undefined) {
    throw new ConfigError(`fit: unknown option '${unknown}': ${suggest(unknown, SETTING_KEYS)}`, {
      code: "unknown-key",
      setting: { path: unknown },
    });
  }
  if (optimizer !== undefined && typeof optimizer !== "string" && typeof optimizer !== "function") {
    checkOptimizer("fit: optimizer", optimizer);
  }
  const own = optimizer instanceof Optimizer ? optimizer : null;
  const doubled = own && OPTIMIZER_KEYS.find((key) => settings[key] !== undefined);
  if (own && doubled) {
    throw new ConfigError(
      `fit: ${doubled} beside an optimizer that is built. Pass the optimizer as a factory, such as optimizer: ${own.name}, or set ${doubled} in it.`,
    );
  }
  // Only the default loss has labels to smooth, and only images of bytes have a recipe of augmentations.
  const isRecipe = !isOwnLoss(loss) && model.classes > 0 && data.train.dtype !== "float32";
  const defaults = isRecipe ? {} : { augment: [], labelSmoothing: 0 };
  const name = typeof optimizer === "function" ? optimizer.name : optimizer;
  return {
    given: parseConfig(
      defined({
        ...defaults,
        ...pick(settings, SETTING_KEYS),
        loss: named,
        // Numbers in the order of the classes have no form in a configuration.
        classWeights: Array.isArray(classWeights) ? undefined : (classWeights ?? undefined),
        data: "images of fit",
        model: model.name,
        optimizer: typeof name === "string" ? name : undefined,
      }),
    ),
    optimizer: own,
  };
}
