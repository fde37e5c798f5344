import {
  type BatchNormMeasurement,
  type MeasureOptions,
  type Network,
  prepareBatchNormMeasurement,
} from "@downhill/graph";
import { checkSource, isStream, type PixelArray, rebatch } from "@downhill/images";
import type { Optimizer } from "@downhill/optim";
import { allParts } from "@downhill/optim/rule";
import { pixelsOf } from "../evaluation/pixels.ts";
import type { TrainingImages } from "./data.ts";

/** Number of training images on which statistics are measured; all of a smaller set. */
const MEASURED_IMAGES = 5000;

/**
 * Statistics of batch norm for averaged weights, measured on training images without augmentation: the running
 * statistics of the training are those of the current weights.
 */
export class AverageStatistics {
  readonly #buffers: Network["buffers"];
  readonly #measurement: BatchNormMeasurement;
  readonly #images: TrainingImages;
  readonly #batchSize: number;
  /** Evaluations in progress, which share one exchange of the statistics. */
  #evaluations = 0;
  #exchange: Promise<Record<string, Float32Array>> | null = null;
  #known: { readonly step: number; readonly statistics: Record<string, Float32Array> } | null = null;

  private constructor(network: Network, measurement: BatchNormMeasurement, images: TrainingImages, batchSize: number) {
    this.#buffers = network.buffers;
    this.#measurement = measurement;
    this.#images = images;
    this.#batchSize = Math.min(batchSize, images.length);
  }

  /** Returns null if the optimizer evaluates with the current weights, or the model has no batch norm. */
  static prepare(
    network: Network,
    optimizer: Optimizer,
    images: TrainingImages,
    { batchSize, ...options }: MeasureOptions & { readonly batchSize: number },
  ): AverageStatistics | null {
    if (allParts(optimizer).every(({ rule }) => rule.evaluation === null)) return null;
    const measurement = prepareBatchNormMeasurement(network, options);
    return measurement.isNeeded ? new AverageStatistics(network, measurement, images, batchSize) : null;
  }

  /**
   * Runs an evaluation while the buffers hold the statistics of the evaluation weights, which the parameters must hold.
   * @param step number of updates; the statistics are measured once for each
   */
  async during<T>(step: number, evaluate: () => T | Promise<T>): Promise<T> {
    this.#evaluations++;
    this.#exchange ??= this.#measure(step).then((statistics) => this.#write(statistics));
    try {
      const before = await this.#exchange;
      try {
        return await evaluate();
      } finally {
        if (this.#evaluations === 1) this.#write(before);
      }
    } finally {
      this.#evaluations--;
      if (this.#evaluations === 0) this.#exchange = null;
    }
  }

  async #measure(step: number): Promise<Record<string, Float32Array>> {
    if (this.#known?.step !== step) {
      this.#known = { step, statistics: await this.#measurement.run(this.#batches()) };
    }
    return this.#known.statistics;
  }

  /** Writes statistics into the buffers and returns the values before. */
  #write(statistics: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
    const before = Object.keys(statistics).map((name) => [name, Float32Array.from(this.#buffers[name] ?? [])] as const);
    for (const [name, values] of Object.entries(statistics)) this.#buffers[name]?.set(values);
    return Object.fromEntries(before);
  }

  /** Yields full batches: each evenly spaced over a set, which may be sorted by class, or the first ones of a stream. */
  async *#batches(): AsyncGenerator<PixelArray> {
    const [images, size] = [this.#images, this.#batchSize];
    const count = Math.max(1, Math.min(Math.floor(images.length / size), Math.ceil(MEASURED_IMAGES / size)));
    if (isStream(images)) {
      let taken = 0;
      for await (const batch of rebatch(images.open(0), { ...images, batchSize: size, dropLast: true })) {
        yield batch.images;
        taken++;
        if (taken === count) return;
      }
      return;
    }
    const source = checkSource("data.train", images);
    for (let batch = 0; batch < count; batch++) {
      const indices = Array.from({ length: size }, (_, i) =>
        Math.floor(((i * count + batch) * source.length) / (size * count)),
      );
      yield pixelsOf(source, indices);
    }
  }

  dispose(): Promise<void> {
    return this.#measurement.dispose();
  }
}
