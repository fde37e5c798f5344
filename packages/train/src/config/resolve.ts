import { availableParallelism } from "node:os";
import type { AugmentDescription, DataSet } from "@downhill/images";
import { ConfigError } from "../error.ts";
import type { Views } from "../evaluation/views.ts";
import type { Order } from "../training/options.ts";
import { readAugment } from "./augment.ts";
import { isScheduled, withBase } from "./hyperparameters.ts";
import { type GroupSetting, momentumOf, optimizerNamed } from "./optimizer.ts";
import { type OptimizerSettings, settingsFor } from "./optimizer-settings.ts";
import { recipeFor } from "./recipes.ts";
import type { ScheduleSetting } from "./schedule.ts";
import type { GivenConfig } from "./schema.ts";

/** A configuration with nothing left open: the same on the same version gives the same run. */
export interface RunConfig {
  readonly data: string;
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly optimizer: string;
  /** Where the configuration says `auto`, this is what the range test found, and before it the default. */
  readonly lr: number;
  /** All others than the rate that differ from the optimizer's defaults, or were stated: schedules are objects. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly groups: readonly GroupSetting[];
  readonly schedule: ScheduleSetting;
  /** Whether the momentum goes against the rate, where the schedule has one that does: OneCycle and cyclical rates. */
  readonly cycleMomentum: boolean;
  readonly warmup: number;
  readonly clipNorm: number | null;
  readonly ema: number | null;
  readonly lookahead: boolean;
  readonly epochs: number;
  /** Images of a step; where it changes, what the batch size begins with. */
  readonly batchSize: number;
  /** By the epoch; null where the batch size stays, or follows the rate. */
  readonly batchSchedule: ScheduleSetting | null;
  readonly increaseBatchInsteadOfDecay: boolean;
  /** Null for a tenth of the training images. */
  readonly largestBatch: number | null;
  readonly largestPart: number | null;
  readonly order: Order;
  readonly augment: readonly AugmentDescription[];
  readonly labelSmoothing: number;
  readonly evaluateEvery: number;
  readonly testTimeAugmentation: Views;
  readonly earlyStopping: number | null;
  readonly checkpointSeconds: number;
  readonly seed: number;
  readonly threads: number;
  readonly device: "cpu" | "webgpu" | "wasm" | null;
  /** Whether the fastest kernels are found by measuring. Of older runs not there: true. */
  readonly tune?: boolean;
}

/** What of the data a configuration depends on. */
export type DataFacts = Pick<DataSet, "imageShape" | "classNames" | "validation"> & {
  readonly train: { readonly length: number };
};

/**
 * Fills in the unset options of a configuration, by the images: a recipe whose settings were measured together. Another
 * optimizer than the recipe's has settings of its own (`settingsFor`), and another model takes the general recipe.
 * @throws ConfigError where what is stated does not go together
 */
