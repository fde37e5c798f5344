import { noiseScale } from "@downhill/optim";

/**
 * Returns the noise scale of a step from the hyperparameters in force (see optim's `noiseScale`). Optimizers without a
 * hyperparameter `momentum`, such as Adam, count as having none.
 * @returns no key without a learning rate; infinity for a momentum of at least 1
 */
export function noiseScaleOf(
  { lr, momentum = 0 }: Readonly<Record<string, unknown>>,
  batchSize: number,
  trainSize: number,
): { readonly noiseScale?: number } {
  if (typeof lr !== "number" || typeof momentum !== "number") return {};
  return {
    noiseScale: momentum < 1 ? noiseScale({ lr, batchSize, trainSize, momentum }) : Number.POSITIVE_INFINITY,
  };
}
