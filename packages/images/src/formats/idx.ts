import { stat } from "node:fs/promises";
import { DataError } from "../error.ts";
import { readStream } from "../files/read-stream.ts";

/** What a kind of IDX file begins with: two zeros, 8 for bytes, and how many axes. */
const MAGIC = { labels: 0x0801, images: 0x0803 } as const;

/** gzip makes nothing more than so many times smaller. */
const LARGEST_RATIO = 1100;

/**
 * Reads an IDX file of bytes, plain or gzip: the magic number, then the sizes as big-endian 32-bit numbers, then the
 * bytes, the last axis fastest. The format is that of MNIST, http://yann.lecun.com/exdb/mnist/.
 * @param begin is given the sizes, and returns what takes the bytes, piece by piece, with each one's place
 * @throws DataError for another magic number, and a body that is shorter or longer than the header says
 */
export async function readIdx(
  path: string,
  kind: keyof typeof MAGIC,
  begin: (sizes: readonly number[]) => (piece: Uint8Array, at: number) => void,
): Promise<void> {
  const length = 4 + 4 * (MAGIC[kind] & 0xff);
  let header = Buffer.alloc(0);
  let take: ReturnType<typeof begin> | null = null;
  let says = "";
  let expected = 0;
  let found = 0;
  for await (const piece of readStream(path)) {
    let body = piece;
    if (!take) {
      header = Buffer.concat([header, piece]);
      if (header.length < length) continue;
      const found = await readHeader(path, kind, header);
      ({ expected, says } = found);
      take = begin(found.sizes);
      body = header.subarray(length);
    }
    if (found + body.length > expected) {
      throw new DataError(`${path}: ${says}, and there are more of them: get the whole file again`);
    }
    take(body, found);
    found += body.length;
  }
  if (!take) throw cutHeader(path, header.length, length);
  if (found < expected) {
    throw new DataError(`${path}: ${says}, and there are ${found} of them: get the whole file again`);
  }
}

/**
 * The sizes that an IDX file's header says, of which no more than that is unpacked.
 * @throws DataError for another magic number, or a header that is cut short
 */
export async function readIdxSizes(path: string, kind: keyof typeof MAGIC): Promise<readonly number[]> {
  const length = 4 + 4 * (MAGIC[kind] & 0xff);
  let header = Buffer.alloc(0);
  for await (const piece of readStream(path)) {
    header = Buffer.concat([header, piece]);
    if (header.length >= length) return (await readHeader(path, kind, header)).sizes;
  }
  throw cutHeader(path, header.length, length);
}

const cutHeader = (path: string, found: number, length: number): DataError =>
  new DataError(`${path}: it has ${found} bytes: expected an IDX file, with ${length} at least`);

interface Header {
  readonly sizes: readonly number[];
  /** Bytes behind the header. */
  readonly expected: number;
  readonly says: string;
}

/** Reads a header, and refuses one that promises more than the file can hold before anybody makes room for it. */
async function readHeader(path: string, kind: keyof typeof MAGIC, header: Buffer): Promise<Header> {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC[kind]) {
    throw new DataError(
      `${path}: its magic number is ${hex(magic)}: expected ${hex(MAGIC[kind])}, that of an IDX file of ${kind}${otherKind(magic)}`,
    );
  }
  const sizes = Array.from({ length: magic & 0xff }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const says = `its header says ${sizes.join("x")} = ${expected} bytes`;
  const { size: stored } = await stat(path);
  if (expected > stored * LARGEST_RATIO) {
    throw new DataError(`${path}: ${says}, and the whole file has ${stored}: get the whole file again`);
  }
  return { sizes, expected, says };
}

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, "0")}`;

function otherKind(magic: number): string {
  const [other] = Object.entries(MAGIC).find(([, known]) => known === magic) ?? [];
  return other ? ` (this is one of ${other})` : "";
}
