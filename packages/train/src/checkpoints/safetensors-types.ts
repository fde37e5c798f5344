/** Values of a stored tensor. */
export type StoredValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** A data type of the format. */
interface StoredType {
  /** Type of the values: floating-point numbers, integers, or truth values. */
  readonly kind: "float" | "integer" | "boolean";
  /** Decodes little-endian data, which begin at a multiple of their size. */
  readonly decode: (data: ArrayBuffer) => StoredValues;
}

/** Data types that are read, by their name in the format. */
const TYPES = new Map<string, StoredType>([
  ["F32", { kind: "float", decode: (data) => new Float32Array(data) }],
  ["F64", { kind: "float", decode: (data) => new Float64Array(data) }],
  ["F16", { kind: "float", decode: (data) => widened(data, halfBits) }],
  // The upper half of a float32.
  ["BF16", { kind: "float", decode: (data) => widened(data, (half) => half << 16) }],
  ["I8", { kind: "integer", decode: (data) => new Int8Array(data) }],
  ["U8", { kind: "integer", decode: (data) => new Uint8Array(data) }],
  ["I16", { kind: "integer", decode: (data) => new Int16Array(data) }],
  ["U16", { kind: "integer", decode: (data) => new Uint16Array(data) }],
  ["I32", { kind: "integer", decode: (data) => new Int32Array(data) }],
  ["U32", { kind: "integer", decode: (data) => new Uint32Array(data) }],
  ["I64", { kind: "integer", decode: (data) => new BigInt64Array(data) }],
  ["U64", { kind: "integer", decode: (data) => new BigUint64Array(data) }],
  ["BOOL", { kind: "boolean", decode: (data) => new Uint8Array(data) }],
]);

/** Returns a data type by its name; undefined for one that is not read, such as F8_E4M3. */
export const storedType = (dtype: string): StoredType | undefined => TYPES.get(dtype);

/** Data types that are written, by the tag of the array. */
const TAGS = new Map<string, string>([
  ["Float32Array", "F32"],
  ["Float64Array", "F64"],
  ["Int8Array", "I8"],
  ["Uint8Array", "U8"],
  ["Int16Array", "I16"],
  ["Uint16Array", "U16"],
  ["Int32Array", "I32"],
  ["Uint32Array", "U32"],
  ["BigInt64Array", "I64"],
  ["BigUint64Array", "U64"],
]);

/** Returns the data type of an array; undefined for other values. The tag also names arrays of another realm. */
export const typeOfArray = (values: unknown): string | undefined =>
  ArrayBuffer.isView(values)
    ? TAGS.get(Object.prototype.toString.call(values).slice("[object ".length, -1))
    : undefined;

/** Returns numbers of two bytes as float32, by the bits of each. */
function widened(data: ArrayBuffer, bitsOf: (half: number) => number): Float32Array {
  const halves = new Uint16Array(data);
  const bits = new Int32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = bitsOf(halves[i] as number);
  return new Float32Array(bits.buffer);
}

/** Returns the bits of a half-precision number (IEEE 754 binary16) as those of the equal float32. */
function halfBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  // Infinities and NaN keep their largest exponent.
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent !== 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // A subnormal number is normal in float32: its leading one moves to the implied place.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13);
}
