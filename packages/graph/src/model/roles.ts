import type { Role } from "@downhill/optim";
import { inOrder } from "../core/in-order.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Scope, Variable } from "./scope.ts";

/**
 * Finds the roles of a model's parameters in its graph. Of the weights that layers call hidden, those that are applied to
 * images before any other weight are `input` weights, and those whose result reaches an output without another weight
 * are `head` weights. The only weight of a model is its head.
 */
export function findRoles(
  { parameters, buffers }: Scope,
  images: Tensor,
  outputs: Iterable<Tensor>,
): Map<string, Role> {
  const roles = new Map([...parameters].map(([name, { role = "bias" }]) => [name, role] as const));
  const hidden = new Map(
    [...parameters].flatMap(([name, { role, tensor }]) => (role === "hidden" ? [[tensor, name] as const] : [])),
  );
  // The filters of a whitening layer are a buffer.
  const variables = [...parameters.values(), ...buffers.values()];
  const weights = new Set(
    variables.flatMap(({ role = "hidden", shape, tensor }) =>
      shape.length > 1 && (role === "hidden" || role === "input") ? [tensor] : [],
    ),
  );
  const order = inOrder(outputs);
  /** Tensors that depend on the images. */
  const data = new Set([images]);
  /** Weights that any other tensor depends on. */
  const contents = new Map<Tensor, readonly Tensor[]>();
  for (const tensor of order) {
    if (tensor.inputs.some((input) => data.has(input))) data.add(tensor);
    else contents.set(tensor, weights.has(tensor) ? [tensor] : tensor.inputs.flatMap((x) => contents.get(x) ?? []));
  }
  const applied = ({ inputs }: Tensor): Tensor[] => inputs.flatMap((input) => contents.get(input) ?? []);
  const setRoles = (tensors: readonly Tensor[], role: Role): void => {
    for (const name of tensors.map((tensor) => hidden.get(tensor))) if (name !== undefined) roles.set(name, role);
  };
  const steps = order.filter((tensor) => data.has(tensor));

  /** Results of weights. */
  const results = new Set<Tensor>();
  for (const tensor of steps) {
    const isLater = tensor.inputs.some((input) => results.has(input));
    if (!isLater) setRoles(applied(tensor), "input");
    if (isLater || applied(tensor).length > 0) results.add(tensor);
  }
  /** Tensors that reach an output without a weight. */
  const last = new Set(outputs);
  for (const tensor of steps.reverse()) {
    if (!last.has(tensor)) continue;
    setRoles(applied(tensor), "head");
    if (applied(tensor).length === 0) for (const input of tensor.inputs) last.add(input);
  }
  return roles;
}

/** Returns the roles of a model's parameters by name, for `updateGraph`. */
export const rolesOf = ({ parameters }: { readonly parameters: readonly Variable[] }): Record<string, Role> =>
  Object.fromEntries(parameters.flatMap(({ name, role }) => (role ? [[name, role] as const] : [])));
