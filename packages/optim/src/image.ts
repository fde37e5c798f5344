/** The shape of one image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** The normalization of pixels from 0 to 1, per channel: (pixel - mean) / std. */
export interface Normalization {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}
