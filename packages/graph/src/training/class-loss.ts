import { suggest } from "@downhill/optim/nearest";
import { constant } from "../core/constant.ts";
import { input } from "../core/input.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { add } from "../ops/add.ts";
import { binaryCrossEntropyWithLogits } from "../ops/binary-cross-entropy-with-logits.ts";
import { crossEntropy } from "../ops/cross-entropy.ts";
import { div } from "../ops/div.ts";
import { focal } from "../ops/focal.ts";
import { gather } from "../ops/gather.ts";
import { mean } from "../ops/mean.ts";
import { mul } from "../ops/mul.ts";
import { multiMargin } from "../ops/multi-margin.ts";
import { oneHot } from "../ops/one-hot.ts";
import { sub } from "../ops/sub.ts";
import { sum } from "../ops/sum.ts";

/** Names of inputs for mixed images. */
export const OTHER_LABELS = "other labels";
export const SHARE = "share";

/** Names of the losses of class labels. */
export const CLASS_LOSSES = ["crossEntropy", "focal", "binaryCrossEntropy", "multiMargin"] as const;
export type ClassLossName = (typeof CLASS_LOSSES)[number];

/**
 * Loss of class labels, by its name or with its arguments:
 * - `crossEntropy`, of the softmax of the logits
 * - `focal`: the cross-entropy times `(1 - p)^gamma`, `gamma` at least 0 (default 2)
 * - `binaryCrossEntropy`: of the sigmoid of each logit, one class against all others; the mean over the classes
 * - `multiMargin`: the hinge loss, with a `margin` above 0 (default 1)
 */
export type ClassLoss =
  | ClassLossName
  | { readonly kind: "crossEntropy" | "binaryCrossEntropy" }
  | { readonly kind: "focal"; readonly gamma?: number }
  | { readonly kind: "multiMargin"; readonly margin?: number };

/** Checked loss of class labels. */
export interface CheckedClassLoss {
  readonly kind: ClassLossName;
  readonly gamma: number;
  readonly margin: number;
  readonly labelSmoothing: number;
  readonly mixed: boolean;
  /** Weight of each class; null without weights. */
  readonly classWeights: readonly number[] | null;
}

/** True if a loss is one of class labels rather than a function. */
export const isClassLoss = (loss: unknown): loss is ClassLoss =>
  typeof loss === "string" || (typeof loss === "object" && loss !== null && "kind" in loss);

const ARGUMENTS: Readonly<Record<ClassLossName, readonly string[]>> = {
  crossEntropy: [],
  focal: ["gamma"],
  binaryCrossEntropy: [],
  multiMargin: ["margin"],
};

/** Options of a loss of class labels. */
export interface ClassLossSettings {
  readonly loss?: ClassLoss | undefined;
  readonly labelSmoothing?: number | undefined;
  readonly mixed?: boolean | undefined;
  readonly classWeights?: readonly number[] | undefined;
}

/**
 * Checks a loss of class labels and fills in its arguments.
 * @param place start of the message
 * @throws GraphError for an unknown loss or argument, a value out of its range, or weights that do not fit the classes
 */
export function checkClassLoss(
  place: string,
  classes: number,
  { loss = "crossEntropy", labelSmoothing = 0, mixed = false, classWeights }: ClassLossSettings,
): CheckedClassLoss {
  const { kind, ...given }: Readonly<Record<string, unknown>> = typeof loss === "string" ? { kind: loss } : { ...loss };
  const known = CLASS_LOSSES.find((name) => name === kind);
  if (known === undefined) {
    throw new GraphError(
      `${place}: unknown loss '${kind}': ${suggest(String(kind), CLASS_LOSSES)} Expected a name, or a function.`,
    );
  }
  const unknown = Object.keys(given).find((name) => !ARGUMENTS[known].includes(name));
  if (unknown !== undefined) {
    const expected = ARGUMENTS[known].join(", ") || "no arguments";
    throw new GraphError(`${place}: the loss ${known} has no argument '${unknown}'. Expected ${expected}.`);
  }
  const { gamma = 2, margin = 1 } = given;
  if (!(typeof gamma === "number" && gamma >= 0 && gamma < Number.POSITIVE_INFINITY)) {
    throw new GraphError(`${place}: gamma = ${gamma} of the loss focal. Expected a number of at least 0.`);
  }
  if (!(typeof margin === "number" && margin > 0 && margin < Number.POSITIVE_INFINITY)) {
    throw new GraphError(`${place}: margin = ${margin} of the loss multiMargin. Expected a number above 0.`);
  }
  if (labelSmoothing > 0 && (known === "focal" || known === "multiMargin")) {
    throw new GraphError(
      `${place}: labelSmoothing = ${labelSmoothing} with the loss ${known}, which has no smoothed labels. Expected 0, or crossEntropy or binaryCrossEntropy.`,
    );
  }
  if (classWeights !== undefined) checkWeights(place, classes, classWeights);
  const weights = classWeights === undefined ? null : Array.from(classWeights);
  return { kind: known, gamma, margin, labelSmoothing, mixed, classWeights: weights };
}

