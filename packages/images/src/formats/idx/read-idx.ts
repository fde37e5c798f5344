import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readStream } from "../../files/read-stream.ts";

/** The magic number of each kind of IDX file: two zeros, 8 for bytes, and the number of axes. */
const MAGIC = { labels: 0x0801, images: 0x0803 } as const;

/** The maximum compression ratio of gzip. */
const LARGEST_RATIO = 1100;

/** The contents of an IDX file. */
export interface IdxFile {
  /** The size of each axis. */
  readonly sizes: readonly number[];
  /** Reads the bytes in pieces. @throws DataError if their number differs from the header */
  pieces(): AsyncIterable<Uint8Array>;
}

/**
 * Opens an IDX file of bytes, plain or gzip: the magic number, then the sizes as big-endian 32-bit numbers, then the bytes
 * with the last axis fastest. The format is that of MNIST, http://yann.lecun.com/exdb/mnist/.
 * @throws DataError for another magic number, a truncated header, or sizes that the file cannot contain
 */
export async function openIdx(files: Files, file: string, kind: keyof typeof MAGIC): Promise<IdxFile> {
  const path = pathIn(files, file);
  const length = headerLength(kind);
  const bytes = await start(readStream(files, file), length);
  if (bytes.length < length) {
    throw new DataError(`${path}: it has ${bytes.length} bytes. Expected an IDX file, which has at least ${length}.`);
  }
  const { sizes, expected, declared } = readHeader(path, kind, bytes, files.sizeOf(file));
  return {
    sizes,
    async *pieces() {
      let position = 0;
      for await (const piece of readStream(files, file)) {
        const body = piece.subarray(Math.max(0, length - position));
        position += piece.length;
        if (position - length > expected) {
          throw new DataError(`${path}: ${declared}, but the file has more. Download the file again.`);
        }
        if (body.length > 0) yield body;
      }
      if (position - length < expected) {
        throw new DataError(`${path}: ${declared}, but the file has ${position - length}. Download the file again.`);
      }
    },
  };
}

/** Returns the number of bytes before those of the images or labels. */
const headerLength = (kind: keyof typeof MAGIC): number => 4 + 4 * (MAGIC[kind] & 0xff);

/** Reads the first bytes of a stream, fewer if it is shorter. */
async function start(stream: AsyncIterable<Uint8Array>, length: number): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  for await (const piece of stream) {
    bytes = Buffer.concat([bytes, piece]);
    if (bytes.length >= length) break;
  }
  return bytes;
}

interface Header {
  readonly sizes: readonly number[];
  /** The number of bytes after the header. */
  readonly expected: number;
  /** The sizes in words, for errors. */
  readonly declared: string;
}

/** Reads a header, and refuses sizes that the file cannot contain, before memory is allocated. */
function readHeader(path: string, kind: keyof typeof MAGIC, header: Buffer, stored: number): Header {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC[kind]) {
    throw new DataError(
      `${path}: its magic number is ${hex(magic)}${otherKind(magic)}. Expected ${hex(MAGIC[kind])}, that of an IDX file of ${kind}.`,
    );
  }
  const sizes = Array.from({ length: magic & 0xff }, (_, axis) => header.readUInt32BE(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const declared = `its header declares ${sizes.join("x")} = ${expected} bytes`;
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
