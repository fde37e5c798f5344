import { noiseScale } from "@downhill/optim";

/**
 * The noise scale of a step, by the hyperparameters in force (see optim's `noiseScale`). Its momentum is the one of that
 * name; an optimizer that has none, such as Adam, counts as without.
 * @returns nothing where there is no rate, and infinity for a momentum of 1 or more
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