function checkWeights(place: string, classes: number, weights: readonly number[]): void {
  if (weights?.length !== classes) {
    throw new GraphError(
      `${place}: classWeights has ${weights?.length} numbers. Expected ${classes}, one for each class.`,
    );
  }
  const wrong = weights.findIndex((weight) => !(weight > 0 && weight < Number.POSITIVE_INFINITY));
  if (wrong === -1) return;
  throw new GraphError(`${place}: classWeights[${wrong}] = ${weights[wrong]}. Expected a number above 0.`);
}

/**
 * Builds the loss of a batch: the mean over its images. With class weights, it is the weighted mean, as in PyTorch: the sum
 * of the weighted losses divided by the sum of the weights of the batch. An image mixed from two has the loss and the
 * weight of both labels by their shares.
 */
export function classLoss(logits: Tensor, labels: Tensor, loss: CheckedClassLoss): Tensor {
  const { kind, labelSmoothing, mixed, classWeights } = loss;
  if (kind === "crossEntropy" && !mixed) {
    const weight = classWeights === null ? {} : { weight: classWeights };
    return crossEntropy(logits, labels, { labelSmoothing, ignoreIndex: null, ...weight });
  }
  const blend: Blend = mixed ? mixture(at(labels.shape, 0)) : (of) => of(labels);
  const losses = blend((targets) => lossesOf(logits, targets, loss), labels);
  if (classWeights === null) return mean(losses);
  const weights = constant(Float32Array.from(classWeights), [classWeights.length]);
  return div(sum(losses), sum(blend((targets) => gather(weights, targets), labels)));
}

/** Combines numbers of the labels of each image. */
type Blend = (of: (labels: Tensor) => Tensor, labels: Tensor) => Tensor;

/** Returns the mean of the numbers of both labels of mixed images, by their shares. */
function mixture(count: number): Blend {
  const share = input(SHARE, [count]);
  const others = input(OTHER_LABELS, [count], "int32");
  return (of, labels) => add(mul(share, of(labels)), mul(sub(1, share), of(others)));
}

/** Builds the weighted loss of each image, [batch]. */
function lossesOf(logits: Tensor, labels: Tensor, loss: CheckedClassLoss): Tensor {
  const { kind, gamma, margin, labelSmoothing, classWeights } = loss;
  const reduction = "none";
  const weight = classWeights === null ? {} : { weight: classWeights };
  switch (kind) {
    case "crossEntropy":
      return crossEntropy(logits, labels, { labelSmoothing, ignoreIndex: null, reduction, ...weight });
    case "focal":
      return focal(logits, labels, { gamma, alpha: classWeights, reduction });
    case "multiMargin":
      return multiMargin(logits, labels, { margin, reduction, ...weight });
    case "binaryCrossEntropy": {
      const classes = at(logits.shape, 1);
      const hit = oneHot(labels, classes);
      const target = labelSmoothing === 0 ? hit : add(mul(hit, 1 - labelSmoothing), labelSmoothing / classes);
      const losses = mean(binaryCrossEntropyWithLogits(logits, target, { reduction }), [1]);
      if (classWeights === null) return losses;
      return mul(losses, gather(constant(Float32Array.from(classWeights), [classes]), labels));
    }
  }
}
