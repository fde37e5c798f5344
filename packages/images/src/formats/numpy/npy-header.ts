import { DataError } from "../../error.ts";
import { type ElementType, elementType } from "./element-type.ts";

/** The header of an `.npy` file. */
export interface NpyHeader {
  readonly shape: readonly number[];
  readonly type: ElementType;
  /** True for Fortran order: the first axis is the fastest. */
  readonly fortran: boolean;
  /** The number of bytes before the elements. */
  readonly length: number;
}

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** The number of bytes with the magic string, the version, and at most four of the header's length. */
const START = 12;
/** The maximum length of a header; one of a plain array has 118 bytes. */
const LONGEST = 2 ** 16;

/**
 * Reads the header of an `.npy` file: a magic string, the version, the header's length, and a dictionary in Python's
 * notation. The format is that of https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
 * @throws DataError for another file, or an array of objects
 */
export async function readNpyHeader(path: string, stream: AsyncIterable<Uint8Array>): Promise<NpyHeader> {
  let bytes: Uint8Array = new Uint8Array(0);
  let needed = START;
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length >= START) needed = headerEnd(path, bytes);
    if (bytes.length >= needed) break;
  }
  if (bytes.length < needed) {
    throw new DataError(
      `${path}: it has ${bytes.length} bytes. Expected an .npy file, whose header has at least ${needed}. Save it again.`,
    );
  }
  const [from, to] = [bytes[6] === 1 ? 10 : 12, headerEnd(path, bytes)];
  return { ...parse(path, new TextDecoder().decode(bytes.subarray(from, to))), length: to };
}

/** Returns the number of bytes up to the end of the header. */
function headerEnd(path: string, bytes: Uint8Array): number {
  const [major, view] = [bytes[6] ?? 0, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  if (MAGIC.some((byte, i) => bytes[i] !== byte) || major < 1 || major > 3) {
    const pickled = bytes[0] === 0x80 ? ", but those of a Python pickle" : "";
    throw new DataError(
      `${path}: its first bytes are not those of an .npy file of version 1 to 3${pickled}. Save the array with numpy.save.`,
    );
  }
  const end = major === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (end <= LONGEST) return end;
  throw new DataError(
    `${path}: its header declares ${end} bytes. Expected at most ${LONGEST}. Save the array with numpy.save.`,
  );
}

function parse(path: string, text: string): Omit<NpyHeader, "length"> {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr?.[2]) {
    throw new DataError(
      `${path}: it is a structured array, with several fields per element. Expected an array of numbers. Save its fields as arrays: numpy.savez("data.npz", images=a["image"], labels=a["label"]).`,
    );
  }
  if (!descr || !order || !shape) {
    throw new DataError(
      `${path}: its header is ${JSON.stringify(text.trim().slice(0, 100))}. Expected 'descr', 'fortran_order' and 'shape'. Save the array with numpy.save.`,
    );
  }
  const sizes = (shape[1] ?? "").match(/\d+/g)?.map(Number) ?? [];
  if (!Number.isSafeInteger(sizes.reduce((product, size) => product * size, 1))) {
    throw new DataError(`${path}: its shape is ${sizes.join("x")}. Expected fewer elements. Save the array again.`);
  }
  return { shape: sizes, type: elementType(path, descr[1] as string), fortran: order[1] === "True" };
}
