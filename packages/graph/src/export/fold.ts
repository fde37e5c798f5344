import { compile } from "../compile/compile.ts";
import { countUses } from "../compile/lower.ts";
import { constant } from "../core/constant.ts";
import { inOrder } from "../core/in-order.ts";
import { inputName } from "../core/input.ts";
import { at, sizeOf } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { DEVICE } from "./device.ts";
import { dataOf, weight, weightName } from "./weight.ts";

/** Tensors by the names of the outputs. */
export type Outputs = Readonly<Record<string, Tensor>>;

/** Numbers of parameters and buffers, by name. */
export type Values = Readonly<Record<string, Float32Array>>;

/**
 * Folds a graph to one that depends on images alone: weights become constants, subgraphs that depend only on weights
 * are computed, and the scale and shift of each channel are folded into the convolution or dense layer before them.
 * @param images the only input that remains
 * @throws GraphError if the model has an input other than images, parameters and buffers
 */
export async function fold(outputs: Outputs, images: Tensor, values: Values): Promise<Outputs> {
  return foldAffine(await computeKnown(bind(outputs, images, values), images));
}

/** Replaces inputs by the weights of the same names. */
function bind(outputs: Outputs, images: Tensor, values: Values): Outputs {
  return rewrite(outputs, (tensor, inputs) => {
    // A transparent op only defines a gradient; its value is its first input.
    if (tensor.op.transparent) return at(inputs, 0);
    const name = inputName(tensor);
    if (name === null || tensor === images) return withInputs(tensor, inputs);
    const data = values[name];
    if (data) return weight(name, data, tensor.shape);
    throw new GraphError(`export: the model has an input '${name}'. Expected only images, parameters and buffers.`);
  });
}

/** Computes the tensors that are combined with images, if they depend only on weights. */
async function computeKnown(outputs: Outputs, images: Tensor): Promise<Outputs> {
  const order = inOrder(Object.values(outputs));
  const open = new Set([images]);
  const computable = new Set<Tensor>();
  for (const tensor of order) {
    if (!tensor.inputs.some((input) => open.has(input))) continue;
    open.add(tensor);
    for (const input of tensor.inputs) {
      if (!open.has(input) && input.inputs.length > 0 && input.dtype === "float32") computable.add(input);
    }
  }
  if (computable.size === 0) return outputs;
  const named = new Map([...computable].map((tensor, i) => [tensor, `value ${i}`]));
  const program = await compile(Object.fromEntries([...named].map(([tensor, name]) => [name, tensor])), {
    device: DEVICE,
    lowering: "portable",
    // The file must not depend on measured speed.
    tune: false,
  });
  try {
    const values: Values = await program.run({});
    return rewrite(outputs, (tensor, inputs) => {
      const name = named.get(tensor);
      return name === undefined ? withInputs(tensor, inputs) : constant(values[name] as Float32Array, tensor.shape);
    });
  } finally {
    await program.dispose();
  }
}

/** Ops with a weight whose first axis is the filters, and with a bias per filter as the third input. */
const WITH_FILTERS: readonly string[] = ["conv2d", "dense"];

/** Folds scale and shift: (conv(x, w) + b) * scale + shift is conv(x, w * scale) + (b * scale + shift). */
function foldAffine(outputs: Outputs): Outputs {
  const order = inOrder(Object.values(outputs));
  const uses = countUses(order, Object.values(outputs));
  const taken = new Set(order.map(weightName));
  /** New numbers of a weight; they keep its name if no other tensor uses the old ones. */
  const renewed = (before: Tensor, data: Float32Array): Tensor => {
    const name = uses.get(before) === 1 ? weightName(before) : null;
    return name === null ? constant(data, before.shape) : weight(name, data, before.shape);
  };
  /** Bias of a layer that had none, named after its weight. */
  const added = (filters: Tensor, data: Float32Array): Tensor => {
    const name = weightName(filters)?.replace(/weight$/, "bias");
    if (name === undefined || taken.has(name)) return constant(data, [data.length]);
    taken.add(name);
    return weight(name, data, [data.length]);
  };
  return rewrite(outputs, (tensor, inputs) => {
    const [layer, ...affine] = inputs;
    const [before] = tensor.inputs;
    const isOnlyUse = tensor.op.name === "channelAffine" && before && uses.get(before) === 1;
    if (!(isOnlyUse && layer && WITH_FILTERS.includes(layer.op.name))) return withInputs(tensor, inputs);
    const [x, filters, bias] = layer.inputs;
    const [scale, shift] = affine.map(dataOf);
    if (!(x && filters && scale && shift)) return withInputs(tensor, inputs);
    const [w, b] = [dataOf(filters), bias ? dataOf(bias) : new Float32Array(scale.length)];
    if (!(w && b)) return withInputs(tensor, inputs);
    const size = sizeOf(filters.shape.slice(1));
    // Products of float32 numbers are exact in float64, so each result is rounded once.
    const scaled = w.map((value, i) => value * at(scale, Math.floor(i / size)));
    const moved = b.map((value, i) => value * at(scale, i) + at(shift, i));
    const together = [x, renewed(filters, scaled), bias ? renewed(bias, moved) : added(filters, moved)];
    return withInputs(layer, together);
  });
}

/**
 * Rebuilds a graph: each tensor is replaced by the result of `change`, which receives the tensor and its replaced
 * inputs.
 */
function rewrite(outputs: Outputs, change: (tensor: Tensor, inputs: readonly Tensor[]) => Tensor): Outputs {
  const made = new Map<Tensor, Tensor>();
  const changed = (tensor: Tensor): Tensor => made.get(tensor) as Tensor;
  for (const tensor of inOrder(Object.values(outputs))) made.set(tensor, change(tensor, tensor.inputs.map(changed)));
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, changed(tensor)]));
}

function withInputs(tensor: Tensor, inputs: readonly Tensor[]): Tensor {
  const { op, attributes, shape, dtype } = tensor;
  const same = inputs.length === tensor.inputs.length && inputs.every((input, i) => input === tensor.inputs[i]);
  return same ? tensor : new Tensor(op, inputs, attributes, shape, dtype);
}
