import { at, type Shape, showShape, sizeOf } from "../core/shape.ts";
import type { Handler, NodeContext } from "./context.ts";
import { foldElements } from "./fold-elements.ts";
import { axisOf, expanded, joined, pick, reshaped, strided, stridesOf } from "./fold-structure.ts";
import { isKnown, type Known, type KnownKind, known, knownInts, type Value } from "./known.ts";
import {
  expandedShape,
  flattenedShape,
  partSizes,
  reshapedShape,
  sliceRanges,
  squeezedShape,
  unsqueezedShape,
} from "./ops/shape-rules.ts";
import { isTelling } from "./parameter-names.ts";
import { kindOfType } from "./stored-tensor.ts";

/** Computes a node whose inputs are all known; null if that op is not computed while a file is read. */
export function foldNode(context: NodeContext): Value | readonly Value[] | null {
  const { node } = context;
  const handler = Object.hasOwn(FOLDED, node.type) ? FOLDED[node.type] : undefined;
  return handler ? handler(context) : foldElements(context);
}

/** Returns the shape of any value as a known list. */
export function shapeOf(context: NodeContext): Known {
  const { node } = context;
  const shape = context.shape(0);
  return knownInts(shape.slice(node.int("start", 0), node.int("end", shape.length)));
}

const FOLDED: Readonly<Record<string, Handler>> = {
  Shape: shapeOf,
  Size: (context) => knownInts([sizeOf(context.shape(0))], []),
  Constant: constantOf,
  ConstantOfShape: (context) => {
    const filler = context.node.has("value") ? context.node.tensor("value") : known("float", [1]);
    const y = known(filler.kind, context.numbers(0));
    y.data.fill(at(filler.data, 0));
    return y;
  },
  Range: (context) => {
    const [start, limit, step] = [context.number(0), context.number(1), context.number(2)];
    const count = Math.max(Math.ceil((limit - start) / step), 0);
    const y = known(context.known(0).kind, [count]);
    for (let i = 0; i < count; i++) y.data[i] = start + i * step;
    return y;
  },
  Identity: (context) => {
    const x = context.known(0);
    const [name = ""] = context.node.outputs;
    // PyTorch stores equal weights once, and gives each layer its own by an Identity of its name.
    return x.weight !== null && isTelling(name) && !name.startsWith("/") ? { ...x, weight: name } : x;
  },
  Dropout: (context) => context.known(0),
  Cast: (context) => converted(context, context.known(0), context.node.int("to")),
  Reshape: (context) => reshaped(context.known(0), reshapedShape(context)),
  Flatten: (context) => reshaped(context.known(0), flattenedShape(context)),
  Squeeze: (context) => reshaped(context.known(0), squeezedShape(context)),
  Unsqueeze: (context) => reshaped(context.known(0), unsqueezedShape(context)),
  Transpose: (context) => {
    const x = context.known(0);
    const order = context.node.ints(
      "perm",
      x.shape.map((_, axis) => x.shape.length - 1 - axis),
    );
    if (order.length !== x.shape.length || !x.shape.every((_, axis) => order.includes(axis))) {
      context.node.fail(`the order ${showShape(order)} of ${showShape(x.shape)}. The file is damaged.`);
    }
    const own = stridesOf(x.shape);
    return strided(
      x,
      order.map((axis) => at(x.shape, axis)),
      order.map((axis) => at(own, axis)),
    );
  },
  Concat: (context) => {
    const parts = Array.from({ length: context.count }, (_, i) => context.known(i));
    const axis = axisOf(context, context.node.int("axis"), context.shape(0).length);
    const fits = (shape: Shape): boolean =>
      shape.length === context.shape(0).length && shape.every((size, i) => i === axis || size === context.shape(0)[i]);
    if (!parts.every(({ shape }) => fits(shape)))
      context.node.fail("the inputs differ in another axis than that of the join.");
    return joined(parts, axis);
  },
  Slice: (context) => {
    const x = context.known(0);
    const ranges = sliceRanges(context);
    const own = stridesOf(x.shape);
    return strided(
      x,
      ranges.map(({ count }) => count),
      ranges.map(({ step }, axis) => step * at(own, axis)),
      ranges.reduce((total, { start }, axis) => total + start * at(own, axis), 0),
    );
  },
  Split: (context) => {
    const x = context.known(0);
    const { axis, sizes } = partSizes(context);
    const strides = stridesOf(x.shape);
    let start = 0;
    return sizes.map((size) => {
      const from = start;
      start += size;
      const shape = x.shape.map((own, i) => (i === axis ? size : own));
      return strided(x, shape, strides, from * at(strides, axis));
    });
  },
  Gather: (context) => {
    const [x, indices] = [context.known(0), context.known(1)];
    const axis = axisOf(context, context.node.int("axis", 0), x.shape.length);
    const size = x.shape[axis] ?? 0;
    const wrong = indices.data.find((index) => !(index >= -size && index < size));
    if (wrong !== undefined) context.node.fail(`the index ${wrong} of an axis of size ${size}. The file is damaged.`);
    const rank = indices.shape.length;
    return pick(x, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (index) => {
      const offset = indices.shape.reduce((total, own, i) => total * own + at(index, axis + i), 0);
      const place = at(indices.data, offset);
      return [...index.slice(0, axis), place < 0 ? place + size : place, ...index.slice(axis + rank)];
    });
  },
  Expand: (context) => expanded(context.known(0), expandedShape(context)),
  Tile: (context) => {
    const x = context.known(0);
    const repeats = context.numbers(1);
    if (repeats.length !== x.shape.length)
      context.node.fail(`${repeats.length} repeats of ${showShape(x.shape)}. The file is damaged.`);
    return pick(
      x,
      x.shape.map((size, axis) => size * at(repeats, axis)),
      (index) => index.map((place, axis) => place % at(x.shape, axis)),
    );
  },
  ReduceProd: reduction((a, b) => a * b, 1),
  ReduceSum: reduction((a, b) => a + b, 0),
  ReduceMax: reduction(Math.max, Number.NEGATIVE_INFINITY),
  ReduceMin: reduction(Math.min, Number.POSITIVE_INFINITY),
  ScatterND: scattered,
};

