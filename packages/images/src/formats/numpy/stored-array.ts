import { DataError } from "../../error.ts";
import { decoderOf } from "./element-type.ts";
import { type NpyHeader, readNpyHeader } from "./npy-header.ts";

/** An array in a file. */
export interface StoredArray extends Omit<NpyHeader, "length"> {
  /** The path for errors: `data.npz/x_train`. */
  readonly path: string;
  /** Reads the bytes of the elements in the file's order, in pieces of whole elements. A piece is valid until the next one. */
  bytes(): AsyncIterable<Uint8Array>;
}

/** A file that is read from its beginning. */
export interface Source {
  readonly path: string;
  /** The number of bytes; null if it is unknown before the file is unpacked. */
  readonly size: number | null;
  /** The number of bytes that the file has at most when it is unpacked. */
  readonly most: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Opens an `.npy` file. @throws DataError for another file, or a size that differs from the header */
export async function openArray({ path, size, most, open }: Source): Promise<StoredArray> {
  const { length, ...header } = await readNpyHeader(path, open());
  const expected = header.shape.reduce((product, side) => product * side, header.type.size);
  const declared = `its header declares ${header.shape.join("x") || "one element"} of ${header.type.name}, which are ${expected} bytes`;
  const differs = (found: number): DataError =>
    new DataError(`${path}: ${declared}, but the file has ${found}. Save or download the file again.`);
  if (size !== null && size - length !== expected) throw differs(size - length);
  if (expected > most) throw differs(most);
  return {
    ...header,
    path,
    async *bytes() {
      let [skip, found] = [length, 0];
      let rest: Uint8Array = new Uint8Array(0);
      for await (const piece of open()) {
        const body = piece.subarray(Math.min(skip, piece.length));
        skip -= piece.length - body.length;
        found += body.length;
        if (found > expected) throw differs(found);
        const all = rest.length > 0 ? Buffer.concat([rest, body]) : body;
        const whole = all.length - (all.length % header.type.size);
        if (whole > 0) yield all.subarray(0, whole);
        rest = new Uint8Array(all.subarray(whole));
      }
      if (found < expected) throw differs(found);
    },
  };
}

/** Reads an array's numbers in pieces. */
export async function* numbersOf(array: StoredArray): AsyncGenerator<ArrayLike<number>> {
  const decode = decoderOf(array.type);
  for await (const piece of array.bytes()) yield decode(piece);
}
