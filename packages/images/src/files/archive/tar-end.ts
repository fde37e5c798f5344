import { TAR_BLOCK } from "./tar-header.ts";

/** The maximum number of blocks of zeros that are remembered. Far fewer are read ahead of an entry. */
const MOST_ZEROS = 2 ** 16;

/**
 * Finds the end of a tar archive, a block of zeros after the last entry. Blocks are read before the entries in them are
 * known, so the positions of those of zeros are kept until then.
 */
export class TarEnd {
  #zeros: number[] = [];
  #position = 0;
  /** The position after the last known entry. */
  #end = 0;

  /** True if a block of zeros follows the last known entry. */
  get isReached(): boolean {
    return this.#zeros.includes(this.#end);
  }

  /** Adds the position after an entry. */
  next(position: number): void {
    this.#end = Math.ceil(position / TAR_BLOCK) * TAR_BLOCK;
    this.#zeros = this.#zeros.filter((at) => at >= this.#end);
  }

  /** Adds blocks of the archive. */
  add(blocks: Uint8Array): void {
    for (let at = 0; at + TAR_BLOCK <= blocks.length; at += TAR_BLOCK) {
      const position = this.#position + at;
      if (blocks[at] !== 0 || position < this.#end || this.#zeros.length === MOST_ZEROS) continue;
      if (blocks.subarray(at, at + TAR_BLOCK).every((byte) => byte === 0)) this.#zeros.push(position);
    }
    this.#position += blocks.length;
  }
}

/** Passes the bytes of an archive on in whole blocks, and shows them to `end`. Only the last piece may be shorter. */
export async function* wholeBlocks(stream: AsyncIterable<Uint8Array>, end: TarEnd): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of stream) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % TAR_BLOCK);
    rest = bytes.subarray(whole);
    if (whole === 0) continue;
    const blocks = bytes.subarray(0, whole);
    end.add(blocks);
    yield blocks;
  }
  if (rest.length > 0) yield rest;
}
