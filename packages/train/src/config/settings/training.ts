import type { ClassLoss } from "@downhill/graph";
import type { AugmentDescription } from "@downhill/images";
import { z } from "zod";
import { VIEWS } from "../../evaluation/views.ts";
import { MOST_EPOCHS } from "./model.ts";
import { BY_RECIPE, derived, type OptionSetting, option } from "./setting.ts";
import { COUNTED_WEIGHTS } from "./values.ts";
import { count, kindWithArguments, schedule, share } from "./zod.ts";

/**
 * Orders of the training images: shuffled anew each epoch; as stored; or easy ones first, by the loss of each image after
 * a first, shuffled epoch (a curriculum: https://doi.org/10.1145/1553374.1553380).
 */
export const ORDERS = ["shuffled", "sequential", "easy-first"] as const;
export type Order = (typeof ORDERS)[number];

/**
 * Samplings of the images of an epoch: each image once; or equally many images of each class, so that those of rare classes
 * repeat.
 */
export const SAMPLINGS = ["uniform", "balanced"] as const;

/** Settings of the training loop. */
export const trainingSettings = {
  epochs: option(count(1, MOST_EPOCHS), BY_RECIPE, {
    doc: "passes over the training images",
    label: "Epochs",
    unset: "depends on the images",
  }),
  /** Batch size of the first epoch if it changes. */
  batchSize: derived(z.union([count(), z.literal("all")]), count(), {
    doc: "batch size; 1 is SGD, all is full-batch gradient descent",
    label: "Batch size",
    unit: "images",
    unset: "depends on the images",
  }),
  batchSchedule: option(schedule(), null, {
    doc: "schedule of the batch size by epoch, starting at the given one",
    label: "Batch-size schedule",
    unset: "constant",
    changesRate: true,
  }),
  increaseBatchInsteadOfDecay: option(z.boolean(), false, {
    doc: "raise the batch size instead of decaying the rate (arXiv 1711.00489; default schedule: multiStep)",
    label: "Larger batches instead of decay",
    changesRate: true,
  }),
  largestBatch: option(count(), null, {
    doc: "maximum of a batch size that changes",
    label: "Maximum batch size",
    unit: "images",
    unset: "a tenth of the training images",
  }),
  /**
   * Maximum number of images computed at once: larger batches are computed in micro-batches whose gradients are added.
   * Batch norm then has the statistics of the micro-batches. Default: as many images as fit into about 4 GB.
   */
  largestPart: option(count(), null, {
    doc: "maximum micro-batch; larger batches accumulate its gradients",
    label: "Maximum micro-batch",
    unit: "images",
    unset: "as many as fit into about 4 GB",
  }),
  /** Order of the training images; default shuffled. */
  order: option(z.enum(ORDERS), "shuffled", {
    doc: "order of the training images: shuffled, sequential or easy-first",
    label: "Order",
    resolved: z.string(),
  }),
  /** Images of an epoch: each once; or equally many of each class, so that those of small classes repeat. Default uniform. */
  sampling: option(z.enum(SAMPLINGS), "uniform", {
    doc: "images of an epoch: uniform, or balanced over the classes",
    label: "Sampling",
  }),
  loss: option(z.union([z.string(), kindWithArguments()]), "crossEntropy", {
    doc: "training loss: crossEntropy, focal, binaryCrossEntropy or multiMargin",
    label: "Loss",
    changesRate: true,
  }) as OptionSetting<string | { readonly kind: string; readonly [argument: string]: unknown }, ClassLoss>,
  classWeights: option(z.union([z.enum(COUNTED_WEIGHTS), z.record(z.string(), z.number().positive())]), null, {
    doc: 'class weights in the loss: balanced, sqrt or { "cat": 2 }',
    label: "Class weights",
    unset: "all classes equal",
    changesRate: true,
  }),
  /**
   * Number of first epochs that only train the head; all parameters follow. `"all"` trains the head alone. The features of
   * the frozen body are computed once, from images without augmentation, so that these epochs are fast. Default 0.
   */
  freeze: option(z.union([count(0, MOST_EPOCHS), z.literal("all")]), 0, {
    doc: "first epochs that train only the last layer; all freezes the body",
    label: "Frozen body",
    unit: "epochs",
    bare: "all",
    changesRate: true,
  }),
  /** True if batch norm normalizes by its running statistics, which stay unchanged; default false. */
  freezeBatchNorm: option(z.boolean(), false, {
    doc: "keep the running statistics of batch norm",
    label: "Frozen batch norm",
    changesRate: true,
  }),
  /** Augmentations of the training images in the order of their application; default of `train`: none. */
  augment: derived(
    z.array(z.union([z.string(), kindWithArguments()])),
    z.array(kindWithArguments()) as z.ZodType<unknown> as z.ZodType<readonly AugmentDescription[]>,
    {
      doc: "augmentations of training images, such as crop,flip, or none",
      label: "Augmentation",
      unset: "depends on the images",
    },
  ),
  /** Share of the target that is spread over all classes; default of `train`: 0. */
  labelSmoothing: option(share(), BY_RECIPE, {
    doc: "share of the target that is spread over all classes",
    label: "Label smoothing",
    unset: "depends on the images",
  }),
  earlyStopping: option(count(), null, {
    doc: "stop after N evaluations in a row without a lower validation loss",
    label: "Early stopping",
    unit: "evaluations",
    unset: "never",
  }),
  /** Epochs between evaluations; default 1. The last epoch is always evaluated. */
  evaluateEvery: option(count(), 1, {
    doc: "evaluate every N epochs, and after the last",
    label: "Evaluation every",
    unit: "epochs",
  }),
  testTimeAugmentation: option(z.enum(VIEWS), BY_RECIPE, {
    doc: "also evaluate with averaged views: none, flip or flip-and-shift",
    label: "Test-time augmentation",
    unset: "depends on the images",
    resolved: z.string(),
  }),
};
