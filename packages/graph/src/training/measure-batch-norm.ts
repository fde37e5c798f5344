import type { Normalization } from "@downhill/optim/image";
import type { CompileOptions } from "../compile/compile.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Values } from "../core/values.ts";
import { GraphError } from "../error.ts";
import { checkNetwork } from "../model/check-network.ts";
import type { NameMatch } from "../model/name-match.ts";
import { type Network, parameterValues } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { countImages, IMAGES, imagesOf } from "./batch.ts";
import { BatchPrograms } from "./batch-programs.ts";

/** Images [batch, ...imageShape], or a batch that has them: bytes with a normalization, otherwise normalized numbers. */
export type MeasuredBatch =
  | Uint8Array
  | Float32Array
  | { readonly images: Uint8Array | Float32Array; readonly labels?: unknown };

/** Batches to measure statistics on. */
export type MeasuredBatches = Iterable<MeasuredBatch> | AsyncIterable<MeasuredBatch>;

export interface MeasureOptions extends CompileOptions {
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
  /** Random seed of dropout's masks; default 0. */
  readonly seed?: number;
  /** Parameters that are trained; default all. Batch norm without any of them keeps its running statistics. */
  readonly trains?: NameMatch | undefined;
}

/** A compiled measurement of the statistics of batch norm. */
export interface BatchNormMeasurement {
  /** False if the model has no batch norm. There is nothing to measure then. */
  readonly isNeeded: boolean;
  /**
   * Measures the statistics with the current weights of the network, which stays unchanged.
   * @returns running means and variances by buffer name
   * @throws GraphError for no batch, or for images of the wrong type or size
   */
  run(batches: MeasuredBatches): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/** Prepares measurements of the statistics of batch norm. A batch size is compiled at its first use. */
export function prepareBatchNormMeasurement(network: Network, options: MeasureOptions = {}): BatchNormMeasurement {
  const { normalization, seed = 0, trains, ...compiling } = options;
  const { model, buffers } = network;
  const statistics = (count: number): Readonly<Record<string, Tensor>> =>
    model.apply(imagesOf(model, count, normalization), { training: true, seed, trains }).statistics;
  const programs = new BatchPrograms(
    (count) => Object.fromEntries(Object.entries(statistics(count)).map(([name, tensor]) => [outputOf(name), tensor])),
    compiling,
  );
  const names = Object.keys(statistics(2));

  return {
    isNeeded: names.length > 0,
    async run(batches) {
      if (names.length === 0) return {};
      const sums = new Map(names.map((name) => [name, new Float64Array(buffers[name]?.length ?? 0)]));
      let measured = 0;
      for await (const batch of batches) {
        const images = ArrayBuffer.isView(batch) ? batch : batch.images;
        const program = await programs.get(countImages(model, images, normalization));
        const feeds: Record<string, Values | number> = { ...parameterValues(network), ...buffers };
        Object.assign(feeds, { [IMAGES]: images, [STEP]: measured });
        const results = await program.run(
          Object.fromEntries(program.inputs.map(({ name }) => [name, feeds[name] as Values | number])),
        );
        for (const [name, sum] of sums) addTo(sum, results[outputOf(name)] as Float32Array);
        measured++;
      }
      if (measured === 0) {
        throw new GraphError(`${model.name}: there are no batches. Expected at least one to measure batch norm on.`);
      }
      return Object.fromEntries([...sums].map(([name, sum]) => [name, Float32Array.from(sum, (x) => x / measured)]));
    },
    dispose: () => programs.dispose(),
  };
}

/** Name of an output; a statistic may depend on the buffer of its own name. */
const outputOf = (name: string): string => `statistic of ${name}`;

function addTo(sum: Float64Array, values: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = at(sum, i) + at(values, i);
}

/**
 * Measures the running statistics of batch norm with the current weights, and writes them into the buffers of the
 * network. Averages of weights need it, because their running statistics are those of other weights. PyTorch:
 * `torch.optim.swa_utils.update_bn`. Each batch has the same weight in the mean, and dropout is on.
 *
 * Models without batch norm stay unchanged.
 * @param batches training images: arrays, or objects with `images`. Each batch should contain images of all classes
 * @throws GraphError for no batch, or for images of the wrong type or size. The buffers are unchanged then
 * @example
 * await updater.withEvaluationWeights(async () => {
 *   await measureBatchNorm(network, batches);
 *   writeFileSync("model.onnx", await exportOnnx(network));
 * });
 */
export async function measureBatchNorm(
  network: Network,
  batches: MeasuredBatches,
  options: MeasureOptions = {},
): Promise<void> {
  checkNetwork("measureBatchNorm", network);
  const measurement = prepareBatchNormMeasurement(network, options);
  try {
    const measured = await measurement.run(batches);
    for (const [name, values] of Object.entries(measured)) network.buffers[name]?.set(values);
  } finally {
    await measurement.dispose();
  }
}
