import { TrainError } from "../error.ts";
import { sizeOf } from "../size.ts";
import { METADATA, PROTOTYPE, readHeader, titleOf } from "./safetensors-header.ts";
import { type StoredValues, storedType, typeOfArray } from "./safetensors-types.ts";

/** Tensor in a file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: StoredValues;
}

/** A file in the safetensors format, whose tensors are decoded when they are needed. */
export interface SafetensorsFile {
  /** Tensors in the order of their data in the file. */
  readonly tensors: readonly UndecodedTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tensor of a file, with its data type. */
export interface UndecodedTensor {
  readonly name: string;
  /** Data type by its name in the format, such as F32 or BF16. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /**
   * Returns a copy of the values.
   * @throws TrainError for a data type of less than one byte, of eight-bit floating-point numbers or of complex ones
   */
  values(): StoredValues;
}

/** Size in bytes of the header length at the start of a file. */
const LENGTH_BYTES = 8;
/** Maximum header size in bytes that readers of the format allow. */
const MAX_HEADER = 100_000_000;

/**
 * Encodes tensors in the safetensors format (https://huggingface.co/docs/safetensors): the header length in eight bytes, a
 * JSON header, and the data of all tensors.
 * @param metadata strings by name
 * @returns the parts of the file in order; the data are views, not copies
 * @throws TrainError for a reserved tensor name, an array of another type, or a shape that does not match the values
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const header: [string, unknown][] = [[METADATA, metadata]];
  const numbers: Uint8Array[] = [];
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    if (name === METADATA) throw new TrainError(`tensor name ${METADATA}: the format reserves it. Rename the tensor.`);
    if (name === PROTOTYPE) throw new TrainError(`tensor name ${PROTOTYPE}: readers reject it. Rename the tensor.`);
    if (sizeOf(shape) !== values.length) {
      throw new TrainError(
        `${titleOf(name)}: ${values.length} values. Expected ${sizeOf(shape)} for the shape [${shape}].`,
      );
    }
    const dtype = typeOfArray(values);
    if (dtype === undefined)
      throw new TrainError(`${titleOf(name)}: its values are no numbers of a type of the format.`);
    const begin = end;
    end += values.byteLength;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
    numbers.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  // Padding aligns the data to eight bytes.
  const padded = new Uint8Array(Math.ceil(json.length / 8) * 8).fill(0x20);
  padded.set(json);
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(padded.length), true);
  return [length, padded, ...numbers];
}

/**
 * Decodes a file in the safetensors format. Half-precision numbers (F16, BF16) become float32, and truth values bytes.
 * @param name file name for errors
 * @returns tensors in the order of their data in the file
 * @throws TrainError if the file is malformed or has a tensor of another type, such as F8_E4M3
 */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
): { readonly tensors: Record<string, StoredTensor>; readonly metadata: Readonly<Record<string, string>> } {
  const { tensors, metadata } = openSafetensors(bytes, name);
  const decoded = tensors.map((one) => [one.name, { shape: one.shape, values: one.values() }] as const);
  return { tensors: Object.fromEntries(decoded), metadata };
}

/**
 * Reads the header of a file in the safetensors format.
 * @param name file name for errors
 * @throws TrainError if the file is malformed
 */
export function openSafetensors(bytes: Uint8Array, name: string): SafetensorsFile {
  const fail = (problem: string): never => {
    throw new TrainError(`${name}: ${problem}. Expected a complete file in the safetensors format.`);
  };
  if (bytes.length < LENGTH_BYTES) fail(`it has ${bytes.length} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER) fail(`its header is longer than ${MAX_HEADER} bytes`);
  const start = LENGTH_BYTES + Number(length);
  if (start > bytes.length) fail("its header is longer than the file");
  const header = readHeader(bytes.subarray(LENGTH_BYTES, start), bytes.length - start, fail);
  const tensors = header.entries.map(([tensor, { dtype, shape, data_offsets: offsets }]) => ({
    name: tensor,
    dtype,
    shape,
    values: () => {
      const type = storedType(dtype);
      if (!type) {
        throw new TrainError(
          `${name}: ${titleOf(tensor)} has the type ${dtype}, which this release does not read. Convert it to F32, F16 or BF16.`,
        );
      }
      const [begin, end] = offsets;
      // Uint8Array copies the data; the slice of a Buffer, as which files are read, would share memory.
      return type.decode(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer);
    },
  }));
  return { tensors, metadata: header.metadata };
}