function constantOf({ node }: NodeContext): Known {
  if (node.has("value")) return { ...node.tensor("value"), weight: null };
  if (node.has("value_float")) return { ...known("float", []), data: Float32Array.of(node.float("value_float")) };
  if (node.has("value_int")) return knownInts([node.int("value_int")], []);
  if (node.has("value_ints")) return knownInts(node.ints("value_ints"));
  if (node.has("value_floats")) {
    const values = node.floats("value_floats");
    return { ...known("float", [values.length]), data: Float32Array.from(values) };
  }
  return node.fail("the constant is sparse or a text. Expected a dense tensor of numbers.");
}

function converted({ node }: NodeContext, x: Known, type: number): Known {
  const kind: KnownKind | null = kindOfType(type);
  if (kind === null) return node.fail(`a cast to the ONNX type ${type}. Expected numbers of 8 bits or more.`);
  const y = known(kind, x.shape, kind === "float" ? x.weight : null);
  for (let i = 0; i < y.data.length; i++) {
    const value = at(x.data, i);
    y.data[i] = kind === "bool" ? Number(value !== 0) : kind === "int" ? Math.trunc(value) : value;
  }
  return y;
}

function reduction(combine: (a: number, b: number) => number, start: number): Handler {
  return (context) => {
    const x = context.known(0);
    const given = context.intsOf("axes", 1) ?? x.shape.map((_, axis) => axis);
    const axes = given.map((axis) => axisOf(context, axis, x.shape.length));
    const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const y = known(x.kind, kept);
    y.data.fill(start);
    const strides = kept.map((size, axis) => (size === 1 ? 0 : sizeOf(kept.slice(axis + 1))));
    for (let i = 0; i < x.data.length; i++) {
      let [rest, offset] = [i, 0];
      for (let axis = x.shape.length - 1; axis >= 0; axis--) {
        const size = at(x.shape, axis);
        offset += (rest % size) * at(strides, axis);
        rest = Math.floor(rest / size);
      }
      y.data[offset] = combine(at(y.data, offset), at(x.data, i));
    }
    const shape = context.node.int("keepdims", 1) === 1 ? kept : kept.filter((_, axis) => !axes.includes(axis));
    return reshaped(y, shape);
  };
}

/** Copies a value with slices of it replaced, as masks of windows are made. */
function scattered(context: NodeContext): Known {
  const [x, indices, updates] = [context.known(0), context.known(1), context.known(2)];
  const depth = indices.shape.at(-1) ?? 0;
  const rows = depth === 0 ? 0 : indices.data.length / depth;
  const length = sizeOf(x.shape.slice(depth));
  if (depth > x.shape.length || updates.data.length !== rows * length) {
    context.node.fail(`${updates.data.length} updates for ${rows} slices of ${length}. The file is damaged.`);
  }
  const y: Known = { ...x, data: x.data.slice() };
  for (let row = 0; row < rows; row++) {
    let offset = 0;
    for (let axis = 0; axis < depth; axis++) {
      const [size, index] = [at(x.shape, axis), at(indices.data, row * depth + axis)];
      if (!(index >= -size && index < size)) context.node.fail(`the index ${index} of an axis of size ${size}.`);
      offset = offset * size + (index < 0 ? index + size : index);
    }
    y.data.set(updates.data.subarray(row * length, (row + 1) * length), offset * length);
  }
  return y;
}

/** True if a node only reads the shape of its input. */
export const readsShape = (type: string): boolean => type === "Shape" || type === "Size";

/** True if a node is computed while the file is read. */
export const canFold = (context: NodeContext): boolean =>
  readsShape(context.node.type) ||
  Array.from({ length: context.count }, (_, i) => !context.has(i) || isKnown(context.value(i))).every(Boolean);
