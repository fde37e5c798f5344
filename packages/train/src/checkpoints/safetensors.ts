import { TrainError } from "../error.ts";
import { sizeOf } from "../size.ts";

/** A tensor of a file: its numbers, and its dimensions. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

const TYPES = { F32: Float32Array, I32: Int32Array } as const;
type TypeName = keyof typeof TYPES;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/** Bytes before the header: its length. */
const LENGTH_BYTES = 8;
/** What readers allow a header to have at most. */
const MAX_HEADER = 100_000_000;

/**
 * Tensors in the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of length, a header in JSON,
 * the numbers one after another.
 * @param metadata texts by name, which readers show
 * @returns the file's parts, in their order; those of numbers are views and no copies
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const numbers: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const begin = end;
    end += values.byteLength;
    header[name] = { dtype: values instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [begin, end] };
    numbers.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Spaces after the header, so that the numbers begin at a multiple of eight.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...numbers];
}

/**
 * Reads a file in the safetensors format; of the types, float32 and int32.
 * @param name of the file, for errors
 * @throws TrainError where it is no such file, or not whole
 */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
): { readonly tensors: Record<string, StoredTensor>; readonly metadata: Readonly<Record<string, string>> } {
  const fail = (what: string): never => {
    throw new TrainError(`${name}: ${what}: expected a whole file in the safetensors format`);
  };
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER || LENGTH_BYTES + Number(length) > bytes.length) fail("its header is longer than the file");
  const start = LENGTH_BYTES + Number(length);
  const { __metadata__: metadata = {}, ...entries } = parse(bytes.subarray(LENGTH_BYTES, start), fail);
  const read = ([tensor, entry]: [string, Entry]): [string, StoredTensor] => {
    const { dtype, shape, data_offsets: offsets } = entry;
    const Values = TYPES[dtype as TypeName] ?? fail(`tensor '${tensor}' has the type ${dtype}`);
    const [begin, end] = offsets ?? fail(`tensor '${tensor}' has no place`);
    const size = Array.isArray(shape) ? sizeOf(shape) : Number.NaN;
    if (!(begin >= 0 && end - begin === 4 * size && start + end <= bytes.length)) {
      fail(`tensor '${tensor}' lies outside of the file`);
    }
    // A copy of its own: of a Buffer, which files are read as, slice is a view of memory that others share.
    const own = new Uint8Array(bytes.subarray(start + begin, start + end));
    return [tensor, { shape, values: new Values(own.buffer) }];
  };
  const tensors = Object.fromEntries(Object.entries(entries as Record<string, Entry>).map(read));
  return { tensors, metadata: metadata as Record<string, string> };
}

function parse(header: Uint8Array, fail: (what: string) => never): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
    if (typeof json === "object" && json !== null) return json as Record<string, unknown>;
  } catch {
    // Neither text nor JSON: the file's fault, which is told below.
  }
  return fail("its header is not JSON");
}
