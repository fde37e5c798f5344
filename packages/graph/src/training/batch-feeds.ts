import type { Normalization } from "@downhill/optim/image";
import { sizeOf } from "../core/shape.ts";
import type { Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import type { Model } from "../model/model.ts";
import { STEP } from "../model/scope.ts";
import { countImages, IMAGES } from "./batch.ts";
import { OTHER_LABELS, SHARE } from "./class-loss.ts";
import type { Objective } from "./objective.ts";
import { checkTargets, LABELS } from "./targets.ts";

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

/** Kinds of batches that a compiled step or evaluation accepts. */
export interface BatchSpec {
  readonly model: Model;
  readonly normalization: Normalization | undefined;
  readonly objective: Objective;
  /** True if a layer is random. */
  readonly isRandom: boolean;
}

/** Targets of a batch: arrays by name, or the class labels. */
export type BatchTargets = Int32Array | Readonly<Record<string, unknown>>;

/** Arguments of a run after the images. */
export type BatchRest = [targets?: BatchTargets, options?: BatchOptions];

/** Inputs of a step for one batch. */
export interface BatchFeeds {
  readonly count: number;
  readonly feeds: Record<string, Values | number>;
}

/**
 * Checks a batch and returns its inputs of a training step.
 * @throws GraphError for arrays of the wrong type or size, a label out of range, or options that the step does not accept
 */
export function batchFeeds(
  spec: BatchSpec,
  images: Float32Array | Uint8Array,
  targets: BatchTargets | undefined,
  { mix, step }: BatchOptions,
): BatchFeeds {
  const { model, normalization, objective, isRandom } = spec;
  const count = countImages(model, images, normalization);
  const values = targetFeeds(spec, targets, count);
  const labels = values[LABELS] as Int32Array;
  const second = objective.mixed ? mixFeeds(model, labels, mix) : refuseMix(model, mix);
  const random = isRandom ? { [STEP]: checkStep(model.name, step) } : {};
  return { count, feeds: { [IMAGES]: images, ...values, ...second, ...random } };
}

/** Checks the targets of a batch, and class labels against the number of classes. */
export function targetFeeds(
  { model, objective }: Pick<BatchSpec, "model" | "objective">,
  targets: BatchTargets | undefined,
  count: number,
): Record<string, Values> {
  const isList = ArrayBuffer.isView(targets) || Array.isArray(targets);
  const named = isList ? { [LABELS]: targets } : ((targets ?? {}) as Readonly<Record<string, unknown>>);
  const values = checkTargets(model.name, objective.targets, named, count);
  if (objective.classes !== null) checkLabels(model.name, objective.classes, values[LABELS] as Int32Array);
  return values;
}

function mixFeeds({ name, classes }: Model, labels: Int32Array, mix?: Mix): Record<string, Int32Array | Float32Array> {
  const { labels: others, share } = mix ?? { labels, share: new Float32Array(labels.length).fill(1) };
  if (!(others instanceof Int32Array)) throw new GraphError(`${name}: expected mix.labels as an Int32Array`);
  if (others.length !== labels.length) {
    throw new GraphError(
      `${name}: mix.labels has ${others.length} numbers for ${labels.length} images. Expected one for each image.`,
    );
  }
  checkLabels(name, classes, others);
  const wrong = share.findIndex((value) => !(value >= 0 && value <= 1));
  if (share.length !== labels.length || wrong !== -1) {
    const found = wrong === -1 ? `has ${share.length} numbers` : `is ${share[wrong]} for image ${wrong}`;
    throw new GraphError(
      `${name}: mix.share ${found}. Expected a number from 0 to 1 for each of ${labels.length} images.`,
    );
  }
  return { [OTHER_LABELS]: others, [SHARE]: share };
}

function refuseMix({ name }: Model, mix?: Mix): Record<string, never> {
  if (mix)
    throw new GraphError(`${name}: mixed images in a step compiled without them. Compile it with { mixed: true }.`);
  return {};
}

/** Checks the number of the step, on which dropout depends. */
export function checkStep(name: string, step?: number): number {
  if (step !== undefined && Number.isInteger(step) && step >= 0) return step;
  throw new GraphError(
    `${name}: step = ${step}. Expected a whole number from 0, on which the dropout of the model depends.`,
  );
}

function checkLabels(name: string, classes: number, labels: Int32Array): void {
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index === -1) return;
  throw new GraphError(
    `${name}: the label of image ${index} is ${labels[index]}. Expected a class from 0 to ${classes - 1}.`,
  );
}

/**
 * Explains a loss that is not finite by the batch, if that is the reason. A loss of one's own may ignore labels, so theirs
 * are checked only here.
 * @throws GraphError for a number that is not finite, or a label out of range
 */
export function explainLoss({ model }: BatchSpec, feeds: Readonly<Record<string, Values | number>>): void {
  checkFinite(model.name, feeds);
  const labels = feeds[LABELS];
  if (model.classes > 0 && labels instanceof Int32Array && labels.length === countOf(model, feeds)) {
    checkLabels(
      model.name,
      model.classes,
      labels.map((label) => (label === IGNORED ? 0 : label)),
    );
  }
}

/** Label that losses ignore by default, as in PyTorch. */
const IGNORED = -100;

const countOf = ({ imageShape }: Model, feeds: Readonly<Record<string, Values | number>>): number =>
  (feeds[IMAGES] as Values).length / sizeOf(imageShape);

/**
 * Checks that all numbers of a batch are finite.
 * @throws GraphError if an image or a target has a NaN or an infinity
 */
export function checkFinite(name: string, feeds: Readonly<Record<string, Values | number>>): void {
  for (const [input, values] of Object.entries(feeds)) {
    if (!(values instanceof Float32Array)) continue;
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index === -1) continue;
    const what = input === IMAGES ? "the images have" : `'${input}' has`;
    throw new GraphError(`${name}: ${what} ${values[index]} at index ${index}. Expected finite numbers.`);
  }
}
