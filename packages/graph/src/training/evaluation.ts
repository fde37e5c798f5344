import type { Normalization } from "@downhill/optim/image";
import type { CompileOptions } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import { sizeOf } from "../core/shape.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { countImages, IMAGES, imagesOf } from "./batch.ts";
import { BatchPrograms } from "./batch-programs.ts";

export interface EvaluationOptions extends CompileOptions {
  /** Maximum batch size, for which a program is compiled immediately. More images run in several batches. */
  readonly batchSize: number;
  /** Other batch sizes whose variants are chosen immediately if `variants` records them. Default none. */
  readonly laterSizes?: readonly number[];
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
}

/** A compiled forward pass in inference mode: batch norm uses its running statistics, and dropout is off. */
export interface Evaluation {
  /**
   * Computes the logits of images with the current weights of the network.
   * @param images [count, ...imageShape], any number of them
   * @returns logits [count, classes]
   * @throws GraphError for an array of the wrong type or size
   */
  run(images: Float32Array | Uint8Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Compiles the forward pass of a network in inference mode, for evaluations and predictions.
 * @example
 * const evaluation = await compileEvaluation(network, { batchSize: 256, normalization: { mean: [0.29], std: [0.35] } });
 * const logits = await evaluation.run(images);
 */
export async function compileEvaluation(network: Network, options: EvaluationOptions): Promise<Evaluation> {
  const { batchSize, laterSizes = [], normalization, ...compiling } = options;
  const { model, buffers } = network;
  checkCount(model.name, "batchSize", batchSize);
  const programs = new BatchPrograms(
    (count) => ({ logits: model.apply(imagesOf(model, count, normalization)).logits }),
    compiling,
  );
  await programs.get(batchSize);
  await programs.chooseVariants(laterSizes);
  const size = sizeOf(model.imageShape);

  return {
    async run(images) {
      const count = countImages(model, images, normalization);
      const logits = new Float32Array(count * model.classes);
      for (let from = 0; from < count; from += batchSize) {
        const to = Math.min(count, from + batchSize);
        const program = await programs.get(to - from);
        const known = new Set(program.inputs.map(({ name }) => name));
        const used = Object.entries({ ...parameterValues(network), ...buffers }).filter(([name]) => known.has(name));
        const feeds = { [IMAGES]: images.subarray(from * size, to * size), ...Object.fromEntries(used) };
        const into = logits.subarray(from * model.classes, to * model.classes);
        await program.run(feeds, { logits: into });
      }
      return logits;
    },
    dispose: () => programs.dispose(),
  };
}
