import { compile } from "../compile/compile.ts";
import { countUses } from "../compile/lower.ts";
import { constant } from "../core/constant.ts";
import { inOrder } from "../core/in-order.ts";
import { inputName } from "../core/input.ts";
import { sizeOf } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";
import { DEVICE } from "./device.ts";
import { dataOf, weight, weightName } from "./weight.ts";

export type Outputs = Readonly<Record<string, Tensor>>;

/** The numbers of a model, by name. */
export type Values = Readonly<Record<string, Float32Array>>;

/**
 * A graph of images alone: weights have become fixed numbers, what depends on nothing else is computed, and scale and
 * shift of each channel are part of the convolution or dense layer before them.
 * @param images the one input that stays
 */
export async function fold(outputs: Outputs, images: Tensor, values: Values): Promise<Outputs> {
  return foldAffine(await computeKnown(bind(outputs, images, values), images));
}

/** Puts weights in the place of inputs. */
function bind(outputs: Outputs, images: Tensor, values: Values): Outputs {
  return rewrite(outputs, (tensor, inputs) => {
    // Only gradients need these.
    if (tensor.op.transparent) return inputs[0] as Tensor;
    const name = inputName(tensor);
    if (name === null || tensor === images) return withInputs(tensor, inputs);
    const data = values[name];
    if (data) return weight(name, data, tensor.shape);
    throw new GraphError(
      `export: the model has an input '${name}' besides its images: expected parameters and buffers`,
    );
  });
}

/** Computes what images are combined with, as far as that depends on weights alone. */
async function computeKnown(outputs: Outputs, images: Tensor): Promise<Outputs> {
  const order = inOrder(Object.values(outputs));
  const open = new Set([images]);
  const sums = new Set<Tensor>();
  for (const tensor of order) {
    if (!tensor.inputs.some((input) => open.has(input))) continue;
    open.add(tensor);
    for (const input of tensor.inputs) {
      if (!open.has(input) && input.inputs.length > 0 && input.dtype === "float32") sums.add(input);
    }
  }
  if (sums.size === 0) return outputs;
  const named = new Map([...sums].map((tensor, i) => [tensor, `value ${i}`]));
  const program = await compile(Object.fromEntries([...named].map(([tensor, name]) => [name, tensor])), {
    device: DEVICE,
    lowering: "portable",
    // A file never depends on what was measured.
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

/** Ops whose weight has the filters along its first axis, and whose third input is a bias of each. */
const FILTERING: readonly string[] = ["conv2d", "dense"];

/** (conv(x, w) + b) * scale + shift is conv(x, w * scale) + (b * scale + shift). */
function foldAffine(outputs: Outputs): Outputs {
  const order = inOrder(Object.values(outputs));
  const uses = countUses(order, Object.values(outputs));
  const taken = new Set(order.map(weightName));
  /** Under the name of the numbers that they replace, if nothing else has these. */
  const renewed = (before: Tensor, data: Float32Array): Tensor => {
    const name = uses.get(before) === 1 ? weightName(before) : null;
    return name === null ? constant(data, before.shape) : weight(name, data, before.shape);
  };
  const added = (filters: Tensor, data: Float32Array): Tensor => {
    const name = weightName(filters)?.replace(/weight$/, "bias");
    if (name === undefined || taken.has(name)) return constant(data, [data.length]);
    taken.add(name);
    return weight(name, data, [data.length]);
  };
  return rewrite(outputs, (tensor, inputs) => {
    const [layer, ...affine] = inputs;
    const only = tensor.op.name === "channelAffine" && uses.get(tensor.inputs[0] as Tensor) === 1;
    if (!(only && FILTERING.includes((layer as Tensor).op.name))) return withInputs(tensor, inputs);
    const [x, filters, bias] = (layer as Tensor).inputs as [Tensor, Tensor, Tensor?];
    const [scale, shift] = affine.map(dataOf) as [Float32Array | null, Float32Array | null];
    const [w, b] = [dataOf(filters), bias ? dataOf(bias) : new Float32Array(scale?.length ?? 0)];
    if (!(scale && shift && w && b)) return withInputs(tensor, inputs);
    const size = sizeOf(filters.shape.slice(1));
    // Products of float32 numbers are exact in float64, so each result is rounded once.
    const scaled = w.map((value, i) => value * (scale[Math.floor(i / size)] as number));
    const moved = b.map((value, i) => value * (scale[i] as number) + (shift[i] as number));
    const together = [x, renewed(filters, scaled), bias ? renewed(bias, moved) : added(filters, moved)];
    return withInputs(layer as Tensor, together);
  });
}

/** The same graph, but that each tensor is what `change` makes of it and of its changed inputs. */
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
