import { kindOf } from "@downhill/optim/kind-of";
import { checkTensors } from "../core/check.ts";
import { fail } from "../error.ts";
import { Scope } from "../model/scope.ts";

/**
 * Checks the first arguments of a layer.
 * @param layer name of the function
 * @throws GraphError unless they are the scope of a model, a name and a tensor
 */
export function checkLayer(layer: string, scope: unknown, name: unknown, x: unknown): void {
  if (!(scope instanceof Scope)) {
    fail(layer, `the scope is ${kindOf(scope)}. Expected the scope that the model's function receives.`);
  }
  if (typeof name !== "string") fail(layer, `the name is ${kindOf(name)}. Expected a string, such as "fc1".`);
  checkTensors(layer, [x]);
}

/**
 * Checks the size of a layer's windows.
 * @throws GraphError unless it is a number or a list
 */
export function checkKernel(layer: string, kernel: unknown): void {
  if (typeof kernel === "number" || Array.isArray(kernel)) return;
  fail(layer, `kernel is ${kindOf(kernel)}. Expected a number, or [height, width].`);
}
