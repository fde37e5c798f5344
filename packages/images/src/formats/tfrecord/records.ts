import { DataError } from "../../error.ts";
import { maskedCrc32c } from "./crc32c.ts";

/** The maximum length of a record, in bytes. */
const LONGEST = 2 ** 30;

/**
 * Cuts a TFRecord file into records: the length in 8 bytes, its checksum, the record, its checksum. The format is that of
 * https://www.tensorflow.org/tutorials/load_data/tfrecord.
 * @throws DataError for another file, or a damaged one
 */
export async function* recordsOf(path: string, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = new Pieces(stream);
  for (let index = 0; ; index++) {
    const head = await pieces.take(12);
    if (head.length === 0) return;
    const place = `${path}, record ${index}`;
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (head.length < 12 || view.getUint32(8, true) !== maskedCrc32c(head.subarray(0, 8))) {
      throw new DataError(
        `${place}: the checksum of its length differs, so the file is damaged or no TFRecord file. Download the file again.`,
      );
    }
    const length = Number(view.getBigUint64(0, true));
    if (length > LONGEST) {
      throw new DataError(`${place}: it declares ${length} bytes. Expected at most ${LONGEST}. Write smaller records.`);
    }
    const bytes = await pieces.take(length + 4);
    if (bytes.length < length + 4) {
      throw new DataError(
        `${place}: it declares ${length} bytes, but the file ends after ${bytes.length}. Download the file again.`,
      );
    }
    const record = bytes.subarray(0, length);
    if (new DataView(bytes.buffer, bytes.byteOffset).getUint32(length, true) !== maskedCrc32c(record)) {
      throw new DataError(`${place}: its checksum differs, so the file is damaged. Download the file again.`);
    }
    yield record;
  }
}

/** A stream from which a number of bytes is taken at a time. */
class Pieces {
  readonly #stream: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  /** Takes bytes, fewer at the end of the stream. */
  async take(length: number): Promise<Uint8Array> {
    const taken: Uint8Array[] = [this.#rest];
    let total = this.#rest.length;
    while (total < length) {
      const { done, value } = await this.#stream.next();
      if (done) break;
      taken.push(value);
      total += value.length;
    }
    const [only, ...more] = taken as [Uint8Array, ...Uint8Array[]];
    const all = more.length === 0 ? only : Buffer.concat(taken);
    this.#rest = all.subarray(length);
    return all.subarray(0, length);
  }
}
