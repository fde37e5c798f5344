import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { pytorchDefault, uniform } from "../model/initializers.ts";
import type { Scope } from "../model/scope.ts";
import { conv2d } from "../ops/conv2d.ts";
import { dense } from "../ops/dense.ts";
import { globalAveragePool } from "../ops/global-average-pool.ts";
import { reshape } from "../ops/reshape.ts";
import type { Head } from "./find-head.ts";
import type { Known } from "./known.ts";
import { type ParameterNames, TRANSPOSED } from "./parameter-names.ts";

/** Names of the weight and the bias of a head. */
export function headParameters(
  { node, kind, bias }: Head,
  known: ReadonlyMap<string, Known>,
  names: ParameterNames,
): [weight: string, bias: string] {
  const form = kind === "convolution" || node.int("transB", 0) === 1 ? "" : TRANSPOSED;
  const weight = names.nameOf(known.get(node.inputs[1] as string) as Known, node, "weight", form);
  const beside = `${weight.replace(/\.?weight$/, "")}.bias`.replace(/^\./, "");
  return [weight, bias ? names.nameOf(bias, node, "bias", "") : beside];
}

/**
 * Computes logits of new classes from the input of the old head. A head of convolution is followed by the mean over all
 * positions.
 * @throws GraphError if the head is applied to more than one row per image
 */
export function newHead(
  scope: Scope,
  x: Tensor,
  head: Head,
  known: ReadonlyMap<string, Known>,
  names: ParameterNames,
  classes: number,
): Tensor {
  const [weightName, biasName] = headParameters(head, known, names);
  const isDense = head.kind === "dense";
  const inner = isDense ? (x.shape.at(-1) as number) : at(x.shape, 1);
  const shape = isDense ? [classes, inner] : [classes, inner, 1, 1];
  const weight = scope.parameter(weightName, shape, pytorchDefault);
  const bias = scope.parameter(biasName, [classes], uniform(1 / Math.sqrt(inner)));
  const layer = weightName.replace(/\.?weight$/, "") || weightName;
  const record = (y: Tensor): Tensor => {
    scope.within(layer, () =>
      scope.record(
        isDense ? "dense" : "conv2d",
        y,
        classes * (inner + 1),
        y.shape.reduce((a, b) => a * b, inner),
      ),
    );
    return y;
  };
  if (!isDense) return globalAveragePool(record(conv2d(x, weight, bias)));
  if (x.shape.slice(1, -1).some((size) => size > 1)) {
    throw new GraphError(
      `${head.node.label}: the head is applied to several rows per image. It cannot be replaced. Train on data of as many classes.`,
    );
  }
  return record(dense(reshape(x, [at(x.shape, 0), inner]), weight, bias));
}
