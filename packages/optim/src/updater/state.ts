import type { FloatArray } from "../backends/backend.ts";
import type { TensorBinding } from "./binding.ts";

/** What an updater saves of one tensor. */
export interface TensorState {
  readonly shape: readonly number[];
  /** By state name: as many numbers as the state has, or one number. Copies, not views. */
  readonly values: Readonly<Record<string, FloatArray | number>>;
}

/** A plain object: structured clone, or any serializer that knows typed arrays, keeps it. */
export interface UpdaterState {
  /** The rule's name, with its wrappers. */
  readonly optimizer: string;
  /** Steps taken. */
  readonly step: number;
  /** Calls since the last update, under gradient accumulation. */
  readonly microStep: number;
  readonly seed: number;
  readonly tensors: Readonly<Record<string, TensorState>>;
}

export function saveTensor(binding: TensorBinding): TensorState {
  const values: Record<string, FloatArray | number> = {};
  for (const [state, shape] of binding.specialization.shapes) {
    values[state] = binding.scalars.get(state) ?? binding.view(state, shape).slice();
  }
  return { shape: binding.parameters.shape(binding.name), values };
}

export function restoreTensor(binding: TensorBinding, saved: TensorState): void {
  for (const [state, shape] of binding.specialization.shapes) {
    const value = saved.values[state];
    if (typeof value === "number") binding.scalars.set(state, value);
    else binding.view(state, shape).set(value as FloatArray);
  }
}

/** The first thing in which a saved state does not fit; null where all fits. */
export function firstDifference(
  optimizer: string,
  bindings: readonly TensorBinding[],
  saved: UpdaterState,
): string | null {
  if (saved?.optimizer !== optimizer) return `it was saved by '${saved?.optimizer}', and this is '${optimizer}'`;
  if (!Number.isInteger(saved.step) || saved.step < 0) return `its step is ${saved.step}, not a count`;
  const expected = new Set(bindings.map(({ name }) => name));
  for (const binding of bindings) {
    const tensor = saved.tensors[binding.name];
    if (!tensor) return `it has no state of tensor '${binding.name}'`;
    const difference = tensorDifference(binding, tensor);
    if (difference) return difference;
  }
  const extra = Object.keys(saved.tensors).find((name) => !expected.has(name));
  return extra === undefined ? null : `it has state of tensor '${extra}', which is not updated here`;
}

function tensorDifference(binding: TensorBinding, tensor: TensorState): string | null {
  const { name } = binding;
  const [shape, savedShape] = [binding.parameters.shape(name), tensor.shape].map((dimensions) =>
    JSON.stringify(dimensions),
  );
  if (shape !== savedShape) return `tensor '${name}' had shape ${savedShape} when it was saved, and has ${shape} here`;
  const { shapes } = binding.specialization;
  for (const [state, extent] of shapes) {
    const value = tensor.values[state];
    if (value === undefined) return `tensor '${name}' was saved without its '${state}'`;
    const length = typeof value === "number" ? "one number" : `${value.length} numbers`;
    const expected = binding.scalars.has(state) ? "one number" : `${binding.length(extent)} numbers`;
    if (length !== expected) return `'${state}' of tensor '${name}' was saved as ${length}, and is ${expected} here`;
  }
  const extra = Object.keys(tensor.values).find((state) => !shapes.has(state));
  return extra === undefined ? null : `tensor '${name}' was saved with '${extra}', which these settings do not keep`;
}
