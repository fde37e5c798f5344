/** Images with their labels, for one training step. */
export interface Batch {
  /** Bytes [count, ...imageShape]. */
  readonly images: Uint8Array;
  readonly labels: Int32Array;
  /** With mixup or cutmix: the label that each image was mixed with, and the share (0 to 1) of its own label. */
  readonly mix?: { readonly labels: Int32Array; readonly share: Float32Array };
}
