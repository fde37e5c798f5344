import type { PixelArray } from "../image-set/image-source.ts";
import type { TargetValues } from "../image-set/targets.ts";

/** Images with their targets, for one training step. */
export interface Batch<Pixels extends PixelArray = Uint8Array> {
  /** Bytes, or numbers that are not normalized: [count, ...imageShape]. */
  readonly images: Pixels;
  /** The class of each image; empty if the images have no class labels. */
  readonly labels: Int32Array;
  /** All targets by name, [count, ...shape]; class labels are `labels`. */
  readonly targets: Readonly<Record<string, TargetValues>>;
  /** With mixup or cutmix: the label that each image was mixed with, and the share (0 to 1) of its own label. */
  readonly mix?: { readonly labels: Int32Array; readonly share: Float32Array };
}
