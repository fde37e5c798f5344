import { randomAt, randomKey } from "@downhill/optim/random";
import type { Network } from "../model/network.ts";
import type { BatchOptions } from "./batch-feeds.ts";
import type { HessianProduct } from "./hessian-product.ts";
import type { BatchArguments, ClassLabels, TargetShapes } from "./targets.ts";

/** Options of a random estimate. */
export interface EstimateOptions {
  /** Number that differs from estimate to estimate, such as the step. */
  readonly step: number;
  /** Random seed. Default 0. */
  readonly seed?: number | undefined;
}

/**
 * Estimates the diagonal of the Hessian of a batch's loss (Hutchinson): random signs times the product of the Hessian and
 * the signs. The mean of many estimates is the diagonal. `addHessianDiagonal` of @downhill/optim takes it for Sophia.
 * @param network the network of `hessian`
 * @param images as in `hessian.run`
 * @param rest targets and options, as in `hessian.run`
 * @throws GraphError as `hessian.run`
 */
export async function estimateHessianDiagonal<T extends TargetShapes = ClassLabels>(
  hessian: HessianProduct<T>,
  network: Network,
  { step, seed = 0 }: EstimateOptions,
  images: Float32Array | Uint8Array,
  ...rest: BatchArguments<T, BatchOptions>
): Promise<Record<string, Float32Array>> {
  const signs = Object.fromEntries(
    hessian.names.map((name) => {
      const key = randomKey(seed, step, name);
      return [
        name,
        Float32Array.from({ length: network.parameters.size(name) }, (_, i) => (randomAt(i, key, 0) < 0.5 ? -1 : 1)),
      ];
    }),
  );
  const { product } = await hessian.run(signs, images, ...rest);
  return Object.fromEntries(
    hessian.names.map((name) => {
      const along = product[name] as Float32Array;
      return [name, along.map((x, i) => x * (signs[name]?.[i] as number))];
    }),
  );
}
