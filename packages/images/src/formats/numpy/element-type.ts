import { DataError } from "../../error.ts";

/** The type of an array's elements. */
export interface ElementType {
  /** Booleans, signed and unsigned integers, floats, or text as UTF-32 (`U`) or bytes (`S`). */
  readonly kind: "b" | "i" | "u" | "f" | "U" | "S";
  /** The number of bytes per element. */
  readonly size: number;
  readonly littleEndian: boolean;
  /** The name in NumPy, such as "float32". */
  readonly name: string;
}

const SIZES = { b: [1], i: [1, 2, 4, 8], u: [1, 2, 4, 8], f: [2, 4, 8] } as const;
const WORDS = { b: "bool", i: "int", u: "uint", f: "float" } as const;

/** Returns the type that NumPy writes as `<f4`. @throws DataError for objects, dates and complex numbers */
export function elementType(path: string, text: string): ElementType {
  const [, order, kind = "", digits] = /^([<>|=]?)([A-Za-z])(\d*)/.exec(text) ?? [];
  const size = Number(digits);
  if (kind === "O") {
    throw new DataError(
      `${path}: it is an array of Python objects (a pickle), which can run any program when it is opened. Expected an array of numbers or text. Load it with allow_pickle=True if you trust its source, and save plain arrays: numpy.savez("data.npz", images=images, labels=labels).`,
    );
  }
  const common = { size, littleEndian: order !== ">", name: text };
  if ((kind === "U" || kind === "S") && size > 0) return { ...common, kind, size: kind === "U" ? 4 * size : size };
  if (kind in SIZES && (SIZES[kind as keyof typeof SIZES] as readonly number[]).includes(size)) {
    const known = kind as keyof typeof SIZES;
    return { ...common, kind: known, name: known === "b" ? "bool" : `${WORDS[known]}${8 * size}` };
  }
  throw new DataError(
    `${path}: its elements are of the type ${text}. Expected bool, int, uint, float16 to float64, or text. Convert the array with astype.`,
  );
}

/** True for numbers and booleans. */
export const isNumeric = ({ kind }: ElementType): boolean => kind !== "U" && kind !== "S";

/** Returns a function that decodes whole elements. */
export function decoderOf({ kind, size, littleEndian }: ElementType): (bytes: Uint8Array) => ArrayLike<number> {
  if ((kind === "u" && size === 1) || kind === "b") return (bytes) => bytes;
  const read = readerOf(kind, size);
  return (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const numbers = new Float64Array(bytes.length / size);
    for (let i = 0; i < numbers.length; i++) numbers[i] = read(view, i * size, littleEndian);
    return numbers;
  };
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const READERS: Readonly<Record<string, Read>> = {
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => halfOf(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

const readerOf = (kind: string, size: number): Read => READERS[`${kind}${size}`] as Read;

/** Returns the number that 16 bits are as a float of half precision. */
function halfOf(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Decodes an element of text, without the zeros at its end. */
export function decodeText(bytes: Uint8Array, { kind, littleEndian }: ElementType): string {
  if (kind === "S") return new TextDecoder().decode(bytes).replace(/\0+$/, "");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian);
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  return text.replace(/\0+$/, "");
}
