import { constant } from "../../core/constant.ts";
import { at, type Shape, showShape } from "../../core/shape.ts";
import type { Tensor } from "../../core/tensor.ts";
import { add } from "../../ops/add.ts";
import { cast } from "../../ops/cast.ts";
import { concat } from "../../ops/concat.ts";
import { expand } from "../../ops/expand.ts";
import { gather } from "../../ops/gather.ts";
import { pad } from "../../ops/pad.ts";
import { reshape } from "../../ops/reshape.ts";
import { slice } from "../../ops/slice.ts";
import { split } from "../../ops/split.ts";
import { transpose } from "../../ops/transpose.ts";
import type { Handler, NodeContext } from "../context.ts";
import { axisOf } from "../fold-structure.ts";
import { kindOfType } from "../stored-tensor.ts";
import {
  expandedShape,
  flattenedShape,
  partSizes,
  reshapedShape,
  sliceRanges,
  squeezedShape,
  unsqueezedShape,
} from "./shape-rules.ts";

/** Ops that move elements. */
export const shapeOps: Readonly<Record<string, Handler>> = {
  Identity: (context) => context.tensor(0),
  Reshape: (context) => reshape(context.tensor(0), reshapedShape(context)),
  Flatten: (context) => reshape(context.tensor(0), flattenedShape(context)),
  Squeeze: (context) => reshape(context.tensor(0), squeezedShape(context)),
  Unsqueeze: (context) => reshape(context.tensor(0), unsqueezedShape(context)),
  Transpose: (context) => {
    const x = context.tensor(0);
    return transpose(
      x,
      context.node.ints(
        "perm",
        x.shape.map((_, axis) => x.rank - 1 - axis),
      ),
    );
  },
  Expand: (context) => expand(context.tensor(0, "input"), expandedShape(context)),
  Tile: (context) =>
    context.numbers(1).reduce((x, count, axis) => {
      if (!(Number.isInteger(count) && count >= 1 && count <= MAX_REPEATS)) {
        return context.node.fail(`${count} repeats. Expected 1 to ${MAX_REPEATS}.`);
      }
      return concat(new Array<Tensor>(count).fill(x), axis);
    }, context.tensor(0)),
  Concat: joined,
  Slice: (context) => {
    const x = context.tensor(0);
    const ranges = sliceRanges(context);
    const empty = ranges.find(({ count }) => count < 1);
    if (empty) context.node.fail(`the slice of ${showShape(x.shape)} is empty. Use larger images.`);
    return slice(x, {
      starts: ranges.map(({ start }) => start),
      // An end of -1 would count from the end of the axis.
      ends: ranges.map(({ start, step, count }, axis) => {
        const end = start + count * step;
        return end < 0 ? end - at(x.shape, axis) : end;
      }),
      steps: ranges.map(({ step }) => step),
    });
  },
  Split: (context) => {
    const { axis, sizes } = partSizes(context);
    return split(context.tensor(0), sizes, axis);
  },
  Gather: gathered,
  Pad: padded,
  Cast: (context) => {
    const kind = kindOfType(context.node.int("to"));
    if (kind === null) return context.node.fail("a cast to quantized numbers or texts. Export the model in float32.");
    return cast(context.tensor(0), kind === "float" ? "float32" : kind === "int" ? "int32" : "bool");
  },
};

const MAX_REPEATS = 64;

/** Joins tensors. One that has a batch size of 1, such as a class token, is repeated for each image. */
function joined(context: NodeContext): Tensor {
  const parts = Array.from({ length: context.count }, (_, i) => context.tensor(i, "input"));
  const axis = axisOf(context, context.node.int("axis"), parts[0]?.rank ?? 0);
  const batch = Math.max(...parts.map(({ shape }) => shape[0] ?? 1));
  if (axis === 0 || parts.every(({ shape }) => shape[0] === batch)) return concat(parts, axis);
  const sizes = parts.map(({ shape }) => shape[axis] ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  // A sum of padded tensors broadcasts, so that the model can be exported for any batch size.
  const wide = parts.map((part, i) => {
    const after = total - before - at(sizes, i);
    const pads = part.shape.map((_, k) => (k === axis ? ([before, after] as const) : ([0, 0] as const)));
    before += at(sizes, i);
    return pad(part, pads);
  });
  return wide.reduce(add);
}

function gathered(context: NodeContext): Tensor {
  const x = context.tensor(0);
  const axis = axisOf(context, context.node.int("axis", 0), x.rank);
  const indices = context.known(1);
  const size = at(x.shape, axis);
  const chosen = Int32Array.from(indices.data, (index) => (index < 0 ? index + size : index));
  const [first = 0] = chosen;
  if (chosen.length !== 1) return gather(x, constant(chosen, indices.shape), axis);
  const part = slice(x, { starts: [first], ends: [first + 1], axes: [axis] });
  return reshape(part, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]);
}

const MODES = { constant: "constant", reflect: "reflect", edge: "replicate", wrap: "circular" } as const;

function padded(context: NodeContext): Tensor {
  const { node } = context;
  const x = context.tensor(0);
  const given = context.intsOf("pads", 1) ?? node.fail("the pads are missing.");
  const axes = (context.has(3) ? context.numbers(3) : x.shape.map((_, axis) => axis)).map((axis) =>
    axisOf(context, axis, x.rank),
  );
  const value = node.has("value") ? node.float("value") : context.has(2) ? context.number(2) : 0;
  const mode = node.text("mode", "constant");
  const known = Object.entries(MODES).find(([name]) => name === mode)?.[1];
  if (!known || given.length !== 2 * axes.length) {
    return node.fail(
      `mode '${mode}' and ${given.length} pads for ${axes.length} axes. Expected ${Object.keys(MODES).join(", ")}, and two pads per axis.`,
    );
  }
  const pairs = x.shape.map((_, axis) => {
    const i = axes.indexOf(axis);
    return i === -1 ? ([0, 0] as const) : ([at(given, i), at(given, i + axes.length)] as const);
  });
  const cut = pairs.some(([before, after]) => before < 0 || after < 0) ? cropped(x, pairs) : x;
  const added = pairs.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)] as const);
  return pad(cut, added, { mode: known, value });
}

/** Removes the elements that negative pads stand for. */
function cropped(x: Tensor, pairs: readonly (readonly [before: number, after: number])[]): Tensor {
  const ends: Shape = pairs.map(([, after], axis) => at(x.shape, axis) + Math.min(after, 0));
  return slice(x, { starts: pairs.map(([before]) => Math.max(-before, 0)), ends });
}
