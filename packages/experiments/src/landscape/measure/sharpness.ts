import { compileHessianProduct, createNetwork, type Model, summary } from "@downhill/graph";
import { defined } from "@downhill/optim/defined";
import { setWeights } from "@downhill/train";
import { partsOf } from "../space/layout.ts";
import type { Space } from "../space/space.ts";
import type { ImageBatch } from "./images.ts";
import { type ExtremeEigenvalues, extremeEigenvalues } from "./lanczos.ts";
import { setVector } from "./meter.ts";
import type { Work } from "./progress.ts";

/** Maximum number of Hessian-vector products for an eigenvalue. */
export const MOST_PRODUCTS = 50;
const TOLERANCE = 0.01;
/** Time of a product relative to that of an evaluation. */
export const PRODUCT_WORK = 8;

/** Maximum batch size of a product. */
const LARGEST_BATCH = 250;
/** Memory limit of a product in bytes, and its memory relative to the activations of a forward pass. */
const [MEMORY, FACTOR] = [2 ** 32, 24];

/** Returns the maximum batch size of a product, which fits into about 4 GB. */
export const curvatureBatch = (model: Model): number =>
  Math.max(1, Math.min(LARGEST_BATCH, Math.floor(MEMORY / (FACTOR * summary(model).totals.memory))));

/** Measures the curvature of the training loss. */
export interface CurvatureMeter {
  /** Returns the extreme eigenvalues of the Hessian by the trained parameters, at the given weights. */
  measure(weights: Float32Array): Promise<ExtremeEigenvalues>;
  dispose(): Promise<void>;
}

/**
 * Compiles the measurement of curvatures: of the mean cross-entropy of the images, with the run's label smoothing, without
 * weight decay, dropout and augmentation. Batch norm uses the statistics of each batch, as in training.
 */
export async function openCurvature(
  space: Space,
  batches: readonly ImageBatch[],
  options: { readonly labelSmoothing: number; readonly seed: number },
  work: Work,
): Promise<CurvatureMeter> {
  const { model, layout, start, normalization, threads, device } = space;
  const network = createNetwork(model, { reserve: 0 });
  setWeights(network, start);
  const trained = layout.parts.filter(({ isTrained }) => isTrained);
  const names = trained.map(({ name }) => name);
  const hessian = await compileHessianProduct(network, {
    batchSize: batches[0]?.labels.length ?? 1,
    normalization,
    labelSmoothing: options.labelSmoothing,
    trains: names,
    threads,
    ...defined({ device }),
  });
  const offsets = new Map<string, number>();
  let size = 0;
  for (const part of trained) {
    offsets.set(part.name, size);
    size += part.size;
  }
  const images = batches.reduce((sum, { labels }) => sum + labels.length, 0);

  async function product(vector: Float64Array): Promise<Float64Array> {
    const single = Float32Array.from(vector);
    const packed = { parts: trained.map((part) => ({ ...part, offset: offsets.get(part.name) as number })), size };
    const direction = partsOf(packed, single);
    const sum = new Float64Array(size);
    for (const batch of batches) {
      const result = await hessian.run(direction, batch.images, batch.labels);
      const weight = batch.labels.length / images;
      for (const [name, values] of Object.entries(result.product)) {
        const offset = offsets.get(name) as number;
        for (let i = 0; i < values.length; i++) {
          sum[offset + i] = (sum[offset + i] as number) + weight * (values[i] as number);
        }
      }
      work.add(PRODUCT_WORK * batch.labels.length);
    }
    return sum;
  }

  return {
    async measure(weights) {
      setVector(network, layout, weights);
      const found = await extremeEigenvalues(product, size, {
        seed: options.seed,
        most: MOST_PRODUCTS,
        tolerance: TOLERANCE,
      });
      // The total has the work of the maximum number of products.
      work.add(PRODUCT_WORK * images * (MOST_PRODUCTS - found.products));
      return found;
    },
    dispose: () => hessian.dispose(),
  };
}
