import type { FloatArray } from "../parameters/dtype.ts";
import type { TensorBinding } from "./binding.ts";
import type { TensorLayout } from "./misfit.ts";

/** Saved state of one tensor. */
export interface TensorState {
  readonly shape: readonly number[];
  /** Values by state: an array, or one number. Copies, not views. */
  readonly values: Readonly<Record<string, FloatArray | number>>;
}

/**
 * Saved state of an updater: a plain object that structured clone, or any serializer that supports typed arrays,
 * preserves.
 */
export interface UpdaterState {
  /** Name of the rule, with its wrappers. */
  readonly optimizer: string;
  /** Number of updates taken. */
  readonly step: number;
  /** Calls since the last update, with gradient accumulation. */
  readonly microStep: number;
  /** Calls per update; only with gradient accumulation. */
  readonly microSteps?: number;
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

/** Returns the layout that a tensor's saved state must have. */
export function layoutOf(binding: TensorBinding): TensorLayout {
  const { shapes } = binding.specialization;
  const length = (state: string, extent: string): number | null =>
    binding.scalars.has(state) ? null : binding.length(extent);
  return {
    shape: binding.parameters.shape(binding.name),
    states: new Map([...shapes].map(([state, extent]) => [state, length(state, extent)])),
  };
}
