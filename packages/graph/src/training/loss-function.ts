import { kindOf } from "@downhill/optim/kind-of";
import { withoutGradients } from "../core/gradients.ts";
import { showShape } from "../core/shape.ts";
import { Tensor } from "../core/tensor.ts";
import { GraphError } from "../error.ts";

/**
 * Checks that a loss or metric is a function.
 * @param what name of the function in errors
 */
export function checkFunction(place: string, what: string, given: unknown): void {
  if (typeof given === "function") return;
  throw new GraphError(`${place}: the ${what} is ${kindOf(given)}. Expected a function of the batch's tensors.`);
}

/**
 * Checks a loss or a metric that a function returned.
 * @throws GraphError for anything but a single float32 number
 */
export function checkScalar(place: string, what: string, made: unknown): Tensor {
  if (!(made instanceof Tensor)) {
    throw new GraphError(`${place}: the ${what} is ${kindOf(made)}. Return a tensor, such as ops.mean of the losses.`);
  }
  if (made.shape.length === 0 && made.dtype === "float32") return made;
  throw new GraphError(
    `${place}: the ${what} is ${made.dtype} ${showShape(made.shape)}. Expected one float32 number, such as ops.mean of it.`,
  );
}

/**
 * Builds metrics by name.
 * @param tensors arguments of each function
 * @throws GraphError for a metric that is no single float32 number, or calls `gradients`
 */
export function buildMetrics(
  place: string,
  metrics: Readonly<Record<string, unknown>>,
  tensors: unknown,
): Record<string, Tensor> {
  const build = (name: string, metric: unknown): Tensor => {
    const why = `the metric '${name}' of ${place} calls gradients. Compute metrics from the forward pass.`;
    const made = withoutGradients(why, () => (metric as (tensors: unknown) => unknown)(tensors));
    return checkScalar(place, `metric '${name}'`, made);
  };
  return Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, build(name, metric)]));
}

/** Tensors or networks by name, which throw for a name that none of them has. */
export const namedValues = <T>(place: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  new Proxy(values, {
    get(all, name) {
      if (typeof name === "symbol" || name in all) return Reflect.get(all, name);
      const known = Object.keys(all).join(", ");
      throw new GraphError(`${place}: a loss or a metric reads '${name}'. Expected one of ${known}.`);
    },
  });
