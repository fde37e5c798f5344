import type { Normalization } from "@downhill/optim/image";
import type { AugmentDescription } from "../augment/index.ts";
import { createPipeline, type Pipeline } from "../augment/pipeline.ts";
import { DataError } from "../error.ts";
import type { CheckedSource } from "../image-set/image-source.ts";
import { LABELS } from "../image-set/targets.ts";

/** Options of a loader that augmentations depend on. */
interface AugmentationOptions {
  readonly seed?: number;
  readonly augment?: readonly AugmentDescription[];
  readonly normalization?: Normalization;
}

/** Creates the augmentations of a loader. @throws DataError for augmentations that the images do not permit */
export function pipelineFor(
  place: string,
  { imageShape, dtype, labels, targets }: Pick<CheckedSource, "imageShape" | "dtype" | "labels" | "targets">,
  { augment = [], seed = 0, normalization }: AugmentationOptions,
): Pipeline | null {
  if (Array.isArray(augment) && augment.length === 0) return null;
  const [channels, height, width] = imageShape;
  if (dtype !== "uint8" || imageShape.length !== 3) {
    throw new DataError(
      `${place}: augment with ${dtype} images [${imageShape}]. Expected bytes [channels, height, width]. Remove augment, or use images of bytes.`,
    );
  }
  const shape = [channels, height, width] as [number, number, number];
  const pipeline = createPipeline(augment, shape, seed, normalization);
  const others = Object.keys(targets).filter((name) => name !== LABELS);
  if (pipeline.mixer && (labels.length === 0 || others.length > 0)) {
    throw new DataError(
      `${place}: mixup and cutmix mix class labels, and the images have ${others.length > 0 ? `the targets ${others.join(", ")}` : "no labels"}. Remove them from augment.`,
    );
  }
  return pipeline;
}
