import { fail } from "../error.ts";
import type { InitializerOption } from "../initializers.ts";
import type { Tensor } from "../tensor.ts";

/** What every model takes. */
export interface ModelOptions {
  /** Of the weights of all convolutions and dense layers, as a function or by name; default the model's own choice. */
  readonly initializer?: InitializerOption;
}

/** Refuses images of which a model's pools and strides would leave nothing. */
export function checkImageSize(model: string, { shape }: Tensor, least: number): void {
  const [, , height, width] = shape as readonly [number, number, number, number];
  if (height >= least && width >= least) return;
  fail(model, `images of ${height} x ${width} are too small: expected at least ${least} x ${least}`);
}
