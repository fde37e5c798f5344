import { DataError } from "../../error.ts";

/** The byte order marks of text, with the encodings' names. */
const MARKS: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** The number of bytes by which an encoding without a byte order mark is recognized. */
const LOOKED_AT = 1024;

/**
 * Decodes text piece by piece: UTF-8 or UTF-16. A byte order mark is removed.
 * @param path the file's path, for errors
 * @throws DataError for bytes that are not such text
 */
export async function* decodePieces(path: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  const decode = (piece?: Uint8Array): string => {
    decoder ??= new TextDecoder(encodingOf(piece ?? new Uint8Array()), { fatal: true });
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      const { encoding } = decoder;
      throw new DataError(`${path}: it is not ${encoding.toUpperCase()} text. Save it as UTF-8.`);
    }
  };
  for await (const piece of bytes) yield decode(piece);
  yield decode();
}

/** Returns the encoding by the byte order mark, or else by the zeros of UTF-16. */
function encodingOf(bytes: Uint8Array): string {
  const marked = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (marked) return marked[1];
  const start = bytes.subarray(0, LOOKED_AT);
  const zeros = [0, 0];
  start.forEach((byte, i) => {
    if (byte === 0) (zeros[i % 2] as number)++;
  });
  const [even, odd] = zeros as [number, number];
  // Most characters of file names and of numbers are ASCII, whose other byte is zero.
  if (odd > start.length / 4 && even === 0) return "utf-16le";
  return even > start.length / 4 && odd === 0 ? "utf-16be" : "utf-8";
}
