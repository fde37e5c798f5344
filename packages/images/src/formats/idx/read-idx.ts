import { stat } from "node:fs/promises";
import { DataError } from "../../error.ts";
import { readStream } from "../../files/read-stream.ts";

/** The magic number of each kind of IDX file: two zeros, 8 for bytes, and the number of axes. */
const MAGIC = { labels: 0x0801, images: 0x0803 } as const;

/** The maximum compression ratio of gzip. */
const LARGEST_RATIO = 1100;

/**
 * Reads an IDX file of bytes, plain or gzip: the magic number, then the sizes as big-endian 32-bit numbers, then the bytes
 * with the last axis fastest. The format is that of MNIST, http://yann.lecun.com/exdb/mnist/.
 * @param begin receives the sizes, and returns a function that receives each piece of the bytes with its position
 * @throws DataError for another magic number, or a body whose length differs from the header
 */
export async function readIdx(
  path: string,
  kind: keyof typeof MAGIC,
  begin: (sizes: readonly number[]) => (piece: Uint8Array, at: number) => void,
): Promise<void> {
  const length = 4 + 4 * (MAGIC[kind] & 0xff);
  let header = Buffer.alloc(0);
  let take: ReturnType<typeof begin> | null = null;
  let declared = "";
  let expected = 0;
  let found = 0;
  for await (const piece of readStream(path)) {
    let body = piece;
    if (!take) {
      header = Buffer.concat([header, piece]);
      if (header.length < length) continue;
      const found = await readHeader(path, kind, header);
      ({ expected, declared } = found);
      take = begin(found.sizes);
      body = header.subarray(length);
    }
    if (found + body.length > expected) {
      throw new DataError(`${path}: ${declared}, but the file has more. Download the file again.`);
    }
    take(body, found);
    found += body.length;
  }
  if (!take) throw truncatedHeader(path, header.length, length);
  if (found < expected) {
    throw new DataError(`${path}: ${declared}, but the file has ${found}. Download the file again.`);
  }
}

/**
 * Reads the sizes in the header of an IDX file, without unpacking more of it.
 * @throws DataError for another magic number, or a truncated header
 */
export async function readIdxSizes(path: string, kind: keyof typeof MAGIC): Promise<readonly number[]> {
  const length = 4 + 4 * (MAGIC[kind] & 0xff);
  let header = Buffer.alloc(0);
  for await (const piece of readStream(path)) {
    header = Buffer.concat([header, piece]);
    if (header.length >= length) return (await readHeader(path, kind, header)).sizes;
  }
  throw truncatedHeader(path, header.length, length);
}

const truncatedHeader = (path: string, found: number, length: number): DataError =>
  new DataError(`${path}: it has ${found} bytes. Expected an IDX file, which has at least ${length}.`);

interface Header {
  readonly sizes: readonly number[];
  /** The number of bytes after the header. */
  readonly expected: number;
  /** The sizes in words, for errors. */
  readonly declared: string;
}

/** Reads a header, and refuses sizes that the file cannot contain, before memory is allocated. */
async function readHeader(path: string, kind: keyof typeof MAGIC, header: Buffer): Promise<Header> {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC[kind]) {
    throw new DataError(
      `${path}: its magic number is ${hex(magic)}${otherKind(magic)}. Expected ${hex(MAGIC[kind])}, that of an IDX file of ${kind}.`,
    );
  }
  const sizes = Array.from({ length: magic & 0xff }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const declared = `its header declares ${sizes.join("x")} = ${expected} bytes`;
  const { size: stored } = await stat(path);
  if (expected > stored * LARGEST_RATIO) {
    throw new DataError(`${path}: ${declared}, but the whole file has ${stored}. Download the file again.`);
  }
  return { sizes, expected, declared };
}

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, "0")}`;

function otherKind(magic: number): string {
  const [other] = Object.entries(MAGIC).find(([, known]) => known === magic) ?? [];
  return other ? ` (an IDX file of ${other})` : "";
}
