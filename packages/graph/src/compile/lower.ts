import { BlockedBuilder } from "../blocked/layout.ts";
import { LoweredTensors, type LoweredValue } from "../blocked/lowered-tensors.ts";
import { lowerBlocked } from "../blocked/lowerings/index.ts";
import { inOrder } from "../core/in-order.ts";
import { failUnequal, inputName } from "../core/input.ts";
import { at, sameShape } from "../core/shape.ts";
import type { Tensor } from "../core/tensor.ts";
import type { ValueInfo } from "../core/values.ts";
import { GraphError } from "../error.ts";
import { OnnxBuilder } from "../onnx/builder.ts";
import { type ChooseVariant, chooseDefault } from "../tuning/tuning-key.ts";

/** A graph as an ONNX model, with its inputs and outputs. */
export interface LoweredModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** True if any tensor of the model is in ONNX Runtime's blocked layout. */
  readonly blocked: boolean;
}

export interface LowerOptions {
  /**
   * Block size of the device. Convolutions, and the ops between them, stay in ONNX Runtime's blocked layout where they
   * support it; null for standard ops only. Default null.
   */
  readonly block?: number | null;
  /** Chooses among the variants of a computation. Default: the default variant. */
  readonly choose?: ChooseVariant;
  /** True for other forms of the convolutions that WebGPU computes wrongly. Default false. */
  readonly isForWebgpu?: boolean;
  /** Texts to store in the model, by name. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a graph as an ONNX model. Leaves out tensors that no output depends on, and merges equal nodes with equal inputs.
 * @throws GraphError if two inputs, or an input and an output, share a name
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  { block = null, choose = chooseDefault, isForWebgpu = false, metadata = {} }: LowerOptions = {},
): LoweredModel {
  const builder = new OnnxBuilder({ isForWebgpu });
  const order = inOrder(Object.values(outputs));
  const inputs = inputsOf(order);
  // Blocks of one channel are the plain layout.
  const b = new BlockedBuilder(builder, block ?? 1);
  const lowered = new LoweredTensors(b, usersOf(order, Object.values(outputs)), choose);
  for (const tensor of order) {
    if (tensor.op.transparent) lowered.copy(tensor, at(tensor.inputs, 0));
    else lowered.set(tensor, (block === null ? null : lowerBlocked(lowered, tensor)) ?? lowerPlain(lowered, tensor));
  }
  const results = Object.entries(outputs).map(([name, tensor]) => {
    const { shape, dtype } = tensor;
    return { name, shape, dtype, value: lowered.plain(tensor) };
  });
  for (const { name } of results) {
    if (inputs.some((input) => input.name === name)) {
      throw new GraphError(`compile: '${name}' is the name of an input and of an output. Rename one of them.`);
    }
  }
  return { bytes: builder.encode(results, metadata), inputs, outputs: results, blocked: lowered.usesBlocks };
}

/** Returns the tensors that read each tensor; null stands for an output. */
function usersOf(order: readonly Tensor[], outputs: readonly Tensor[]): ReadonlyMap<Tensor, (Tensor | null)[]> {
  const users = new Map<Tensor, (Tensor | null)[]>();
  const add = (tensor: Tensor, user: Tensor | null): void => {
    const known = users.get(tensor);
    if (known) known.push(user);
    else users.set(tensor, [user]);
  };
  for (const user of order) {
    // A transparent op reads only its value; its other inputs serve its gradient.
    const read = user.op.transparent ? user.inputs.slice(0, 1) : user.inputs;
    for (const tensor of read) add(tensor, user);
  }
  for (const tensor of outputs) add(tensor, null);
  return users;
}

/** Counts the tensors and outputs that read each tensor. */
export const countUses = (order: readonly Tensor[], outputs: readonly Tensor[]): ReadonlyMap<Tensor, number> =>
  new Map([...usersOf(order, outputs)].map(([tensor, users]) => [tensor, users.length]));

function lowerPlain(lowered: LoweredTensors, tensor: Tensor): LoweredValue {
  const { op, inputs, attributes } = tensor;
  const names = inputs.map((input) => lowered.plain(input));
  const context = { builder: lowered.b.onnx, names, inputs, output: tensor, attributes: attributes as never };
  return { plain: op.lower({ ...context, choose: lowered.choose }) };
}

function inputsOf(order: readonly Tensor[]): ValueInfo[] {
  const inputs = new Map<string, Tensor>();
  for (const tensor of order) {
    const name = inputName(tensor);
    if (name === null) continue;
    const before = inputs.get(name);
    if (before && !(sameShape(before.shape, tensor.shape) && before.dtype === tensor.dtype)) {
      failUnequal("compile", before, tensor);
    }
    inputs.set(name, tensor);
  }
  return [...inputs].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
}
