import type { FloatArray } from "../parameters/dtype.ts";
import type { TensorBinding } from "./binding.ts";
import type { TensorLayout } from "./misfit.ts";

/** Saved state of one tensor. */
export interface TensorState {
  readonly shape: readonly number[];
  /**
   * Values by state: an array, or one number. Copies, not views. Of a tensor that started later than the updater, `t` is its
   * number of updates.
   */
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

/** @param steps number of updates of the updater */
export function saveTensor(binding: TensorBinding, steps: number): TensorState {
  const values: Record<string, FloatArray | number> = {};
  for (const [state, shape] of binding.specialization.shapes) {
    values[state] = binding.scalars.get(state) ?? binding.view(state, shape).slice();
  }
  if (binding.start !== 0) values.t = steps - binding.start;
  return { shape: binding.parameters.shape(binding.name), values };
}

/**
 * Restores the state of a tensor, or the initial one if none was saved.
 * @param steps number of updates of the updater
 */
export function restoreTensor(binding: TensorBinding, steps: number, saved?: TensorState): void {
  const values: TensorState["values"] = saved?.values ?? { t: 0 };
  for (const [state, shape] of binding.specialization.shapes) {
    const value = values[state] ?? 0;
    if (binding.scalars.has(state)) binding.scalars.set(state, value as number);
    else {
      // The initial value, a number, is an empty list.
      binding
        .view(state, shape)
        .fill(0)
        .set(value as FloatArray);
    }
  }
  binding.start = steps - ((values.t as number) ?? steps);
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
