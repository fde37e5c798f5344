import type { ImageShape } from "@downhill/graph";
import type { AugmentSetting } from "./augment.ts";

/** What a run does where its configuration is silent: settings that were measured together. */
export interface Recipe {
  readonly model: string;
  readonly modelOptions: Readonly<Record<string, unknown>>;
  readonly optimizer: string;
  readonly hyperparameters: Readonly<Record<string, number | boolean>>;
  readonly groups: readonly { readonly match: string; readonly [key: string]: unknown }[];
  readonly lookahead: boolean;
  readonly schedule: string | { readonly kind: string; readonly [argument: string]: unknown };
  readonly epochs: number;
  readonly batchSize: number;
  readonly labelSmoothing: number;
  readonly augment: readonly AugmentSetting[];
  readonly testTimeAugmentation: "none" | "flip" | "flip-and-shift";
}

/** SGD with Nesterov momentum, as OneCycle cycles it: what convolutional nets ended best with. */
const NESTEROV = {
  optimizer: "sgd",
  hyperparameters: { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 5e-4 },
  groups: [],
  lookahead: false,
  schedule: "oneCycle",
  labelSmoothing: 0,
  testTimeAugmentation: "none",
} as const;

/** Small grey images: digits, clothes. */
const GREY: Recipe = {
  ...NESTEROV,
  model: "lenet",
  modelOptions: {},
  epochs: 5,
  batchSize: 64,
  augment: [],
};

/** Colour images, and photographs brought to a small size. */
const COLOUR: Recipe = {
  ...NESTEROV,
  model: "resnet8",
  modelOptions: {},
  epochs: 20,
  batchSize: 64,
  augment: ["crop", "flip"],
};

/** By the images alone; a configuration that names its own model or optimizer takes from it what still makes sense. */
export const recipeFor = ([channels, height]: ImageShape): Recipe => (channels === 1 && height <= 32 ? GREY : COLOUR);
