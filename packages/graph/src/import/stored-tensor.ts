import { TensorProto_DataLocation as Location, type TensorProto } from "onnx-buf";
import { type Shape, sizeOf } from "../core/shape.ts";
import { GraphError } from "../error.ts";
import type { Known, KnownKind } from "./known.ts";

interface Format {
  readonly name: string;
  readonly kind: KnownKind;
  /** Bytes of an element. */
  readonly bytes: number;
  read(view: DataView, offset: number): number;
  /** Elements in the typed field of the message, which is used where there are no raw bytes. */
  typed(tensor: TensorProto): ArrayLike<number | bigint>;
}

const int = (
  name: string,
  bytes: number,
  read: Format["read"],
  typed: Format["typed"] = ({ int32Data }) => int32Data,
): Format => ({ name, kind: "int", bytes, read, typed });

const float = (name: string, bytes: number, read: Format["read"], typed: Format["typed"]): Format => ({
  name,
  kind: "float",
  bytes,
  read,
  typed,
});

/** Formats of elements, by their number in ONNX. */
const FORMATS: ReadonlyMap<number, Format> = new Map([
  [
    1,
    float(
      "float",
      4,
      (view, at) => view.getFloat32(at, true),
      ({ floatData }) => floatData,
    ),
  ],
  [2, int("uint8", 1, (view, at) => view.getUint8(at))],
  [3, int("int8", 1, (view, at) => view.getInt8(at))],
  [4, int("uint16", 2, (view, at) => view.getUint16(at, true))],
  [5, int("int16", 2, (view, at) => view.getInt16(at, true))],
  [6, int("int32", 4, (view, at) => view.getInt32(at, true))],
  [
    7,
    int(
      "int64",
      8,
      (view, at) => Number(view.getBigInt64(at, true)),
      ({ int64Data }) => int64Data,
    ),
  ],
  [9, { ...int("bool", 1, (view, at) => Number(view.getUint8(at) !== 0)), kind: "bool" }],
  [
    10,
    float(
      "float16",
      2,
      (view, at) => half(view.getUint16(at, true)),
      ({ int32Data }) => int32Data.map(half),
    ),
  ],
  [
    11,
    float(
      "double",
      8,
      (view, at) => view.getFloat64(at, true),
      ({ doubleData }) => doubleData,
    ),
  ],
  [
    12,
    int(
      "uint32",
      4,
      (view, at) => view.getUint32(at, true),
      ({ uint64Data }) => uint64Data,
    ),
  ],
  [
    13,
    int(
      "uint64",
      8,
      (view, at) => Number(view.getBigUint64(at, true)),
      ({ uint64Data }) => uint64Data,
    ),
  ],
  [
    16,
    float(
      "bfloat16",
      2,
      (view, at) => brain(view.getUint16(at, true)),
      ({ int32Data }) => int32Data.map(brain),
    ),
  ],
]);

/** Returns the kind of a number of an element type; null for types that no model of ours has. */
export const kindOfType = (type: number): KnownKind | null => FORMATS.get(type)?.kind ?? null;

/**
 * Reads a tensor that a file stores.
 * @throws GraphError for an element type that cannot be read, data in another file, or a wrong number of elements
 */
export function readStored(tensor: TensorProto): Known {
  const place = `the tensor '${tensor.name}'`;
  const shape = tensor.dims.map(Number);
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new GraphError(`${place} has the shape [${shape.join(", ")}]. The file is damaged.`);
  }
  const format = FORMATS.get(tensor.dataType);
  if (!format) {
    throw new GraphError(
      `${place} has elements of the ONNX type ${tensor.dataType}. Expected numbers of 8 bits or more. Export the model without quantization, in float32.`,
    );
  }
  const isWeight = format.kind === "float" && sizeOf(shape) > 1 && tensor.name !== "";
  const data = readElements(tensor, format, shape);
  return { kind: format.kind, shape, data, name: tensor.name, weight: isWeight ? tensor.name : null };
}

function readElements(tensor: TensorProto, { name, kind, bytes, read, typed }: Format, shape: Shape): Known["data"] {
  const size = sizeOf(shape);
  if (tensor.dataLocation === Location.EXTERNAL) {
    throw new GraphError(
      `the tensor '${tensor.name}' lies in another file, '${externalEntries(tensor).location}'. Read the model with readOnnx(path), with that file beside it.`,
    );
  }
  const raw = tensor.rawData;
  const given = raw.length > 0 ? raw.length / bytes : typed(tensor).length;
  if (given !== size) {
    throw new GraphError(
      `the tensor '${tensor.name}' has ${given} elements. Expected ${size} of ${name}, for [${shape.join(", ")}]. The file is damaged.`,
    );
  }
  const collect = (element: (i: number) => number): Known["data"] => {
    const from = { length: size };
    return kind === "float"
      ? Float32Array.from(from, (_, i) => element(i))
      : Float64Array.from(from, (_, i) => element(i));
  };
  if (raw.length === 0) {
    const values = typed(tensor);
    return collect((i) => Number(values[i]));
  }
  // The common type at once, from a copy, since the bytes may start anywhere in their buffer.
  if (name === "float") return new Float32Array(new Uint8Array(raw).buffer);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return collect((i) => read(view, i * bytes));
}

/** Returns the entries of a tensor's external data by name. */
export const externalEntries = ({ externalData }: TensorProto): Readonly<Record<string, string>> =>
  Object.fromEntries(externalData.map(({ key, value }) => [key, value]));

/** Converts the bits of a float16. */
function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const WORD = new DataView(new ArrayBuffer(4));

/** Converts the bits of a bfloat16, the upper half of a float32. */
function brain(bits: number): number {
  WORD.setUint32(0, (bits & 0xffff) * 0x10000);
  return WORD.getFloat32(0);
}