export function resolveConfig(given: GivenConfig, data: DataFacts): RunConfig {
  const recipe = recipeFor(data.imageShape, given.model);
  const factory = optimizerNamed(given.optimizer ?? recipe.optimizer);
  const isRecipes = factory.name === recipe.optimizer;
  const documented = factory.hyperparameters as Readonly<Record<string, number>>;
  const stated = statedHyperparameters(given);
  if ("lr" in stated)
    throw new ConfigError("hyperparameters.lr: expected the learning rate as lr, beside hyperparameters");
  if (given.earlyStopping !== undefined && data.validation === null) {
    throw new ConfigError(
      "earlyStopping: there are no validation images, and test images must not decide when to stop",
      { code: "no-validation-images", remedies: [{ set: "validationShare", value: 0.1 }] },
    );
  }
  checkBatchSizes(given);
  const trainLength = data.train.length;
  const batchSize =
    given.batchSize === "all" ? trainLength : (given.batchSize ?? Math.min(recipe.batchSize, trainLength));
  if (batchSize > trainLength) {
    throw new ConfigError(`batchSize = ${batchSize}: expected at most ${trainLength}, the training images, or "all"`);
  }
  const { lr, ...own }: OptimizerSettings = isRecipes
    ? { lr: recipe.rate(batchSize), ...recipe.hyperparameters }
    : settingsFor(factory);
  const standards: Readonly<Record<string, unknown>> = { ...documented, ...own };
  const hyperparameters: Readonly<Record<string, unknown>> = {
    ...own,
    // Nesterov's look-ahead is along the momentum.
    ...(own.nesterov === true && stated.momentum === 0 ? { nesterov: false } : {}),
    ...mapValues(stated, (value, name) =>
      isScheduled(value) && Object.hasOwn(documented, name) ? withBase(name, value, standards[name]) : value,
    ),
  };
  const momentum = momentumOf(factory);
  // A momentum of 0 is no momentum, and stays so: plain SGD is wanted then.
  const hasMomentum = momentum !== null && (hyperparameters[momentum] ?? documented[momentum]) !== 0;
  const cycles = !factory.scheduleFree && (!isRecipes || given.schedule !== undefined || recipe.cycleMomentum);
  const standardSchedule = factory.scheduleFree ? "constant" : recipe.schedule;
  const cycleMomentum = hasMomentum && cycles && !(momentum in stated);
  return {
    data: given.data,
    model: recipe.model,
    modelOptions: given.modelOptions ?? recipe.modelOptions,
    optimizer: factory.name,
    lr: (given.lr === "auto" ? undefined : given.lr) ?? lr,
    hyperparameters,
    groups: given.groups ?? (isRecipes ? recipe.groups : []),
    schedule: given.schedule ?? (given.increaseBatchInsteadOfDecay ? "multiStep" : standardSchedule),
    cycleMomentum,
    warmup: given.warmup ?? 0,
    clipNorm: given.clipNorm ?? null,
    ema: given.ema ?? null,
    lookahead: given.lookahead ?? false,
    epochs: given.epochs ?? recipe.epochs,
    batchSize,
    batchSchedule: given.batchSchedule ?? null,
    increaseBatchInsteadOfDecay: given.increaseBatchInsteadOfDecay ?? false,
    largestBatch: given.largestBatch ?? null,
    largestPart: given.largestPart ?? null,
    order: given.order ?? "shuffled",
    augment: readAugment(given.augment ?? recipe.augment),
    labelSmoothing: given.labelSmoothing ?? recipe.labelSmoothing,
    evaluateEvery: given.evaluateEvery ?? 1,
    testTimeAugmentation: given.testTimeAugmentation ?? recipe.testTimeAugmentation,
    earlyStopping: given.earlyStopping ?? null,
    checkpointSeconds: given.checkpointSeconds ?? 30,
    seed: given.seed ?? 0,
    threads: given.threads ?? availableParallelism(),
    device: given.device ?? null,
    tune: given.tune ?? true,
  };
}

/** The hyperparameters that a configuration states, by the optimizer's names for them. */
export const statedHyperparameters = ({
  momentum,
  weightDecay,
  hyperparameters,
}: GivenConfig): Readonly<Record<string, unknown>> => ({
  ...(momentum === undefined ? {} : { momentum }),
  ...(weightDecay === undefined ? {} : { weightDecay }),
  ...hyperparameters,
});

/** Whether a run's optimizer settings are those of the recipe for such images, and not those of another optimizer. */
export const hasRecipeOptimizer = ({ model, optimizer }: RunConfig, imageShape: DataFacts["imageShape"]): boolean =>
  recipeFor(imageShape, model).optimizer === optimizer;

/** Options that change which rate is good, besides the model and the optimizer. */
const CHANGE_THE_RATE = [
  "modelOptions",
  "momentum",
  "weightDecay",
  "hyperparameters",
  "groups",
  "schedule",
  "clipNorm",
  "lookahead",
  "batchSchedule",
  "increaseBatchInsteadOfDecay",
] as const;

/** The learning rate that was measured to be good with just these settings on such images; null where none was. */
export function knownRate(given: GivenConfig, config: RunConfig, imageShape: DataFacts["imageShape"]): number | null {
  const recipe = recipeFor(imageShape, config.model);
  if (recipe.knownTo === null || config.batchSize > recipe.knownTo) return null;
  if (config.optimizer !== recipe.optimizer || CHANGE_THE_RATE.some((key) => given[key] !== undefined)) return null;
  return recipe.rate(config.batchSize);
}

/** @throws ConfigError for settings of the batch size that do not go together */
function checkBatchSizes({ batchSize, batchSchedule, increaseBatchInsteadOfDecay, largestBatch }: GivenConfig): void {
  const changing = [
    ...(batchSchedule === undefined ? [] : ["batchSchedule"]),
    ...(increaseBatchInsteadOfDecay ? ["increaseBatchInsteadOfDecay"] : []),
  ];
  if (changing.length === 2) {
    throw new ConfigError(
      `${changing.join(" and ")}: expected one of them: a schedule of its own, or one that follows from the rate's`,
    );
  }
  if (changing.length === 1 && batchSize === "all") {
    throw new ConfigError(`batchSize = "all" with ${changing[0]}: expected the number of images to begin with`);
  }
  if (changing.length === 0 && largestBatch !== undefined) {
    throw new ConfigError(
      `largestBatch = ${largestBatch}: the batch size stays what it is: expected batchSchedule or increaseBatchInsteadOfDecay beside it`,
    );
  }
}

const mapValues = <T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Record<string, R> => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
