import { compileEvaluation, type Evaluation, type EvaluationOptions, type Network } from "@downhill/graph";
import { checkSource, type ImageSource, isStream, type PixelArray, type TargetValues } from "@downhill/images";
import { at } from "../at.ts";
import { TrainError } from "../error.ts";
import { predict } from "../evaluation/evaluate.ts";
import { targetsOf } from "../evaluation/measure.ts";
import { pixelsOf } from "../evaluation/pixels.ts";
import type { TrainingImages } from "../training/data.ts";

/** Fixed set of images on which weights are compared. */
export class Probe {
  readonly #inference: Evaluation;
  readonly #shape: readonly number[];
  readonly #images: PixelArray;
  readonly #targets: Readonly<Record<string, TargetValues>>;

  private constructor(inference: Evaluation, images: ImageSource, count: number) {
    const source = checkSource("probe", images);
    // Evenly spaced over the set, which may be sorted by class.
    const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * source.length) / count));
    this.#inference = inference;
    this.#shape = source.imageShape;
    this.#images = pixelsOf(source, chosen);
    this.#targets = targetsOf(inference, source, chosen);
  }

  /**
   * Compiles a probe.
   * @param count number of images, limited by the size of the set
   */
  static async open(
    network: Network,
    images: TrainingImages,
    count: number,
    options: Omit<EvaluationOptions, "batchSize">,
  ): Promise<Probe> {
    if (isStream(images)) {
      throw new TrainError(
        "probe: a stream. Expected images that are read by index. Set probe = 0, or use validation images.",
      );
    }
    const batchSize = Math.min(count, images.length);
    return new Probe(await compileEvaluation(network, { batchSize, ...options }), images, batchSize);
  }

  /** Returns the mean loss of the current weights in inference mode. */
  async loss(): Promise<number> {
    if (this.#inference.hasOwnLoss) return (await this.#inference.measure(this.#images, this.#targets)).loss;
    const { classes } = this.#inference.model;
    const labels = this.#targets.labels as Int32Array;
    const logProbabilities = await predict(this.#inference, this.#images, this.#shape, classes, "none");
    let sum = 0;
    for (const [i, label] of labels.entries()) sum -= at(logProbabilities, i * classes + label);
    return sum / labels.length;
  }

  dispose(): Promise<void> {
    return this.#inference.dispose();
  }
}
