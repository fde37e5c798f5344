import type { Normalization } from "@downhill/optim/image";
import { gradients } from "../core/gradients.ts";
import { input } from "../core/input.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Model } from "../model/model.ts";
import { add } from "../ops/add.ts";
import { correct } from "../ops/correct.ts";
import { crossEntropy } from "../ops/cross-entropy.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { sub } from "../ops/sub.ts";
import { imagesOf } from "./batch.ts";

export interface TrainingGraphOptions {
  /** Share of the target that is spread over all classes; default 0. */
  readonly labelSmoothing?: number;
  /** With it, images are bytes from 0 to 255, which the graph normalises; without it, numbers normalised before. */
  readonly normalization?: Normalization;
  /** Whether images may be mixed of two, as mixup and CutMix do, and have two labels; default false. */
  readonly mixed?: boolean;
  /** Of dropout's masks; default 0. */
  readonly seed?: number;
}

/** Inputs and outputs by name. */
export const LABELS = "labels";
export const OTHER_LABELS = "other labels";
export const SHARE = "share";
export const LOSS = "loss";
export const CORRECT = "correct";
export const gradientOutput = (name: string): string => `gradient of ${name}`;
export const nextOutput = (name: string): string => `next ${name}`;

/**
 * Everything that a training step has to compute, by the names of its outputs: `loss`, `correct`, `gradient of NAME` for
 * each parameter and `next NAME` for each buffer; of the inputs `images`, `labels`, and parameters and buffers by name;
 * where images may be mixed, also of `other labels` and `share`; where a layer is random, of `step`.
 */
export function trainingGraph(
  model: Model,
  batchSize: number,
  { labelSmoothing = 0, normalization, mixed = false, seed = 0 }: TrainingGraphOptions = {},
): Record<string, Tensor> {
  const graph = model.apply(imagesOf(model, batchSize, normalization), { training: true, seed });
  const labels = input(LABELS, [batchSize], "int32");
  const loss = mixed
    ? mixedLoss(graph.logits, labels, labelSmoothing)
    : crossEntropy(graph.logits, labels, { labelSmoothing });
  const names = Object.keys(graph.parameters);
  const grads = gradients(loss, Object.values(graph.parameters));
  return {
    [LOSS]: loss,
    [CORRECT]: correct(graph.logits, labels),
    ...Object.fromEntries(names.map((name, i) => [gradientOutput(name), grads[i] as Tensor])),
    ...Object.fromEntries(Object.entries(graph.updates).map(([name, tensor]) => [nextOutput(name), tensor])),
  };
}

/** Each image's loss is that of both of its labels, by its share of the first. */
function mixedLoss(logits: Tensor, labels: Tensor, labelSmoothing: number): Tensor {
  const count = labels.shape[0] as number;
  const share = input(SHARE, [count]);
  const of = (one: Tensor): Tensor => crossEntropy(logits, one, { labelSmoothing, reduction: "none" });
  const others = input(OTHER_LABELS, [count], "int32");
  return mean(add(mul(share, of(labels)), mul(sub(1, share), of(others))));
}
