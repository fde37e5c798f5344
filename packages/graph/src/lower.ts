import { elementwise, RULES } from "./blocked/rules.ts";
import { type Lowered, Stage } from "./blocked/stage.ts";
import type { ValueInfo } from "./devices/device.ts";
import { GraphError } from "./error.ts";
import { inputName } from "./input.ts";
import { OnnxBuilder } from "./onnx/builder.ts";
import { sameShape, showShape } from "./shape.ts";
import { inOrder, type Tensor } from "./tensor.ts";

/** A graph as an ONNX model, with what it takes and gives. */
export interface LoweredModel {
  readonly bytes: Uint8Array;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Whether there is anything in it in ONNX Runtime's own layout. */
  readonly blocked: boolean;
}

export interface LowerOptions {
  /** Convolutions, and what lies between them, in ONNX Runtime's own layout where they have such a form. Default false. */
  readonly blocked?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes a graph in ONNX. What no output depends on is not written, and what is computed twice from the same is once.
 */
export function lower(
  outputs: Readonly<Record<string, Tensor>>,
  { blocked = false, metadata = {} }: LowerOptions = {},
): LoweredModel {
  const builder = new OnnxBuilder();
  const order = inOrder(Object.values(outputs));
  const inputs = inputsOf(order);
  const stage = new Stage(builder, countUses(order, Object.values(outputs)));
  for (const tensor of order) {
    if (tensor.op.transparent) stage.copy(tensor, tensor.inputs[0] as Tensor);
    else stage.set(tensor, (blocked ? lowerBlocked(stage, tensor) : null) ?? lowerPlain(stage, tensor));
  }
  const results = Object.entries(outputs).map(([name, tensor]) => {
    const { shape, dtype } = tensor;
    return { name, shape, dtype, value: stage.plain(tensor) };
  });
  for (const { name } of results) {
    if (inputs.some((input) => input.name === name)) {
      throw new GraphError(`compile: '${name}' is the name of an input and of an output: give one of them another`);
    }
  }
  return { bytes: builder.encode(results, metadata), inputs, outputs: results, blocked: stage.usesBlocks };
}

/** How many tensors and outputs take each tensor. */
export function countUses(order: readonly Tensor[], outputs: readonly Tensor[]): ReadonlyMap<Tensor, number> {
  const uses = new Map<Tensor, number>();
  // A transparent op takes its value alone: what its gradient is made of, it does not compute.
  const taken = order.flatMap(({ op, inputs }) => (op.transparent ? inputs.slice(0, 1) : inputs));
  for (const tensor of [...taken, ...outputs]) uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  return uses;
}

function lowerPlain(stage: Stage, tensor: Tensor): Lowered {
  const { op, inputs, attributes } = tensor;
  const names = inputs.map((input) => stage.plain(input));
  return { plain: op.lower({ builder: stage.b.onnx, names, inputs, output: tensor, attributes: attributes as never }) };
}

function lowerBlocked(stage: Stage, tensor: Tensor): Lowered | null {
  const rule = RULES[tensor.op.name] ?? (tensor.op.elementwise ? elementwise : undefined);
  return rule?.(stage, tensor) ?? null;
}

function inputsOf(order: readonly Tensor[]): ValueInfo[] {
  const inputs = new Map<string, ValueInfo>();
  for (const tensor of order) {
    const name = inputName(tensor);
    if (name === null) continue;
    const { shape, dtype } = tensor;
    const before = inputs.get(name);
    if (before && !(sameShape(before.shape, shape) && before.dtype === dtype)) {
      throw new GraphError(
        `compile: two inputs are named '${name}': ${before.dtype} ${showShape(before.shape)} and ${dtype} ${showShape(shape)}`,
      );
    }
    inputs.set(name, { name, shape, dtype });
  }
  return [...inputs.values()];
}
