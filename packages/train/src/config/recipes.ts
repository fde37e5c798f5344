import { type ImageShape, type ModelName, smallestSide } from "@downhill/graph";
import type { Views } from "../evaluation/views.ts";
import type { AugmentSetting } from "./augment.ts";
import { findName } from "./find-name.ts";
import { shorterSide } from "./model.ts";
import type { GroupSetting } from "./optimizer.ts";
import type { ScheduleSetting } from "./schedule.ts";

/** What a run does where its configuration is silent: settings that were measured together. */
export interface Recipe {
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly optimizer: string;
  /** The learning rate by the batch size; with OneCycle its peak. */
  readonly rate: (batchSize: number) => number;
  /** The largest batch size for which that rate was measured to be good; null where only a range test can tell. */
  readonly knownTo: number | null;
  /** All others that differ from the optimizer's defaults. */
  readonly hyperparameters: Readonly<Record<string, number | boolean>>;
  /** Whether OneCycle cycles the momentum too. */
  readonly cycleMomentum: boolean;
  readonly groups: readonly GroupSetting[];
  readonly schedule: ScheduleSetting;
  readonly epochs: number;
  readonly batchSize: number;
  readonly labelSmoothing: number;
  readonly augment: readonly AugmentSetting[];
  readonly testTimeAugmentation: Views;
}

/** SGD and OneCycle as PyTorch has it: for LeNet on small grey images, such as digits and clothes, and where nothing was measured. */
const GENERAL: Omit<Recipe, "model"> = {
  modelOptions: {},
  optimizer: "sgd",
  rate: () => 0.1,
  knownTo: null,
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

/** Of https://arxiv.org/abs/2404.00498: its norms' biases learn so many times as fast. */
const BIAS_SCALER = 64;
const MOMENTUM = 0.85;
const WEIGHT_DECAY = 0.0153 / 11.5;

/** The paper's batch size. Its rate grows in proportion up to there; beyond, nothing was measured. */
const LARGEST = 1024;
/** The paper's rate, 11.5 for 1024 images and without momentum's lengthening, for a batch whose loss is a mean. */
const rateOf = (batchSize: number): number =>
  (11.5 * Math.min(batchSize, LARGEST)) / (LARGEST * (1 + 1 / (1 - MOMENTUM)));

/** The recipe of https://arxiv.org/abs/2404.00498, without its Lookahead, for batches of that many images. */
const airbench = (batchSize: number) =>
  ({
    model: "airbench",
    optimizer: "sgd",
    rate: rateOf,
    knownTo: LARGEST,
    hyperparameters: { momentum: MOMENTUM, nesterov: true, weightDecay: WEIGHT_DECAY },
    cycleMomentum: false,
    groups: [{ match: "norm\\d\\.bias$", lrFactor: BIAS_SCALER, weightDecay: WEIGHT_DECAY / BIAS_SCALER }],
    // A triangle: from a fifth of the rate up to it, and down to 0.07 of it.
    schedule: { kind: "oneCycle", pctStart: 0.23, annealStrategy: "linear", divFactor: 5, finalDivFactor: 0.2 / 0.07 },
    batchSize,
    labelSmoothing: 0.2,
    testTimeAugmentation: "flip-and-shift",
  }) as const;

/** Small colour images: what CIFAR-10's speed records are set with. */
const COLOUR: Recipe = {
  ...airbench(512),
  modelOptions: { whitening: { kernel: 3, filters: 32 } },
  epochs: 10,
  augment: [
    { kind: "flip", alternate: true },
    { kind: "crop", padding: 2, mode: "reflect" },
  ],
};

/**
 * Photographs brought to a small size, of which there are often few: a narrower network, and smaller batches. Patches of
 * one channel have 9 directions, which two signs make 18 filters.
 */
const photographs = (channels: number): Recipe => ({
  ...airbench(64),
  modelOptions: { widths: [32, 64, 64], whitening: { kernel: 3, filters: Math.min(32, 18 * channels) } },
  epochs: 12,
  augment: [
    { kind: "flip", alternate: true },
    { kind: "crop", padding: 4, mode: "reflect" },
  ],
});

/** Sides above this are photographs, below it icons and the like. */
const SMALL = 40;

/** For models that have no recipe of their own, on colour images. */
const COMMON_AUGMENT = ["crop", "flip"];

const smallestFor = ({ model, modelOptions }: Recipe): number => smallestSide(model as ModelName, modelOptions);

/** The recipe for images that takes them, and the one in whose place it stands where they are too small for that. */
function fitted(imageShape: ImageShape): { readonly recipe: Recipe; readonly instead: Recipe | null } {
  const [channels, height, width] = imageShape;
  const large = Math.max(height, width) > SMALL;
  const measured = large ? photographs(channels) : channels === 1 ? { ...GENERAL, model: "lenet" } : COLOUR;
  const side = shorterSide(imageShape);
  if (side >= smallestFor(measured)) return { recipe: measured, instead: null };
  const model = side >= smallestSide("lenet") ? "lenet" : "mlp";
  return { recipe: { ...GENERAL, model, epochs: measured.epochs }, instead: measured };
}

/** Why images get another default model than others of their kind: a clause, or null where they do not. */
export function whyOtherModel(imageShape: ImageShape): string | null {
  const { instead } = fitted(imageShape);
  if (instead === null) return null;
  const side = smallestFor(instead);
  return `${instead.model} needs images of at least ${side} x ${side}`;
}

/**
 * The recipe for images, by their shape.
 * @param model where the configuration names one; one that was not measured on such images takes general settings
 */
export function recipeFor([channels, height, width]: ImageShape, model?: string): Recipe {
  const measured = fitted([channels, height, width]).recipe;
  if (model === undefined || findName(model, [measured.model]) !== undefined) return measured;
  return { ...GENERAL, model, epochs: measured.epochs, augment: channels === 1 ? [] : COMMON_AUGMENT };
}
