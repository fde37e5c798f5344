import type { ClassLoss } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import type { ImageShape } from "@downhill/optim/image";
import { ConfigError } from "../error.ts";
import { hasClasses } from "../pretrained/load-pretrained.ts";
import { ONNX } from "../pretrained/onnx-model.ts";
import type { Pretrained } from "../pretrained/pretrained.ts";
import { readAugment } from "./augment.ts";
import { isScheduled, withBase } from "./hyperparameters.ts";
import { canSmooth, readLoss } from "./loss.ts";
import { modelNamed } from "./model.ts";
import { momentumOf, optimizerNamed } from "./optimizer.ts";
import { type OptimizerSettings, settingsFor } from "./optimizer-settings.ts";
import { resolvePartner } from "./partner.ts";
import { type Recipe, recipeFor } from "./recipes.ts";
import type { Options, RunConfig } from "./run-config.ts";
import type { GivenConfig } from "./schema.ts";
import { optionEntries, settingEntries } from "./settings/index.ts";
import { BY_RECIPE } from "./settings/setting.ts";
import { readRateRange } from "./settings/zod.ts";

/** Facts about the data on which the defaults of a configuration depend. */
export interface DataFacts {
  readonly imageShape: ImageShape;
  readonly train: { readonly length: number };
  readonly validation: object | null;
  /** Weights from which the training starts; their network is the default model. */
  readonly pretrained?: Pretrained | null;
  /** Classes of the data in order, which the head of an ONNX file may have. */
  readonly classNames?: readonly string[];
}

/**
 * Fills in the unset settings of a configuration from the recipe for the images, whose settings were measured together.
 * An optimizer other than the recipe's has settings of its own (`settingsFor`); another model takes the general recipe.
 * @throws ConfigError for settings in conflict
 */
export function resolveConfig(configured: GivenConfig, data: DataFacts): RunConfig {
  const given = withPretrainedModel(configured, data);
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
  const loss = readLoss(given.loss ?? "crossEntropy");
  checkClassSettings(given, loss);
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
    // Nesterov's look-ahead needs momentum.
    ...(own.nesterov === true && stated.momentum === 0 ? { nesterov: false } : {}),
    ...mapValues(stated, (value, name) =>
      isScheduled(value) && Object.hasOwn(documented, name) ? withBase(name, value, standards[name]) : value,
    ),
  };
  const range = readRateRange(given.lr);
  if (range && given.lrDepth !== undefined) {
    throw new ConfigError(
      `lrDepth = ${given.lrDepth} beside lr = ${given.lr}, which contains the rate of the first layer`,
      {
        code: "conflict",
        remedies: [{ unset: "lrDepth" }, { set: "lr", value: range[1] }],
      },
    );
  }
  const momentum = momentumOf(factory);
  // A momentum of 0 means plain SGD, which is not cycled.
  const hasMomentum = momentum !== null && (hyperparameters[momentum] ?? documented[momentum]) !== 0;
  const cycles = !factory.scheduleFree && (!isRecipes || given.schedule !== undefined || recipe.cycleMomentum);
  const standardSchedule = factory.scheduleFree ? "constant" : recipe.schedule;
  const cycleMomentum = hasMomentum && cycles && !(momentum in stated);
  return {
    ...optionsOf(given, recipe),
    ...(canSmooth(loss) ? {} : { labelSmoothing: 0 }),
    loss,
    // The body is never trained.
    ...(typeof given.freeze === "number" && given.freeze >= (given.epochs ?? recipe.epochs)
      ? { freeze: "all" as const }
      : {}),
    data: given.data,
    model: recipe.model,
    optimizer: factory.name,
    ...resolvePartner(factory, given),
    lr: range?.[1] ?? (typeof given.lr === "number" ? given.lr : lr),
    ...(range ? { lrDepth: range[0] / range[1] } : {}),
    hyperparameters,
    groups: given.groups ?? (isRecipes ? recipe.groups : []),
    schedule: given.schedule ?? (given.increaseBatchInsteadOfDecay ? "multiStep" : standardSchedule),
    cycleMomentum,
    batchSize,
    augment: readAugment(given.augment ?? recipe.augment),
  };
}

/** Returns the given options, and the defaults of the others. */
const optionsOf = (given: GivenConfig, recipe: Recipe): Options =>
  Object.fromEntries(
    optionEntries.map(([key, { default: unset }]) => {
      const standard =
        unset === BY_RECIPE ? recipe[key as keyof Recipe] : typeof unset === "function" ? unset() : unset;
      return [key, given[key] ?? standard];
    }),
  ) as Options;

