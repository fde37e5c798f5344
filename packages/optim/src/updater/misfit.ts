import type { Dtype } from "../parameters/dtype.ts";
import { show } from "../show.ts";

/** Layout of the state of one tensor. */
export interface TensorLayout {
  readonly shape: readonly number[];
  /** Length of each state's array; null for a state that is one number. */
  readonly states: ReadonlyMap<string, number | null>;
}

/** Layout of the state of an updater, which a saved state must match. */
export interface StateLayout {
  /** Name of the rule, with its wrappers. */
  readonly optimizer: string;
  /** Calls of `step()` per update with gradient accumulation; null without it. */
  readonly microSteps: number | null;
  readonly tensors: ReadonlyMap<string, TensorLayout>;
  /** Precision of all arrays. */
  readonly dtype: Dtype;
}

type Fields = Readonly<Record<string, unknown>>;

/** Returns the first difference between a saved state and a layout; null if it fits. Ignores inherited properties. */
export function stateMisfit(saved: unknown, layout: StateLayout, fresh?: boolean): string | null {
  const { optimizer, microSteps, tensors, dtype } = layout;
  const names = ["optimizer", "step", "microStep", ...(microSteps === null ? [] : ["microSteps"]), "seed", "tensors"];
  const misfit = optimizerMisfit(saved, optimizer) ?? fieldsMisfit("it", saved as Fields, names, optimizer);
  if (misfit) return misfit;
  const { step, microStep, microSteps: before = 1, seed, tensors: states } = saved as Fields;
  return (
    countMisfit("step", step) ??
    countMisfit("microStep", microStep) ??
    countMisfit("microSteps", before) ??
    microStepMisfit(microStep as number, before as number, microSteps ?? 1) ??
    (Number.isSafeInteger(seed) ? null : `its seed is ${described(seed)}, not a whole number`) ??
    tensorsMisfit(states, tensors, dtype, "which these settings do not keep", fresh && !microStep)
  );
}

/** Returns the problem if a value is not a state of the optimizer; null if it is one. */
export function optimizerMisfit(saved: unknown, optimizer: string): string | null {
  const misfit = recordMisfit("it", saved);
  if (misfit) return misfit;
  const found = own(saved as Fields, "optimizer");
  if (found === optimizer) return null;
  return `it was saved by '${typeof found === "string" ? found : described(found)}', and this is '${optimizer}'`;
}

export const countMisfit = (name: string, value: unknown): string | null =>
  isCount(value) ? null : `its ${name} is ${described(value)}, not a count`;

/** Checks micro-steps: a state inside an update fits only an update of as many micro-steps. */
function microStepMisfit(microStep: number, before: number, here: number): string | null {
  if (before > 0 && (microStep === 0 || (before === here && microStep < here))) return null;
  return `it was saved after ${microStep} of ${before} micro-steps, and an update has ${here} here`;
}

/** Returns the problem unless an object has exactly the named fields. */
export function fieldsMisfit(what: string, saved: Fields, names: readonly string[], owner: string): string | null {
  const missing = names.find((name) => !Object.hasOwn(saved, name));
  if (missing !== undefined) return `${what} has no ${missing}`;
  const extra = Object.keys(saved).find((name) => !names.includes(name));
  return extra === undefined ? null : `${what} has '${extra}', which '${owner}' does not save`;
}

/**
 * Returns the first problem of the tensors of a saved state.
 * @param kept end of the sentence about a state that is not expected
 */
export function tensorsMisfit(
  saved: unknown,
  expected: ReadonlyMap<string, TensorLayout>,
  dtype: Dtype,
  kept: string,
  fresh = false,
): string | null {
  const misfit = recordMisfit("its tensors", saved);
  if (misfit) return misfit;
  for (const [name, layout] of expected) {
    const tensor = own(saved as Fields, name);
    if (tensor === undefined && fresh) continue;
    if (tensor === undefined) return `it has no state of tensor '${name}'`;
    const misfit = tensorMisfit(name, tensor, layout, dtype, kept);
    if (misfit) return misfit;
  }
  const extra = Object.keys(saved as Fields).find((name) => !expected.has(name));
  return extra === undefined ? null : `it has state of tensor '${extra}', which is not updated here`;
}

function tensorMisfit(name: string, saved: unknown, layout: TensorLayout, dtype: Dtype, kept: string): string | null {
  const what = `its state of tensor '${name}'`;
  const misfit = recordMisfit(what, saved) ?? fieldsMisfit(what, saved as Fields, ["shape", "values"], "state()");
  if (misfit) return misfit;
  const { shape, values } = saved as Fields;
  const [here, before] = [show(layout.shape), show(shape)];
  if (here !== before) return `tensor '${name}' had shape ${before} when it was saved, and has ${here} here`;
  const none = recordMisfit(`${what}, its values,`, values);
  if (none) return none;
  for (const [state, length] of layout.states) {
    const value = own(values as Fields, state);
    if (value === undefined) return `tensor '${name}' was saved without its '${state}'`;
    if (length === null ? typeof value === "number" : isArrayOf(value, dtype, length)) continue;
    const expected = length === null ? "one number" : `${numbers(length)} of ${dtype}`;
    const found = typeof value === "number" ? "one number" : described(value, length);
    return `'${state}' of tensor '${name}' was saved as ${found}, and is ${expected} here`;
  }
  const { t } = values as Fields;
  const extra = Object.keys(values as Fields).find(
    (state) => !layout.states.has(state) && !(state === "t" && isCount(t)),
  );
  return extra === undefined ? null : `tensor '${name}' was saved with '${extra}', ${kept}`;
}

export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** Returns the problem unless a value is an object with named fields. */
export const recordMisfit = (what: string, value: unknown): string | null =>
  typeof value === "object" && value && !isList(value) ? null : `${what} is ${described(value)}, not an object`;

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || ArrayBuffer.isView(value);

const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** Compares tags, which are the same for arrays of another realm, such as a worker's or a test's. */
const isArrayOf = (value: unknown, dtype: Dtype, length: number): boolean =>
  Object.prototype.toString.call(value) === `[object F${dtype.slice(1)}Array]` &&
  (value as Float32Array).length === length;

const numbers = (length: number): string => `${length} numbers`;

/** Describes any value in a few words; never throws. */
export function described(value: unknown, wanted: number | null = null): string {
  if (typeof value === "number" || value === undefined || value === null) return String(value);
  if (!isList(value)) return `of type ${typeof value}`;
  return value.length === wanted ? "another list" : numbers(value.length);
}
