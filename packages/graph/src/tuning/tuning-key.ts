import type { ValueInfo } from "../core/values.ts";

/** A computation that has several variants, the fastest of which depends on shapes, processor and threads. */
export interface TuningKey {
  /** Text with the computation and its shapes. Computations of equal id share a variant, in a cache or a record. */
  readonly id: string;
  /** Names of the variants. */
  readonly variants: readonly string[];
  /** Variant to use without measuring. */
  readonly defaultVariant: string;
  /** Multiply-adds of the whole computation, by which the keys that can save most time are measured first. */
  readonly multiplyAdds: number;
  /** Builds a model that computes nothing else, with a given variant. */
  readonly model: (variant: string) => VariantModel;
}

/** An ONNX model of one variant, to measure. */
export interface VariantModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

/** Returns the name of the variant to use. */
export type ChooseVariant = (key: TuningKey) => string;

export const chooseDefault: ChooseVariant = ({ defaultVariant }) => defaultVariant;