/** Fills in the model of pretrained weights and its options where they are unset. */
function withPretrainedModel(given: GivenConfig, { pretrained = null, classNames = [] }: DataFacts): GivenConfig {
  if (pretrained === null) return given;
  const { source, model: found, modelOptions } = pretrained;
  if (pretrained.graph !== null) {
    if (given.model !== undefined && given.model !== ONNX) {
      throw new ConfigError(`${source}: the file defines its own network. Expected no other model`, {
        code: "conflict",
        setting: { path: "model", value: given.model },
        remedies: [{ unset: "model" }],
      });
    }
    const newHead = hasClasses(pretrained, classNames) ? {} : { newHead: true };
    return { ...given, model: ONNX, modelOptions: { ...modelOptions, ...newHead, ...given.modelOptions } };
  }
  const model = given.model ?? found ?? undefined;
  if (model === undefined) {
    throw new ConfigError(`${source}: its tensors do not reveal the model`, {
      code: "unknown-model",
      setting: { path: "model" },
      remedies: [{ set: "model" }, { act: "use a run folder, or weights with the names of torchvision or timm" }],
    });
  }
  const isSame = found !== null && modelNamed(model).model === modelNamed(found).model;
  return { ...given, model, ...(isSame ? defined({ modelOptions: merged(modelOptions, given.modelOptions) }) : {}) };
}

const merged = (found: Pretrained["modelOptions"], own: GivenConfig["modelOptions"]): GivenConfig["modelOptions"] =>
  found === undefined ? own : { ...found, ...own };

/** Returns the given hyperparameters under the optimizer's names. */
export const statedHyperparameters = ({
  momentum,
  weightDecay,
  hyperparameters,
}: GivenConfig): Readonly<Record<string, unknown>> => ({
  ...defined({ momentum, weightDecay }),
  ...hyperparameters,
});

/** True if the optimizer settings of a run are those of the recipe for such images. */
export const hasRecipeOptimizer = ({ model, optimizer }: RunConfig, imageShape: DataFacts["imageShape"]): boolean =>
  recipeFor(imageShape, model).optimizer === optimizer;

/** Keys of the settings that change which learning rate is good, besides the model and the optimizer. */
const CHANGE_THE_RATE = settingEntries.flatMap(([key, { changesRate }]) => (changesRate ? [key] : []));

/**
 * Returns the learning rate that was measured to be good with these settings on such images; null if none was. A training
 * that is much shorter than the measured ones has none.
 */
export function knownRate(
  given: GivenConfig,
  config: RunConfig,
  { imageShape, train }: Pick<DataFacts, "imageShape" | "train">,
): number | null {
  const recipe = recipeFor(imageShape, config.model);
  const { known } = recipe;
  if (!known || config.batchSize > known.batchSize || config.epochs * train.length < known.images) return null;
  if (config.optimizer !== recipe.optimizer || CHANGE_THE_RATE.some((key) => given[key] !== undefined)) return null;
  return recipe.rate(config.batchSize);
}

/** @throws ConfigError for settings of the loss and the sampling in conflict with others */
function checkClassSettings({ labelSmoothing = 0, sampling, order = "shuffled" }: GivenConfig, loss: ClassLoss): void {
  if (labelSmoothing > 0 && !canSmooth(loss)) {
    throw new ConfigError(
      `labelSmoothing = ${labelSmoothing}: the loss ${typeof loss === "string" ? loss : loss.kind} has no smoothed labels`,
      { code: "conflict", remedies: [{ unset: "labelSmoothing" }, { set: "loss", value: "crossEntropy" }] },
    );
  }
  if (sampling === "balanced" && order !== "shuffled") {
    throw new ConfigError(`sampling = "balanced" with order = "${order}": it has an order of its own`, {
      code: "conflict",
      remedies: [{ unset: "order" }, { unset: "sampling" }],
    });
  }
}

/** @throws ConfigError for settings of the batch size in conflict */
function checkBatchSizes({ batchSize, batchSchedule, increaseBatchInsteadOfDecay, largestBatch }: GivenConfig): void {
  const changing = [
    ...(batchSchedule === undefined ? [] : ["batchSchedule"]),
    ...(increaseBatchInsteadOfDecay ? ["increaseBatchInsteadOfDecay"] : []),
  ];
  if (changing.length === 2) {
    throw new ConfigError(`${changing.join(" and ")}: both change the batch size`, {
      code: "conflict",
      remedies: [{ unset: "batchSchedule" }, { unset: "increaseBatchInsteadOfDecay" }],
    });
  }
  if (changing.length === 1 && batchSize === "all") {
    throw new ConfigError(
      `batchSize = "all" with ${changing[0]}: expected the number of images of the first epoch's batches`,
    );
  }
  if (changing.length === 0 && largestBatch !== undefined) {
    throw new ConfigError(`largestBatch = ${largestBatch}: the batch size is constant`, {
      code: "conflict",
      remedies: [
        { set: "batchSchedule" },
        { set: "increaseBatchInsteadOfDecay", value: true },
        { unset: "largestBatch" },
      ],
    });
  }
}

const mapValues = <T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Record<string, R> => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value, key)]));
