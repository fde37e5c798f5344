import { checkAxis, checkTypes } from "../core/check.ts";
import { constantData } from "../core/constant.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { add } from "./add.ts";
import { less } from "./less.ts";
import { product } from "./matmul.ts";
import { oneHot } from "./one-hot.ts";
import { reshape } from "./reshape.ts";
import { where } from "./where.ts";

interface GatherAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor, indices: Tensor], GatherAttributes>({
  name: "gather",
  infer: ([x, indices], { axis }) => {
    checkTypes("gather", [x], ["float32", "int32"]);
    checkIndices("gather", indices, at(x.shape, axis));
    return { shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] };
  },
  gradient: ({ inputs: [x, indices], cotangent, attributes: { axis } }) => {
    const size = at(x.shape, axis);
    const [before, after] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
    // A product with one-hot rows adds up the parts of repeated indices in a fixed order, on every device.
    const chosen = oneHot(reshape(fromStart(indices, size), [-1]), size);
    const parts = reshape(cotangent, [before, sizeOf(indices.shape), after]);
    return [reshape(product(chosen, parts, true, false), x.shape), null];
  },
  lower: ({ builder, names, attributes: { axis } }) => builder.node("Gather", names, { axis }),
});

/**
 * Checks the type of indices, and the values of constant ones.
 * @param size size of the axis
 * @throws GraphError for another type than int32, or a constant index that is out of range
 */
export function checkIndices(op: string, indices: Tensor, size: number): void {
  checkTypes(op, [indices], ["int32"]);
  const wrong = constantData(indices)?.find((index) => index < -size || index >= size);
  if (wrong !== undefined)
    fail(op, `the index ${wrong}. Expected ${-size} to ${size - 1}, for an axis of size ${size}.`);
}

/** Returns indices that count from the start: negative ones count from the end. */
export const fromStart = (indices: Tensor, size: number): Tensor =>
  where(less(indices, 0), add(indices, size), indices);

/**
 * Selects slices along an axis by their indices, like `numpy.take`. PyTorch: `torch.index_select` for a list of indices,
 * `F.embedding` for the rows of a matrix. For an index per element, see `gatherElements`.
 * @param x float32 or int32
 * @param indices int32 of any shape, each from -size to size - 1 of the axis; negative indices count from the end. On the
 * CPU, a run with an index out of this range throws.
 * @param axis a negative axis counts from the end. Default 0.
 * @returns the shape of `x` with the shape of the indices in place of the axis
 * @throws GraphError if `x` does not have the axis, the types do not match, or a constant index is out of range
 * @example ops.gather(table, labels); // [classes, width] and [batch] to [batch, width]
 */
export const gather = (x: Tensor, indices: Tensor, axis = 0): Tensor =>
  apply(op, [x, indices], { axis: checkAxis("gather", x, axis) });
