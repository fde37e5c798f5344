import { TrainError } from "../error.ts";
import { sizeOf } from "../size.ts";
import { METADATA, PROTOTYPE, readHeader, titleOf } from "./safetensors-header.ts";

/** A tensor of a file: its numbers, and its dimensions. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** The types that are read. */
const READ = new Map<string, Float32ArrayConstructor | Int32ArrayConstructor>([
  ["F32", Float32Array],
  ["I32", Int32Array],
]);

/** Bytes before the header: its length. */
const LENGTH_BYTES = 8;
/** What readers allow a header to have at most. */
const MAX_HEADER = 100_000_000;

/**
 * Tensors in the safetensors format (https://huggingface.co/docs/safetensors): eight bytes of length, a header in JSON,
 * the numbers one after another.
 * @param metadata texts by name, which readers show
 * @returns the file's parts, in their order; those of numbers are views and no copies
 * @throws TrainError for a tensor that the format cannot name, or whose shape is not that of its numbers
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: [string, unknown][] = [[METADATA, metadata]];
  const numbers: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    if (name === METADATA) throw new TrainError(`a tensor is named ${METADATA}, which the format keeps: rename it`);
    if (name === PROTOTYPE) throw new TrainError(`a tensor is named ${PROTOTYPE}, which readers refuse: rename it`);
    if (sizeOf(shape) !== values.length) {
      throw new TrainError(`${titleOf(name)} has ${values.length} numbers: expected those of its shape [${shape}]`);
    }
    const begin = end;
    end += values.byteLength;
    header.push([name, { dtype: values instanceof Int32Array ? "I32" : "F32", shape, data_offsets: [begin, end] }]);
    numbers.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Spaces after the header, so that the numbers begin at a multiple of eight.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...numbers];
}

/**
 * Reads a file in the safetensors format; of its types, float32 and int32.
 * @param name of the file, for errors
 * @returns tensors in the order of their numbers in the file
 * @throws TrainError where the file breaks a rule of the format, or has other types
 */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
): { readonly tensors: Record<string, StoredTensor>; readonly metadata: Readonly<Record<string, string>> } {
  const fail = (problem: string): never => {
    throw new TrainError(`${name}: ${problem}: expected a whole file in the safetensors format`);
  };
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER) fail(`its header is longer than ${MAX_HEADER} bytes`);
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) fail("its header is longer than the file");
  const header = readHeader(bytes.subarray(LENGTH_BYTES, start), bytes.length - start, fail);
  const tensors = header.entries.map(([tensor, { dtype, shape, data_offsets: offsets }]) => {
    const Values = READ.get(dtype);
    if (!Values) throw new TrainError(`${name}: ${titleOf(tensor)} has the type ${dtype}: expected F32 or I32`);
    const [begin, end] = offsets;
    // A copy of its own: of a Buffer, which files are read as, slice is a view of memory that others share.
    const own = new Uint8Array(bytes.subarray(start + begin, start + end));
    return [tensor, { shape, values: new Values(own.buffer) }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: header.metadata };
}
