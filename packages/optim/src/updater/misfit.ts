import type { Dtype } from "../backends/backend.ts";
import { show } from "../show.ts";

/** What an updater keeps of one tensor. */
export interface TensorLayout {
  readonly shape: readonly number[];
  /** By state: how many numbers an array has; null for one number. */
  readonly states: ReadonlyMap<string, number | null>;
}

/** What an updater saves, and so expects of a state that it goes back to. */
export interface StateLayout {
  /** The rule's name, with its wrappers. */
  readonly optimizer: string;
  /** Calls of `step()` for one update, under gradient accumulation; null without it. */
  readonly microSteps: number | null;
  readonly tensors: ReadonlyMap<string, TensorLayout>;
  /** Of all arrays. */
  readonly dtype: Dtype;
}

type Fields = Readonly<Record<string, unknown>>;

/** The first thing in which a saved state does not fit; null where all fits. Reads nothing that is inherited. */
export function stateMisfit(saved: unknown, layout: StateLayout): string | null {
  const { optimizer, microSteps, tensors, dtype } = layout;
  const names = ["optimizer", "step", "microStep", ...(microSteps === null ? [] : ["microSteps"]), "seed", "tensors"];
  return (
    optimizerMisfit(saved, optimizer) ??
    countMisfit("step", (saved as Fields).step) ??
    countMisfit("microStep", (saved as Fields).microStep) ??
    microStepMisfit(saved as Fields, microSteps) ??
    fieldsMisfit("it", saved as Fields, names, optimizer) ??
    (Number.isSafeInteger((saved as Fields).seed)
      ? null
      : `its seed is ${described((saved as Fields).seed)}, not a whole number`) ??
    tensorsMisfit((saved as Fields).tensors, tensors, dtype, "which these settings do not keep")
  );
}

/** Whether something is a state of the optimizer at all. */
export function optimizerMisfit(saved: unknown, optimizer: string): string | null {
  if (!isRecord(saved)) return `it is ${described(saved)}, not what state() returned`;
  const found = own(saved, "optimizer");
  if (found === optimizer) return null;
  const by = typeof found === "string" ? `'${found}'` : described(found);
  return `it was saved by ${by}, and this is '${optimizer}'`;
}

export const countMisfit = (name: string, value: unknown): string | null =>
  isCount(value) ? null : `its ${name} is ${described(value)}, not a count`;

/** A part of an update fits where an update has the same parts. */
function microStepMisfit(saved: Fields, microSteps: number | null): string | null {
  const before = own(saved, "microSteps");
  const microStep = saved.microStep as number;
  if (before === undefined) {
    if (microSteps !== null) return `it has no microSteps, and an update has ${microSteps} micro-steps here`;
    return microStep === 0 ? null : `it was saved after micro-step ${microStep}, and an update has no parts here`;
  }
  if (!isCount(before) || before === 0) return `its microSteps is ${described(before)}, not a count of at least 1`;
  if (microStep >= (before as number)) return `its microStep is ${microStep}, and its microSteps is ${before}`;
  if (microStep === 0 || before === microSteps) return null;
  const here = microSteps === null ? "no parts" : `${microSteps}`;
  return `it was saved after ${microStep} of ${before} micro-steps, and an update has ${here} here: save it between updates, or use the same microSteps`;
}

/** Whether exactly the named fields are there. */
export function fieldsMisfit(what: string, saved: Fields, names: readonly string[], owner: string): string | null {
  const missing = names.find((name) => !Object.hasOwn(saved, name));
  if (missing !== undefined) return `${what} has no ${missing}`;
  const extra = Object.keys(saved).find((name) => !names.includes(name));
  return extra === undefined ? null : `${what} has '${extra}', which '${owner}' does not save`;
}

/** @param kept why a state that is too many does not fit */
export function tensorsMisfit(
  saved: unknown,
  expected: ReadonlyMap<string, TensorLayout>,
  dtype: Dtype,
  kept: string,
): string | null {
  if (!isRecord(saved)) return `its tensors are ${described(saved)}, not an object`;
  for (const [name, layout] of expected) {
    const tensor = own(saved, name);
    if (tensor === undefined) return `it has no state of tensor '${name}'`;
    const misfit = tensorMisfit(name, tensor, layout, dtype, kept);
    if (misfit) return misfit;
  }
  const extra = Object.keys(saved).find((name) => !expected.has(name));
  return extra === undefined ? null : `it has state of tensor '${extra}', which is not updated here`;
}

function tensorMisfit(name: string, saved: unknown, layout: TensorLayout, dtype: Dtype, kept: string): string | null {
  if (!isRecord(saved)) return `its state of tensor '${name}' is ${described(saved)}, not an object`;
  const fields = fieldsMisfit(`its state of tensor '${name}'`, saved, ["shape", "values"], "state()");
  if (fields) return fields;
  const { shape, values } = saved;
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    return `the shape of tensor '${name}' was saved as ${described(shape)}, not as a list of counts`;
  }
  const [here, before] = [layout.shape, shape].map((dimensions) => JSON.stringify(dimensions));
  if (here !== before) return `tensor '${name}' had shape ${before} when it was saved, and has ${here} here`;
  if (!isRecord(values)) return `the values of tensor '${name}' were saved as ${described(values)}, not as an object`;
  for (const [state, length] of layout.states) {
    const value = own(values, state);
    if (value === undefined) return `tensor '${name}' was saved without its '${state}'`;
    if (length === null ? typeof value === "number" : isArrayOf(value, dtype, length)) continue;
    const expected = length === null ? "one number" : numbers(length);
    const found =
      typeof value === "number"
        ? "one number"
        : isListOfOtherLength(value, dtype, length)
          ? numbers(value.length)
          : described(value);
    return `'${state}' of tensor '${name}' was saved as ${found}, and is ${expected}${length === null ? "" : ` of ${dtype}`} here`;
  }
  const extra = Object.keys(values).find((state) => !layout.states.has(state));
  return extra === undefined ? null : `tensor '${name}' was saved with '${extra}', ${kept}`;
}

export const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const own = (fields: Fields, name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);

/** The same for arrays of another realm, such as a worker's or a test's. */
const typeOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);
const arrayType = (dtype: Dtype): string => (dtype === "float32" ? "Float32Array" : "Float64Array");
const isArrayOf = (value: unknown, dtype: Dtype, length: number): boolean =>
  typeOf(value) === arrayType(dtype) && (value as Float32Array).length === length;

/** Where the length is wrong, nothing need be said of the type. */
const isListOfOtherLength = (value: unknown, dtype: Dtype, length: number | null): value is ArrayLike<unknown> =>
  typeOf(value) === arrayType(dtype) || (Array.isArray(value) && value.length !== length);

const numbers = (length: number): string => `${length} numbers`;

/** A value of any kind, in words that are short and cannot fail. */
export function described(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint" || typeof value === "symbol") return `a ${typeof value}`;
  if (ArrayBuffer.isView(value)) return `${numbers((value as Float32Array).length ?? 0)} in a ${typeOf(value)}`;
  if (Array.isArray(value)) return `${numbers(value.length)} in a list`;
  if (typeof value === "object" && value !== null) return "an object";
  return show(value);
}
