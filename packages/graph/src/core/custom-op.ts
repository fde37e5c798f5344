import { kindOf } from "@downhill/optim/kind-of";
import { fail } from "../error.ts";
import type { OnnxBuilder } from "../onnx/builder.ts";
import { defineFunction } from "./define-function.ts";
import { apply, defineOp } from "./op.ts";
import { type Shape, sameShape, showShape } from "./shape.ts";
import { type Inputs, type PerInput, Tensor } from "./tensor.ts";
import type { DType } from "./values.ts";

/** Adds nodes of ONNX ops, of opset 18 or of another domain as `"com.microsoft::Gelu"`, and constants to a program. */
export type NodeBuilder = Pick<OnnxBuilder, "node" | "nodes" | "constant" | "float" | "ints">;

/** Arguments of the gradient of a custom op. */
export interface CustomGradientContext<I extends Inputs> {
  readonly inputs: I;
  readonly output: Tensor;
  /** Gradient of the result with respect to the output, in the output's shape. */
  readonly cotangent: Tensor;
}

/** Returns the gradient by each input, in its shape; null where none flows. */
export type CustomGradient<I extends Inputs> = (context: CustomGradientContext<I>) => PerInput<I, Tensor | null>;

/** A custom op in terms of other ops, whose gradient replaces theirs. */
export interface ComputedOp<I extends Inputs> {
  /** Name of the op in errors. */
  readonly name: string;
  /** Computes the value. */
  readonly compute: (...inputs: I) => Tensor;
  /** Builds the gradient from other ops, so that it has a gradient too. */
  readonly gradient: CustomGradient<I>;
}

/** A custom op of ONNX nodes. */
export interface LoweredOp<I extends Inputs> {
  /** Name of the op in errors. */
  readonly name: string;
  /** Returns the shape of the output, and its type if that differs from the first input's; checks the inputs. */
  readonly infer: (...inputs: I) => { readonly shape: Shape; readonly dtype?: DType };
  /** Adds the nodes; returns the name of the output's value. */
  readonly lower: (context: {
    readonly builder: NodeBuilder;
    /** Names of the inputs' values. */
    readonly names: PerInput<I, string>;
    readonly inputs: I;
    readonly output: Tensor;
  }) => string;
  /** Builds the gradient from other ops, so that it has a gradient too. Without it, the op stops gradients. */
  readonly gradient?: CustomGradient<I>;
}

/**
 * Defines an op with a gradient of its own, in terms of other ops or of ONNX nodes.
 * @returns a function of the input tensors
 * @throws GraphError if the definition is incomplete, and when the op is used: if an input is no tensor, or a gradient does
 * not have the shape of its input
 * @example
 * // A straight-through estimator: the sign, with the gradient of a clipped identity.
 * const binarize = defineOp({
 *   name: "binarize",
 *   compute: (x: Tensor) => ops.sign(x),
 *   gradient: ({ inputs: [x], cotangent }) => [ops.where(ops.lessOrEqual(ops.abs(x), 1), cotangent, 0)],
 * });
 * @example
 * const round = defineOp({
 *   name: "round",
 *   infer: (x: Tensor) => ({ shape: x.shape }),
 *   lower: ({ builder, names: [x] }) => builder.node("Round", [x]),
 *   gradient: ({ cotangent }) => [cotangent],
 * });
 */
export function defineCustomOp<I extends Inputs>(definition: ComputedOp<I> | LoweredOp<I>): (...inputs: I) => Tensor {
  if (typeof definition !== "object" || definition === null) {
    fail(
      "defineOp",
      `the definition is ${kindOf(definition)}. Expected an object, such as { name, compute, gradient }.`,
    );
  }
  const { name } = definition;
  if (typeof name !== "string" || name === "") fail("defineOp", "the name is empty. Expected the name of the op.");
  if ("compute" in definition && typeof definition.compute === "function") return computed(definition);
  if ("lower" in definition && typeof definition.infer === "function") return lowered(definition);
  return fail("defineOp", `'${name}' has no value. Expected compute and gradient, or infer and lower.`);
}

function computed<I extends Inputs>({ name, compute, gradient }: ComputedOp<I>): (...inputs: I) => Tensor {
  if (typeof gradient !== "function") {
    fail("defineOp", `'${name}' has no gradient. Expected one; without it, call the ops of compute directly.`);
  }
  const withGradient = defineFunction<I>({
    name: customName(name),
    gradient: ({ inputs, y, cotangent }) => checked(name, inputs, gradient({ inputs, output: y, cotangent })),
  });
  return (...inputs) => {
    checkInputs(name, inputs);
    const value = compute(...inputs);
    if (!(value instanceof Tensor)) fail(name, "compute returned no tensor. Expected the result of an op.");
    return withGradient(value, inputs, {});
  };
}

function lowered<I extends Inputs>({ name, infer, lower, gradient }: LoweredOp<I>): (...inputs: I) => Tensor {
  const op = defineOp<I>({
    name: customName(name),
    infer: (inputs) => {
      const { shape, dtype } = infer(...inputs);
      checkShape(name, shape);
      return { shape: [...shape], ...(dtype && { dtype }) };
    },
    ...(gradient && {
      gradient: ({ inputs, output, cotangent }) => checked(name, inputs, gradient({ inputs, output, cotangent })),
    }),
    lower: ({ builder, names, inputs, output }) => lower({ builder, names, inputs, output }),
  });
  return (...inputs) => {
    checkInputs(name, inputs);
    if (inputs.length === 0) fail(name, "no inputs. Expected at least one tensor.");
    return apply(op, inputs, {});
  };
}

/** Returns a name that no op of this package has, since lowerings are found by name. */
const customName = (name: string): string => `${name} (custom)`;

function checkInputs(name: string, inputs: Inputs): void {
  const index = inputs.findIndex((input) => !(input instanceof Tensor));
  if (index !== -1)
    fail(name, `input ${index} is ${typeof inputs[index]}. Expected a tensor; wrap numbers in constant().`);
}

function checkShape(name: string, shape: Shape): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 1)) return;
  fail(name, `infer returned the shape ${JSON.stringify(shape)}. Expected whole numbers of at least 1.`);
}

function checked<I extends Inputs, G extends PerInput<I, Tensor | null>>(name: string, inputs: I, gradients: G): G {
  if (!Array.isArray(gradients) || gradients.length !== inputs.length) {
    const count = Array.isArray(gradients) ? `${gradients.length} gradients` : "no list";
    fail(name, `gradient returned ${count}. Expected ${inputs.length}, one for each input, or null where none flows.`);
  }
  for (const [i, gradient] of (gradients as readonly (Tensor | null)[]).entries()) {
    const { shape } = inputs[i] as Tensor;
    if (gradient === null || (gradient?.dtype === "float32" && sameShape(gradient.shape, shape))) continue;
    const found = gradient instanceof Tensor ? `${gradient.dtype} ${showShape(gradient.shape)}` : typeof gradient;
    fail(name, `gradient ${i} is ${found}. Expected float32 ${showShape(shape)}, the shape of input ${i}, or null.`);
  }
  return gradients;
}
