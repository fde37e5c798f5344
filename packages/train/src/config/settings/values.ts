/** Augmentation as configurations state it: its kind, or its kind with arguments. */
export type AugmentSetting = string | { readonly kind: string; readonly [argument: string]: unknown };

/** Schedule as configurations state it: its kind, or its kind with arguments; durations in steps, or in epochs by `unit`. */
export type ScheduleSetting =
  | string
  | { readonly kind: string; readonly unit?: unknown; readonly [argument: string]: unknown };

/** Weights of classes that follow from the numbers of training images. */
export const COUNTED_WEIGHTS = ["balanced", "sqrt"] as const;
export type CountedWeights = (typeof COUNTED_WEIGHTS)[number];

/** Parameters with hyperparameters of their own. */
export interface GroupSetting {
  /** Regular expression for their names. */
  readonly match: string;
  /** Factor of their learning rate. */
  readonly lrFactor?: number | undefined;
  readonly frozen?: boolean | undefined;
  readonly [hyperparameter: string]: unknown;
}
