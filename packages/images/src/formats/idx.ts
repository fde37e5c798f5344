import { stat } from "node:fs/promises";
import { DataError } from "../error.ts";
import { readStream } from "../files/read-stream.ts";

/** An opened IDX file: sizes of its axes, and its bytes. */
export interface IdxFile {
  readonly sizes: readonly number[];
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a kind of IDX file begins with: two zeros, 8 for bytes, and how many axes. */
const MAGIC = { labels: 0x0801, images: 0x0803 } as const;

/** gzip makes nothing more than so many times smaller. */
const LARGEST_RATIO = 1100;

/**
 * Opens an IDX file of bytes, plain or gzip: the magic number, then the sizes as big-endian 32-bit numbers, then the
 * bytes, the last axis fastest. The format is that of MNIST, http://yann.lecun.com/exdb/mnist/.
 * @throws DataError for another magic number, and when the body turns out to be shorter or longer than its header says
 */
export async function openIdx(path: string, kind: keyof typeof MAGIC): Promise<IdxFile> {
  const pieces = readStream(path);
  const axes = MAGIC[kind] & 0xff;
  const length = 4 + 4 * axes;
  let start = Buffer.alloc(0);
  while (start.length < length) {
    const { value, done } = await pieces.next();
    if (done)
      throw new DataError(`${path}: it has ${start.length} bytes: expected an IDX file, which has ${length} at least`);
    start = Buffer.concat([start, value]);
  }
  const magic = start.readUInt32BE(0);
  if (magic !== MAGIC[kind]) {
    await pieces.return(undefined);
    throw new DataError(
      `${path}: its magic number is ${hex(magic)}: expected ${hex(MAGIC[kind])}, an IDX file of ${kind}${otherKind(magic)}`,
    );
  }
  const sizes = Array.from({ length: axes }, (_, axis) => start.readUInt32BE(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1);
  const { size: stored } = await stat(path);
  // Said before anybody makes room for it.
  if (expected > stored * LARGEST_RATIO) {
    await pieces.return(undefined);
    throw new DataError(
      `${path}: its header says ${sizes.join("x")} bytes, and the whole file has ${stored}: get it again`,
    );
  }
  return { sizes, body: checked(path, start.subarray(length), pieces, sizes, expected) };
}

async function* checked(
  path: string,
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
  sizes: readonly number[],
  expected: number,
): AsyncGenerator<Uint8Array> {
  let found = 0;
  const wrong = (end: string): DataError =>
    new DataError(
      `${path}: its header says ${sizes.join("x")} = ${expected} bytes, and ${end}: get the whole file again`,
    );
  const pass = (piece: Uint8Array): Uint8Array => {
    found += piece.length;
    if (found > expected) throw wrong("there are more of them");
    return piece;
  };
  yield pass(first);
  for await (const piece of rest) yield pass(piece);
  if (found < expected) throw wrong(`there are ${found} of them`);
}

const hex = (magic: number): string => `0x${magic.toString(16).padStart(8, "0")}`;

function otherKind(magic: number): string {
  const [other] = Object.entries(MAGIC).find(([, known]) => known === magic) ?? [];
  return other ? ` (this is one of ${other})` : "";
}
