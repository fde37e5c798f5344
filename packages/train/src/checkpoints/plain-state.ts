import { TrainError } from "../error.ts";
import type { StoredTensor } from "./safetensors.ts";
import { type StoredValues, typeOfArray } from "./safetensors-types.ts";

/** Key of values that JSON does not hold: arrays of numbers, numbers such as NaN, and objects with this key. */
const MARK = "$";
/** Maximum nesting depth; an object that contains itself exceeds it. */
const MAX_DEPTH = 100;

/**
 * Packs plain data into JSON and tensors, exactly: numbers, also NaN, infinities and -0, strings, booleans, null, arrays,
 * plain objects and typed arrays. Fields that are undefined are left out.
 * @param path name of the value, for errors and for the names of its tensors
 * @param tensors receives the typed arrays by name
 * @throws TrainError for other values, such as functions, dates and maps
 */
export function pack(value: unknown, path: string, tensors: Record<string, StoredTensor>, depth = 0): unknown {
  const fail = (found: string): never => {
    throw new TrainError(
      `${path}: ${found} cannot be stored. Expected numbers, strings, booleans, null, lists, plain objects or arrays of numbers.`,
    );
  };
  if (value === undefined && depth === 0) return undefined;
  if (depth > MAX_DEPTH) return fail("an object that contains itself or has too many levels");
  const inner = (key: string | number, one: unknown): unknown => pack(one, `${path}/${key}`, tensors, depth + 1);
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [MARK]: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (typeof value !== "object") return fail(`a value of type ${typeof value}`);
  if (typeOfArray(value) !== undefined) {
    const values = value as StoredValues;
    const name = unusedName(path, tensors);
    tensors[name] = { shape: [values.length], values };
    return { [MARK]: "tensor", name };
  }
  if (Array.isArray(value)) return value.map((one, i) => inner(i, one));
  if (!isPlain(value)) return fail(`an object of type ${value.constructor?.name ?? "unknown"}`);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  const packed = entries.map(([key, one]) => [key, inner(key, one)] as const);
  return Object.hasOwn(value, MARK) ? { [MARK]: "entries", entries: packed } : Object.fromEntries(packed);
}

/**
 * Returns the data that `pack` packed.
 * @param valuesOf returns the values of a tensor by its name
 */
export function unpack(packed: unknown, valuesOf: (tensor: string) => unknown): unknown {
  if (typeof packed !== "object" || packed === null) return packed;
  if (Array.isArray(packed)) return packed.map((one) => unpack(one, valuesOf));
  const fields = packed as Readonly<Record<string, unknown>>;
  const objectOf = (entries: readonly (readonly [string, unknown])[]): object =>
    Object.fromEntries(entries.map(([key, one]) => [key, unpack(one, valuesOf)]));
  if (fields[MARK] === "number") return Number(fields.value);
  if (fields[MARK] === "tensor") return valuesOf(fields.name as string);
  if (fields[MARK] === "entries") return objectOf(fields.entries as [string, unknown][]);
  return objectOf(Object.entries(fields));
}

/** Two paths have one name if their keys contain slashes. */
function unusedName(path: string, tensors: Readonly<Record<string, StoredTensor>>): string {
  for (let i = 0; ; i++) {
    const name = i === 0 ? path : `${path}#${i}`;
    if (!Object.hasOwn(tensors, name)) return name;
  }
}

/** Returns true for an object without a class, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
