import { DataError } from "../error.ts";

/** The first four bytes of every Zstandard frame. */
export const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

/** The maximum window in bytes. It is the limit of the `zstd` command as well. */
const LARGEST_WINDOW = 2 ** 27;

/** The number of bytes that are decompressed at once. Four bytes may become 128 KB. */
const PIECE = 4096;

/** The maximum number of bytes of a frame's header. */
const HEADER = 18;

/**
 * Decompresses Zstandard data piece by piece.
 * @param path the file's path, for the error
 * @throws DataError if the data are truncated or damaged, or need a window above 128 MB
 */
export async function* unzstd(stream: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import("fzstd");
  const ready: Uint8Array[] = [];
  let bytes = 0;
  const decoder = new Decompress((piece) => void ready.push(piece));
  const push = (piece: Uint8Array, final: boolean): void => {
    try {
      decoder.push(piece, final);
    } catch (error) {
      const problem = final ? "truncated" : "damaged";
      throw new DataError(
        `${path}: its Zstandard data are ${problem} after ${bytes} decompressed bytes (${(error as Error).message}). Download the file again.`,
      );
    }
  };
  let start = Buffer.alloc(0);
  for await (const piece of stream) {
    if (start.length < HEADER) {
      start = Buffer.concat([start, piece.subarray(0, HEADER)]);
      if (start.length >= HEADER) checkWindow(start, path);
    }
    for (let at = 0; at < piece.length; at += PIECE) {
      push(piece.subarray(at, at + PIECE), false);
      for (const part of ready.splice(0)) {
        bytes += part.length;
        yield part;
      }
    }
  }
  push(new Uint8Array(0), true);
  yield* ready;
}

/** Refuses a window that takes too much memory. The header is that of RFC 8878, section 3.1.1.1. */
function checkWindow(header: Buffer, path: string): void {
  const flags = header[4] as number;
  const window = (flags & 0x20) !== 0 ? contentSize(header, flags) : windowSize(header[5] as number);
  if (window <= LARGEST_WINDOW) return;
  throw new DataError(
    `${path}: its Zstandard data need a window of ${window} bytes. Expected at most ${LARGEST_WINDOW}. Compress it again without --ultra and --long.`,
  );
}

const windowSize = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);

/** Returns the size of the contents that the header of a frame of a single segment declares. */
function contentSize(header: Buffer, flags: number): number {
  const at = 5 + ([0, 1, 2, 4][flags & 3] as number);
  const kind = flags >> 6;
  if (kind === 0) return header.readUInt8(at);
  if (kind === 1) return header.readUInt16LE(at) + 256;
  return kind === 2 ? header.readUInt32LE(at) : Number(header.readBigUInt64LE(at));
}
