import { type ImageShape, type ModelName, smallestSide } from "@downhill/graph";
import type { Views } from "../evaluation/views.ts";
import { findName } from "./find-name.ts";
import { shorterSide } from "./model.ts";
import type { AugmentSetting, GroupSetting, ScheduleSetting } from "./settings/values.ts";

/** Defaults for the unset settings of a run, which were measured together. */
export interface Recipe {
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly optimizer: string;
  /** Learning rate by batch size; with OneCycle, its peak. */
  readonly rate: (batchSize: number) => number;
  /**
   * Trainings for which that learning rate was measured to be good: the largest batch size, and the least number of images,
   * counted in each epoch. Shorter trainings need a higher rate. Null if it was not measured.
   */
  readonly known: { readonly batchSize: number; readonly images: number } | null;
  /** Other hyperparameters that differ from the optimizer's defaults. */
  readonly hyperparameters: Readonly<Record<string, number | boolean>>;
  /** True if OneCycle also cycles the momentum. */
  readonly cycleMomentum: boolean;
  readonly groups: readonly GroupSetting[];
  readonly schedule: ScheduleSetting;
  readonly epochs: number;
  readonly batchSize: number;
  readonly labelSmoothing: number;
  readonly augment: readonly AugmentSetting[];
  readonly testTimeAugmentation: Views;
}

/** SGD with PyTorch's OneCycle: for LeNet on small gray images, such as digits and clothes, and for unmeasured cases. */
const GENERAL: Omit<Recipe, "model"> = {
  modelOptions: {},
  optimizer: "sgd",
  rate: () => 0.1,
  known: null,
  hyperparameters: { momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
  cycleMomentum: true,
  groups: [],
  schedule: "oneCycle",
  epochs: 5,
  batchSize: 64,
  labelSmoothing: 0,
  augment: [],
  testTimeAugmentation: "none",
};

/** Learning-rate factor of the norms' biases in https://arxiv.org/abs/2404.00498. */
const BIAS_SCALER = 64;
const MOMENTUM = 0.85;
const WEIGHT_DECAY = 0.0153 / 11.5;

/** The paper's batch size. The learning rate is proportional to the batch size up to it; beyond, nothing was measured. */
const LARGEST = 1024;
/** The paper's learning rate, 11.5 for 1024 images before the factor of momentum, converted to a mean loss. */
const rateOf = (batchSize: number): number =>
  (11.5 * Math.min(batchSize, LARGEST)) / (LARGEST * (1 + 1 / (1 - MOMENTUM)));

/**
 * Returns the recipe of https://arxiv.org/abs/2404.00498, without its Lookahead, for a batch size and a least number of
 * images over all epochs.
 */
const airbench = (batchSize: number, images: number) =>
  ({
    model: "airbench",
    optimizer: "sgd",
    rate: rateOf,
    known: { batchSize: LARGEST, images },
    hyperparameters: { momentum: MOMENTUM, nesterov: true, weightDecay: WEIGHT_DECAY },
    cycleMomentum: false,
    groups: [{ match: "norm\\d\\.bias$", lrFactor: BIAS_SCALER, weightDecay: WEIGHT_DECAY / BIAS_SCALER }],
    // A triangle: from a fifth of the peak up to it, and down to 0.07 of it.
    schedule: { kind: "oneCycle", pctStart: 0.23, annealStrategy: "linear", divFactor: 5, finalDivFactor: 0.2 / 0.07 },
    batchSize,
    labelSmoothing: 0.2,
    testTimeAugmentation: "flip-and-shift",
  }) as const;

/** Small color images: the recipe of CIFAR-10's speed records. */
const COLOR: Recipe = {
  ...airbench(512, 250_000),
  modelOptions: { whitening: { kernel: 3, filters: 32 } },
  epochs: 10,
  augment: [
    { kind: "flip", alternate: true },
    { kind: "crop", padding: 2, mode: "reflect" },
  ],
};

/**
 * Returns the recipe for resized photographs, of which there are often few: a narrower network and smaller batches.
 * Patches of one channel have 9 principal directions, so at most 18 whitening filters with both signs.
 */
const photographs = (channels: number): Recipe => ({
  ...airbench(64, 15_000),
  modelOptions: { widths: [32, 64, 64], whitening: { kernel: 3, filters: Math.min(32, 18 * channels) } },
  epochs: 12,
  augment: [
    { kind: "flip", alternate: true },
    { kind: "crop", padding: 4, mode: "reflect" },
  ],
});

/** Longest side of small images such as icons; larger images are photographs. */
const SMALL = 40;

/** Augmentations of color images for models without a recipe of their own. */
const COMMON_AUGMENT = ["crop", "flip"];

const smallestFor = ({ model, modelOptions }: Recipe): number => smallestSide(model as ModelName, modelOptions);

/** Returns the recipe for images, and the measured one that it replaces if the images are too small for that; else null. */
function fitted(imageShape: ImageShape): { readonly recipe: Recipe; readonly instead: Recipe | null } {
  const [channels, height, width] = imageShape;
  const large = Math.max(height, width) > SMALL;
  const measured = large ? photographs(channels) : channels === 1 ? { ...GENERAL, model: "lenet" } : COLOR;
  const side = shorterSide(imageShape);
  if (side >= smallestFor(measured)) return { recipe: measured, instead: null };
  const model = side >= smallestSide("lenet") ? "lenet" : "mlp";
  return { recipe: { ...GENERAL, model, epochs: measured.epochs }, instead: measured };
}

/** Explains why small images have another default model than others of their kind: a clause; null if they do not. */
export function whyOtherModel(imageShape: ImageShape): string | null {
  const { instead } = fitted(imageShape);
  if (instead === null) return null;
  const side = smallestFor(instead);
  return `${instead.model} needs images of at least ${side} x ${side}`;
}

/**
 * Returns the recipe for images of a shape.
 * @param model model of the configuration; one that was not measured on such images has general settings
 */
export function recipeFor([channels, height, width]: ImageShape, model?: string): Recipe {
  const measured = fitted([channels, height, width]).recipe;
  if (model === undefined || findName(model, [measured.model]) !== undefined) return measured;
  return { ...GENERAL, model, epochs: measured.epochs, augment: channels === 1 ? [] : COMMON_AUGMENT };
}
