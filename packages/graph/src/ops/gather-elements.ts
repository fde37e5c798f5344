import { checkAxis, checkTypes } from "../core/check.ts";
import { apply, defineOp } from "../core/op.ts";
import { at, showShape, sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";
import { equal } from "./equal.ts";
import { checkIndices, fromStart } from "./gather.ts";
import { pad } from "./pad.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";
import { wholeNumbers } from "./whole-numbers.ts";

interface GatherAttributes extends Readonly<Record<string, unknown>> {
  readonly axis: number;
}

const op = /* @__PURE__ */ defineOp<[x: Tensor, indices: Tensor], GatherAttributes>({
  name: "gatherElements",
  infer: ([x, indices], { axis }) => {
    checkTypes("gatherElements", [x], ["float32", "int32"]);
    checkIndices("gatherElements", indices, at(x.shape, axis));
    const fits = indices.shape.every((size, i) => i === axis || size <= at(x.shape, i));
    if (indices.rank !== x.rank || !fits) {
      const found = `x ${showShape(x.shape)}, indices ${showShape(indices.shape)} along axis ${axis}`;
      fail("gatherElements", `${found}. Expected as many axes, and at most the sizes of x along all other axes.`);
    }
    return { shape: indices.shape };
  },
  gradient: ({ inputs: [x, indices], cotangent, attributes: { axis } }) => {
    const size = at(x.shape, axis);
    const [before, after] = [indices.shape.slice(0, axis), indices.shape.slice(axis + 1)];
    const spread = [sizeOf(before), at(indices.shape, axis), 1, sizeOf(after)];
    const isHere = equal(reshape(fromStart(indices, size), spread), reshape(wholeNumbers(size), [size, 1]));
    const added = reshape(sum(where(isHere, reshape(cotangent, spread), 0), [1]), [...before, size, ...after]);
    return [
      pad(
        added,
        x.shape.map((whole, i) => [0, whole - at(added.shape, i)] as const),
      ),
      null,
    ];
  },
  lower: ({ builder, names, attributes: { axis } }) => builder.node("GatherElements", names, { axis }),
});

/**
 * Selects one element for each index along an axis: `y[i][j] = x[indices[i][j]][j]` for axis 0. PyTorch: `torch.gather`.
 * @param x float32 or int32
 * @param indices int32 with as many axes as `x`, each from -size to size - 1 of the axis; negative indices count from the
 * end. On the CPU, a run with an index out of this range throws.
 * @param axis a negative axis counts from the end. Default -1, the last axis.
 * @returns a tensor of the shape of the indices
 * @throws GraphError if shapes or types do not match, or a constant index is out of range
 * @example ops.gatherElements(logits, ops.reshape(labels, [batch, 1])); // the logit of each label, [batch, 1]
 */
export const gatherElements = (x: Tensor, indices: Tensor, axis = -1): Tensor =>
  apply(op, [x, indices], { axis: checkAxis("gatherElements", x, axis) });
