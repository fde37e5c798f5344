import type { Normalization } from "@downhill/optim/image";
import { gradients } from "../core/gradients.ts";
import { input } from "../core/input.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Model } from "../model/model.ts";
import type { NameMatch } from "../model/name-match.ts";
import { trainedNames } from "../model/trained.ts";
import { add } from "../ops/add.ts";
import { correct } from "../ops/correct.ts";
import { crossEntropy } from "../ops/cross-entropy.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import { imagesOf } from "./batch.ts";

export interface TrainingGraphOptions {
  /** Share of the target that is spread evenly over all classes, 0 to 1; default 0. */
  readonly labelSmoothing?: number;
  /** Makes the graph normalize images of bytes, 0 to 255. Without it, images are normalized numbers. Default none. */
  readonly normalization?: Normalization;
  /** Accepts images that are mixed from two, as by mixup and CutMix, and have two labels. Default false. */
  readonly mixed?: boolean;
  /** Random seed of dropout's masks; default 0. */
  readonly seed?: number;
  /**
   * Parameters to train; default all. Gradients of the others are not computed, and batch norm without a trained
   * parameter normalizes by its running statistics, which stay unchanged.
   */
  readonly trains?: NameMatch | undefined;
}

/** Names of inputs and outputs. */
export const LABELS = "labels";
export const OTHER_LABELS = "other labels";
export const SHARE = "share";
export const LOSS = "loss";
export const CORRECT = "correct";
export const gradientOutput = (name: string): string => `gradient of ${name}`;
export const nextOutput = (name: string): string => `next ${name}`;

/** Reads an output of a single number; NaN if it is missing. */
export const numberIn = (results: Readonly<Record<string, Float32Array>>, name: string): number =>
  results[name]?.[0] ?? Number.NaN;

/**
 * Builds the graph of a training step for one batch size.
 *
 * - Inputs: `images`, `labels`, and the parameters and buffers by name; `other labels` and `share` if images are mixed;
 *   `step` if a layer is random.
 * - Outputs: `loss`, `correct`, `gradient of NAME` for each trained parameter and `next NAME` for each buffer that
 *   changes.
 */
export function trainingGraph(
  model: Model,
  batchSize: number,
  { labelSmoothing = 0, normalization, mixed = false, seed = 0, trains }: TrainingGraphOptions = {},
): Record<string, Tensor> {
  const graph = model.apply(imagesOf(model, batchSize, normalization), { training: true, seed, trains });
  const labels = input(LABELS, [batchSize], "int32");
  const loss = mixed
    ? mixedLoss(graph.logits, labels, labelSmoothing)
    : crossEntropy(graph.logits, labels, { labelSmoothing, ignoreIndex: null });
  const names = trainedNames(model, trains);
  const grads = gradients(
    loss,
    names.map((name) => graph.parameters[name] as Tensor),
  );
  return {
    [LOSS]: loss,
    [CORRECT]: correct(graph.logits, labels),
    ...Object.fromEntries(names.map((name, i) => [gradientOutput(name), at(grads, i)])),
    ...Object.fromEntries(Object.entries(graph.updates).map(([name, tensor]) => [nextOutput(name), tensor])),
  };
}

/** Mean over the images of share * (loss for the first label) + (1 - share) * (loss for the other label). */
function mixedLoss(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const count = at(labels.shape, 0);
  const share = input(SHARE, [count]);
  const lossFor = (targets: Tensor): Tensor =>
    crossEntropy(logits, targets, { labelSmoothing, ignoreIndex: null, reduction: "none" });
  const others = input(OTHER_LABELS, [count], "int32");
  return mean(add(mul(share, lossFor(labels)), mul(sub(1, share), lossFor(others))));
}
