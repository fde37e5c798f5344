import { kindOf } from "@downhill/optim/kind-of";
import { checkName } from "../core/check.ts";
import { type Shape, sameShape, showShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";

/** Name of the output of a model with a single output. */
export const OUTPUT = "output";

/** Outputs of a model by name. The names are known if the type of the model has them. */
export type OutputTensors<Name extends string> = string extends Name
  ? Readonly<Record<string, Tensor>> & { readonly [OUTPUT]: Tensor }
  : Readonly<Record<Name, Tensor>>;

/**
 * Returns the outputs of a forward pass by name.
 * @param batchSize first axis of each output
 * @throws GraphError if the result is neither a tensor nor tensors by name, or a first axis is not the batch size
 */
export function outputsOf(model: string, returned: unknown, batchSize: number): Record<string, Tensor> {
  const named: Readonly<Record<string, unknown>> = isRecord(returned) ? returned : { [OUTPUT]: returned };
  const entries = Object.entries(named);
  if (entries.length === 0)
    throw new GraphError(`${model}: the model has no output. Return a tensor, or tensors by name.`);
  return Object.fromEntries(
    entries.map(([name, tensor]): [string, Tensor] => {
      const what = named === returned ? `the output '${name}'` : "the output";
      checkName(model, "output", name);
      if (name === "images") {
        throw new GraphError(`${model}: an output is named '${name}'. Rename it; images are the input of the model.`);
      }
      if (!(tensor instanceof Tensor)) {
        throw new GraphError(`${model}: ${what} is ${kindOf(tensor)}. Return a tensor, or tensors by name.`);
      }
      if (tensor.dtype !== "float32") {
        throw new GraphError(`${model}: ${what} is ${tensor.dtype}. Expected float32. Cast it.`);
      }
      if (tensor.shape[0] !== batchSize) {
        throw new GraphError(
          `${model}: ${what} has the shape ${showShape(tensor.shape)} for a batch of ${batchSize}. Expected [${batchSize}, ...], one row per image.`,
        );
      }
      return [name, tensor];
    }),
  );
}

/**
 * Returns the only output of a model.
 * @throws GraphError if it has several
 */
export function singleOutput<T>(model: string, outputs: Readonly<Record<string, T>>): T {
  const [first, ...others] = Object.entries(outputs);
  if (first && others.length === 0) return first[1];
  throw new GraphError(
    `${model}: the model has several outputs, ${Object.keys(outputs).join(", ")}. Read each by its name in outputs.`,
  );
}

/**
 * Checks that a model is a classifier.
 * @throws GraphError if it has no classes, or its output is not [batch, classes]
 */
export function checkLogits(model: string, classes: number, outputs: Readonly<Record<string, Shape>>): void {
  const logits = singleOutput(model, outputs);
  if (sameShape(logits, [classes])) return;
  throw new GraphError(
    `${model}: the logits of one image have the shape ${showShape([1, ...logits])}. Expected [1, ${classes}].`,
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !(value instanceof Tensor) && !(value instanceof Promise);
