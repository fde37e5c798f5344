import { checkAxis, checkNumber, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { dataType } from "../onnx/builder.ts";
import { gatherElements } from "./gather-elements.ts";

export interface TopKOptions {
  /** Axis to search; a negative axis counts from the end. Default -1, the last axis. */
  readonly axis?: number;
  /** True for the largest elements, false for the smallest. Default true. */
  readonly largest?: boolean;
}

export interface TopKResult {
  /** float32 elements in descending order (ascending if the smallest are selected), with k elements along the axis. */
  readonly values: Tensor;
  /** int32 positions along the axis, of the same shape. Of equal elements, the first comes first. */
  readonly indices: Tensor;
}

interface TopKAttributes extends Readonly<Record<string, unknown>> {
  readonly k: number;
  readonly axis: number;
  readonly largest: boolean;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor], TopKAttributes>({
  name: "topK",
  infer: ([{ shape }], { k, axis }) => ({ shape: shape.map((size, i) => (i === axis ? k : size)), dtype: "int32" }),
  lower: ({ builder, names: [x], attributes: { k, axis, largest } }) => {
    const attributes = { axis, largest: largest ? 1 : 0, sorted: 1 };
    const indices = at(builder.nodes("TopK", [x, builder.ints([k])], attributes, 2), 1);
    return builder.node("Cast", [indices], { to: dataType("int32") });
  },
});

/**
 * Selects the k largest elements along an axis. Not available on WebGPU. PyTorch: `torch.topk`.
 * @param x float32
 * @param k from 1 to the size of the axis
 * @param options `axis` (default -1), and `largest`: false for the smallest elements (default true)
 * @returns the values, whose gradient flows to the selected elements, and their indices
 * @throws GraphError if `x` does not have the axis or `k` is out of its range
 */
export function topK(x: Tensor, k: number, { axis = -1, largest = true }: TopKOptions = {}): TopKResult {
  checkTypes("topK", [x], ["float32"]);
  const along = checkAxis("topK", x, axis);
  const size = at(x.shape, along);
  const isValid = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= size;
  checkNumber("topK", "k", k, isValid, `a whole number from 1 to ${size}, the size of the axis`);
  const indices = apply(op, [x], { k, axis: along, largest });
  return { values: gatherElements(x, indices, along), indices };
}
