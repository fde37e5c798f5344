import { z } from "zod";
import { sizeOf } from "../size.ts";

/** Header entry of a tensor. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Range in bytes, relative to the end of the header. */
  readonly data_offsets: readonly [begin: number, end: number];
}

export interface Header {
  /** Entries by name, in the order of their data in the file. */
  readonly entries: readonly (readonly [name: string, entry: Entry])[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Header key of the metadata, which is no tensor. */
export const METADATA = "__metadata__";

/** Forbidden tensor name: code that copies tensors by name into an object would set its prototype. */
export const PROTOTYPE = "__proto__";

/** Data types of the format by their size in bits. */
const TYPES: Readonly<Record<number, readonly string[]>> = {
  4: ["F4"],
  6: ["F6_E2M3", "F6_E3M2"],
  8: ["BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0"],
  16: ["I16", "U16", "F16", "BF16"],
  32: ["I32", "U32", "F32"],
  64: ["I64", "U64", "F64", "C64"],
};
const BITS = new Map(
  Object.entries(TYPES).flatMap(([bits, names]) => names.map((name) => [name, Number(bits)] as const)),
);

/** Unsigned integer; the format excludes -0. */
const count = z
  .number()
  .int()
  .min(0)
  .refine((value) => !Object.is(value, -0));
const entrySchema = z.looseObject({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });

/** Code of `{`, the first byte of every header. */
const BRACE = 0x7b;

/**
 * Reads a header and enforces the rules of the format: a JSON object without duplicate keys, entries with known types, and
 * data that fill the rest of the file without gaps or overlaps.
 * @param bytes the header
 * @param dataLength number of bytes after the header
 * @param fail throws an error with the problem
 */
export function readHeader(bytes: Uint8Array, dataLength: number, fail: (problem: string) => never): Header {
  const json = bytes[0] === BRACE ? parse(bytes) : undefined;
  if (typeof json !== "object" || json === null) return fail("its header is not a JSON object");
  if (countKeys(json) !== countColons(bytes)) fail("its header has a duplicate key");
  const { [METADATA]: metadata = {}, ...rest } = json as Record<string, unknown>;
  if (!isTexts(metadata)) return fail("its __metadata__ is not an object of strings");
  if (Object.hasOwn(rest, PROTOTYPE)) return fail(`a tensor is named ${PROTOTYPE}`);
  const entries = Object.entries(rest).map(([name, value]) => [name, readEntry(name, value, fail)] as const);
  entries.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let filled = 0;
  for (const [name, { data_offsets: offsets }] of entries) {
    const [begin, end] = offsets;
    if (begin !== filled) fail(`${titleOf(name)} starts at byte ${begin} of the data instead of byte ${filled}`);
    filled = end;
  }
  if (filled !== dataLength) fail(`it has ${dataLength} bytes of data instead of ${filled}`);
  return { entries, metadata };
}

/** Formats the name of a tensor for an error; long names are truncated. */
export const titleOf = (name: string): string =>
  `tensor '${name.length > MAX_TITLE ? `${name.slice(0, MAX_TITLE)}...` : name}'`;
const MAX_TITLE = 100;

function readEntry(name: string, value: unknown, fail: (problem: string) => never): Entry {
  const { data: entry } = entrySchema.safeParse(value);
  if (!entry) return fail(`${titleOf(name)} lacks a valid dtype, shape or data_offsets`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const bits = BITS.get(dtype) ?? fail(`${titleOf(name)} has the unknown type '${dtype.slice(0, MAX_TITLE)}'`);
  const [begin, end] = offsets;
  if (8 * (end - begin) !== bits * sizeOf(shape)) {
    fail(`${titleOf(name)} of shape [${shape.slice(0, 10)}] and type ${dtype} has ${end - begin} bytes`);
  }
  return entry;
}

const isTexts = (value: unknown): value is Record<string, string> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((text) => typeof text === "string");

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // The header is not UTF-8 or not JSON.
    return undefined;
  }
}

/** Counts the keys of an object and of all nested objects. `JSON.parse` keeps only the last of duplicate keys. */
function countKeys(json: object): number {
  let keys = 0;
  const open: unknown[] = [json];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    const inner = Object.values(value);
    if (!Array.isArray(value)) keys += inner.length;
    for (const one of inner) open.push(one);
  }
  return keys;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** Counts the colons outside strings in valid JSON: one for each key, including duplicates. */
function countColons(bytes: Uint8Array): number {
  let colons = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) inText = !inText;
    else if (inText && byte === BACKSLASH) i++;
    else if (!inText && byte === COLON) colons++;
  }
  return colons;
}
