import { compileEvaluation, type Evaluation, type EvaluationOptions, type Network } from "@downhill/graph";
import type { ImageSet } from "@downhill/images";
import { at } from "../at.ts";
import { predict } from "../evaluation/evaluate.ts";
import { sizeOf } from "../size.ts";

/** Fixed set of images on which weights are compared. */
export class Probe {
  readonly #inference: Evaluation;
  readonly #set: ImageSet;
  readonly #images: Uint8Array;
  readonly #labels: readonly number[];

  private constructor(inference: Evaluation, set: ImageSet, count: number) {
    const size = sizeOf(set.imageShape);
    // Evenly spaced over the set, which may be sorted by class.
    const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * set.length) / count));
    this.#inference = inference;
    this.#set = set;
    this.#images = new Uint8Array(count * size);
    for (const [i, index] of chosen.entries()) set.read(index, this.#images, i * size);
    this.#labels = chosen.map((index) => set.labels[index] as number);
  }

  /**
   * Compiles a probe.
   * @param count number of images, limited by the size of the set
   */
  static async open(
    network: Network,
    set: ImageSet,
    count: number,
    compiling: Omit<EvaluationOptions, "batchSize">,
  ): Promise<Probe> {
    const images = Math.min(count, set.length);
    return new Probe(await compileEvaluation(network, { batchSize: images, ...compiling }), set, images);
  }

  /** Returns the mean loss of the current weights in inference mode. */
  async loss(): Promise<number> {
    const { imageShape, classNames } = this.#set;
    const classes = classNames.length;
    const logProbabilities = await predict(this.#inference, this.#images, imageShape, classes, "none");
    let sum = 0;
    for (const [i, label] of this.#labels.entries()) sum -= at(logProbabilities, i * classes + label);
    return sum / this.#labels.length;
  }

  dispose(): Promise<void> {
    return this.#inference.dispose();
  }
}
