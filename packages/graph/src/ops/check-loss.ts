import { kindOf } from "@downhill/optim/kind-of";
import { checkTensors, checkTypes } from "../core/check.ts";
import { constant } from "../core/constant.ts";
import { broadcast, sameShape, showShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { fail } from "../error.ts";

/**
 * Checks that tensors of a loss are float32 and have one shape. [N, 1] and [N] would broadcast to all pairs, which is a
 * common mistake.
 * @throws GraphError for another type or shape
 */
export function checkEqualShapes(op: string, tensors: Readonly<Record<string, Tensor>>): void {
  const all = Object.values(tensors);
  checkTensors(op, all);
  if (all.some(({ shape }) => !sameShape(shape, (all[0] as Tensor).shape))) {
    const found = Object.entries(tensors).map(([name, { shape }]) => `${name} ${showShape(shape)}`);
    fail(op, `${found.join(", ")}. Expected equal shapes.`);
  }
  checkTypes(op, all, ["float32"]);
}

/** Weights as an option: a tensor, or one number for each index of the last axis. */
export type LossWeights = Tensor | readonly number[];

/**
 * Returns weights as a float32 tensor that broadcasts to the shape of the losses.
 * @throws GraphError for another type or shape
 */
export function toWeights(op: string, name: string, weights: LossWeights | undefined, losses: Tensor): Tensor | null {
  if (weights === undefined || weights === null) return null;
  const tensor = toVector(op, name, weights);
  const both = broadcast(tensor.shape, losses.shape);
  if (tensor.dtype === "float32" && both && sameShape(both, losses.shape)) return tensor;
  const found = `${name} is ${tensor.dtype} ${showShape(tensor.shape)}`;
  return fail(op, `${found}. Expected float32, with a shape that broadcasts to ${showShape(losses.shape)}.`);
}

function toVector(op: string, name: string, values: LossWeights): Tensor {
  if (values instanceof Tensor) return values;
  if (!isList(values)) fail(op, `${name} is ${kindOf(values)}. Expected a tensor or a list of numbers.`);
  const wrong = values.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  if (wrong !== -1) fail(op, `${name}[${wrong}] is ${values[wrong]}. Expected finite numbers.`);
  return constant(Float32Array.from(values), [values.length]);
}

const isList = (values: unknown): values is readonly number[] => Array.isArray(values) || ArrayBuffer.isView(values);

/**
 * Returns one number for each class as a tensor [classes].
 * @throws GraphError for another type or number of values
 */
export function perClass(op: string, name: string, values: LossWeights, classes: number): Tensor {
  const tensor = toVector(op, name, values);
  if (tensor.dtype === "float32" && sameShape(tensor.shape, [classes])) return tensor;
  return fail(
    op,
    `${name} is ${tensor.dtype} ${showShape(tensor.shape)}. Expected float32 [${classes}], one number per class.`,
  );
}
