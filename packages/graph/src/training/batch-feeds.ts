import type { Normalization } from "@downhill/optim/image";
import type { Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import { STEP } from "../model/scope.ts";
import { countImages, IMAGES } from "./batch.ts";
import { LABELS, OTHER_LABELS, SHARE } from "./training-graph.ts";

/** What each image was mixed with. */
export interface Mix {
  /** The class of the other image. */
  readonly labels: Int32Array;
  /** The share of the image itself, 0 to 1. */
  readonly share: Float32Array;
}

export interface BatchOptions {
  /** Of a step that is compiled for mixed images; without it, every image is itself alone. */
  readonly mix?: Mix;
  /** The number of the step, of which dropout's masks are a function: expected where the model has dropout. */
  readonly step?: number;
}

/** What a compiled training step takes. */
export interface BatchSpec {
  readonly model: Model;
  readonly normalization: Normalization | undefined;
  readonly mixed: boolean;
  /** Whether a layer is random. */
  readonly isRandom: boolean;
}

/**
 * The inputs of a training step that are its batch, checked.
 * @throws GraphError for arrays of the wrong type or size, a label that is no class, and options that do not fit
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
    const found = wrong === -1 ? `has ${share.length} numbers` : `of image ${wrong} is ${share[wrong]}`;
    throw new GraphError(
      `${model.name}: mix.share ${found}: expected one from 0 to 1 for each of ${labels.length} images`,
    );
  }
  return { [OTHER_LABELS]: others, [SHARE]: share };
}

function refuseMix({ name }: Model, mix?: Mix): Record<string, never> {
  if (mix) throw new GraphError(`${name}: mixed images for a step without: expected it compiled with { mixed: true }`);
  return {};
}

function checkStep({ name }: Model, step?: number): number {
  if (Number.isInteger(step) && (step as number) >= 0) return step as number;
  throw new GraphError(`${name}: step = ${step}: expected the number of the step, from 0, as the model has dropout`);
}

function checkLabels({ name, classes }: Model, what: string, labels: Int32Array, count: number): void {
  if (!(labels instanceof Int32Array)) throw new GraphError(`${name}: expected ${what} as an Int32Array`);
  if (labels.length !== count) {
    throw new GraphError(`${name}: ${labels.length} numbers of ${what} for ${count} images: expected one for each`);
  }
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${name}: the label of image ${index} is ${labels[index]}: expected a class, 0 to ${classes - 1}`,
  );
}

/** Throws for images that have a NaN or an infinity. */
export function checkFinite({ name }: Model, images: Float32Array | Uint8Array): void {
  const index = images.findIndex((pixel) => !Number.isFinite(pixel));
  if (index === -1) return;
  throw new GraphError(`${name}: the images have ${images[index]} at index ${index}: expected finite numbers`);
}
