import type { Normalization } from "@downhill/optim/image";
import type { Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import { STEP } from "../model/scope.ts";
import { countImages, IMAGES } from "./batch.ts";
import { LABELS, OTHER_LABELS, SHARE } from "./training-graph.ts";

/** Second label and mixing ratio of each image of a batch. */
export interface Mix {
  /** Class of the other image. */
  readonly labels: Int32Array;
  /** Share of the image itself, 0 to 1. */
  readonly share: Float32Array;
}

export interface BatchOptions {
  /** Labels and shares of mixed images, for a step compiled with `mixed`. Default: no image is mixed. */
  readonly mix?: Mix;
  /** Number of the step, from 0. Dropout's masks are a function of it. Required if the model has dropout. */
  readonly step?: number;
}

/** Kinds of batches that a compiled training step accepts. */
export interface BatchSpec {
  readonly model: Model;
  readonly normalization: Normalization | undefined;
  readonly mixed: boolean;
  /** True if a layer is random. */
  readonly isRandom: boolean;
}

/**
 * Checks a batch and returns its inputs of a training step.
 * @throws GraphError for arrays of the wrong type or size, a label out of range, or options that the step does not accept
 */
export function batchFeeds(
  { model, normalization, mixed, isRandom }: BatchSpec,
  images: Float32Array | Uint8Array,
  labels: Int32Array,
  { mix, step }: BatchOptions,
): Record<string, Values | number> {
  checkLabels(model, "labels", labels, countImages(model, images, normalization));
  const second = mixed ? mixFeeds(model, labels, mix) : refuseMix(model, mix);
  const random = isRandom ? { [STEP]: checkStep(model, step) } : {};
  return { [IMAGES]: images, [LABELS]: labels, ...second, ...random };
}

function mixFeeds(model: Model, labels: Int32Array, mix?: Mix): Record<string, Int32Array | Float32Array> {
  const { labels: others, share } = mix ?? { labels, share: new Float32Array(labels.length).fill(1) };
  checkLabels(model, "mix.labels", others, labels.length);
  const wrong = share.findIndex((value) => !(value >= 0 && value <= 1));
  if (share.length !== labels.length || wrong !== -1) {
    const found = wrong === -1 ? `has ${share.length} numbers` : `is ${share[wrong]} for image ${wrong}`;
    throw new GraphError(
      `${model.name}: mix.share ${found}. Expected a number from 0 to 1 for each of ${labels.length} images.`,
    );
  }
  return { [OTHER_LABELS]: others, [SHARE]: share };
}

function refuseMix({ name }: Model, mix?: Mix): Record<string, never> {
  if (mix)
    throw new GraphError(`${name}: mixed images in a step compiled without them. Compile it with { mixed: true }.`);
  return {};
}

function checkStep({ name }: Model, step?: number): number {
  if (step !== undefined && Number.isInteger(step) && step >= 0) return step;
  throw new GraphError(
    `${name}: step = ${step}. Expected a whole number from 0, on which the dropout of the model depends.`,
  );
}

function checkLabels({ name, classes }: Model, what: string, labels: Int32Array, count: number): void {
  if (!(labels instanceof Int32Array)) throw new GraphError(`${name}: expected ${what} as an Int32Array`);
  if (labels.length !== count) {
    throw new GraphError(
      `${name}: ${what} has ${labels.length} numbers for ${count} images. Expected one for each image.`,
    );
  }
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${name}: the label of image ${index} is ${labels[index]}. Expected a class from 0 to ${classes - 1}.`,
  );
}

/**
 * Checks that all pixels are finite.
 * @throws GraphError if an image has a NaN or an infinity
 */
export function checkFinite({ name }: Model, images: Float32Array | Uint8Array): void {
  const index = images.findIndex((pixel) => !Number.isFinite(pixel));
  if (index === -1) return;
  throw new GraphError(`${name}: the images have ${images[index]} at index ${index}. Expected finite numbers.`);
}
