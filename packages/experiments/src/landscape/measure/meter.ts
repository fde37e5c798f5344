import { compileEvaluation, createNetwork, type Network, prepareBatchNormMeasurement } from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import { defined } from "@downhill/optim/defined";
import { evaluate, setWeights } from "@downhill/train";
import type { PointScore } from "../landscape.ts";
import { type Layout, partsOf } from "../space/layout.ts";
import type { Space } from "../space/space.ts";
import { batchesOf } from "./images.ts";

/** Batch size of evaluations: that of `evaluate`, so that both give the same bits. */
const BATCH = 250;

/** Measures the loss of a model as a function of its weights. */
export interface LossMeter {
  /** Moves the network to a point. The statistics of batch norm are measured again there. */
  moveTo(weights: Float32Array): Promise<void>;
  /** Moves the network to complete weights, with their own statistics of batch norm. */
  moveToOwn(weights: Readonly<Record<string, Float32Array>>): void;
  /** Measures the loss and the accuracy at the current point. */
  score(images: ImageSet, onImages: (count: number) => void): Promise<PointScore>;
  dispose(): Promise<void>;
}

/**
 * Compiles the measurement of losses in a space.
 * @param images training images on which statistics are measured
 */
export async function openMeter(space: Space, images: ImageSet): Promise<LossMeter> {
  const { model, layout, start, normalization, threads, device } = space;
  const network = createNetwork(model, { reserve: 0 });
  setWeights(network, start);
  const options = { normalization, threads, ...defined({ device }) };
  const inference = await compileEvaluation(network, { batchSize: BATCH, ...options });
  const statistics = space.measured.length === 0 ? null : prepareBatchNormMeasurement(network, options);
  const batches = statistics === null ? [] : batchesOf(images, BATCH);
  return {
    async moveTo(weights) {
      setVector(network, layout, weights);
      if (statistics === null) return;
      for (const [name, values] of Object.entries(await statistics.run(batches))) network.buffers[name]?.set(values);
    },
    moveToOwn: (weights) => setWeights(network, weights),
    async score(set, onImages) {
      let before = 0;
      const { loss, accuracy } = await evaluate(inference, set, {
        batchSize: BATCH,
        onProgress: (done) => {
          onImages(done - before);
          before = done;
        },
      });
      return {
        loss: Number.isFinite(loss) ? loss : Number.NaN,
        accuracy: Number.isFinite(loss) ? accuracy : Number.NaN,
      };
    },
    async dispose() {
      await inference.dispose();
      await statistics?.dispose();
    },
  };
}

/** Writes a vector into the parameters and buffers of a network. */
export function setVector(network: Network, layout: Layout, vector: Float32Array): void {
  for (const [name, values] of Object.entries(partsOf(layout, vector))) {
    if (Object.hasOwn(network.buffers, name)) network.buffers[name]?.set(values);
    else network.parameters.setValue(name, values);
  }
}
