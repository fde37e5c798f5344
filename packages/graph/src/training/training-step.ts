import type { CompileOptions, Lowering } from "../compile/compile.ts";
import { checkCount } from "../core/check.ts";
import type { DeviceName } from "../devices/device-name.ts";
import type { Network } from "../model/network.ts";
import { STEP } from "../model/scope.ts";
import { type BatchOptions, type BatchSpec, batchFeeds, checkFinite } from "./batch-feeds.ts";
import { BatchPrograms } from "./batch-programs.ts";
import {
  CORRECT,
  gradientOutput,
  LOSS,
  nextOutput,
  type TrainingGraphOptions,
  trainingGraph,
} from "./training-graph.ts";

export type { BatchOptions, Mix } from "./batch-feeds.ts";

export interface TrainingStepOptions extends CompileOptions, TrainingGraphOptions {
  /** Images in a batch, to compile for at once. Batches of other sizes are compiled for when they first come. */
  readonly batchSize: number;
  /** Sizes of the batches to come, whose variants are chosen now where `variants` records them; default none. */
  readonly laterSizes?: readonly number[];
}

/** What a batch came to. */
export interface TrainingResult {
  /** The mean over the batch. */
  readonly loss: number;
  /** How many images the network put into the right class; of mixed images, into that of `labels`. */
  readonly correct: number;
}

/** Computes loss and gradients of batches. */
export interface TrainingStep {
  /** Which device runs it, why that one, and how convolutions are written. */
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly lowering: Lowering;
  /**
   * Runs a batch: gradients go into the network's arena, running statistics are brought up to date, and an optimizer's
   * `step()` may follow.
   * @param images [batch, ...imageShape]: bytes where the step normalises them, else numbers
   * @param labels the class of each image, from 0
   * @throws GraphError for arrays of the wrong type or size, a label that is no class, or an image that has a NaN
   */
  run(images: Float32Array | Uint8Array, labels: Int32Array, options?: BatchOptions): Promise<TrainingResult>;
  dispose(): Promise<void>;
}

/** Compiles what a network has to compute in each step of its training. */
export async function compileTrainingStep(network: Network, options: TrainingStepOptions): Promise<TrainingStep> {
  const {
    batchSize,
    laterSizes = [],
    labelSmoothing = 0,
    normalization,
    mixed = false,
    seed = 0,
    ...compiling
  } = options;
  const { model, parameters, buffers } = network;
  const names = model.parameters.map(({ name }) => name);
  const graph = { labelSmoothing, mixed, seed, ...(normalization ? { normalization } : {}) };
  const programs = new BatchPrograms((count) => trainingGraph(model, count, graph), compiling);
  checkCount(model.name, "batchSize", batchSize);
  const { device, deviceReason, lowering, inputs } = await programs.of(batchSize);
  await programs.settle(laterSizes);
  const isRandom = inputs.some(({ name }) => name === STEP);
  const kind: BatchSpec = { model, normalization, mixed, isRandom };

  return {
    device,
    deviceReason,
    lowering,
    async run(images, labels, batchOptions = {}) {
      const batch = batchFeeds(kind, images, labels, batchOptions);
      const program = await programs.of(labels.length);
      // Views are taken anew: the arena may have grown.
      const weights = Object.fromEntries(names.map((name) => [name, parameters.value(name) as Float32Array]));
      const into = names.map((name) => [gradientOutput(name), parameters.gradient(name) as Float32Array]);
      const feeds = { ...batch, ...weights, ...buffers };
      const results = await program.run(feeds, Object.fromEntries(into));
      const number = (name: string): number => (results[name] as Float32Array)[0] as number;
      if (!Number.isFinite(number(LOSS))) checkFinite(model, images);
      for (const { name } of model.buffers) {
        const next = results[nextOutput(name)];
        if (next) buffers[name]?.set(next);
      }
      return { loss: number(LOSS), correct: number(CORRECT) };
    },
    dispose: () => programs.dispose(),
  };
}
