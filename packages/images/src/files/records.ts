/** Cuts a stream into records of one size, without what is left at its end. A record is valid until the next one. */
export async function* records(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const record = new Uint8Array(size);
  let filled = 0;
  for await (const piece of stream) {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(size - filled, piece.length - at);
      record.set(piece.subarray(at, at + count), filled);
      filled += count;
      at += count;
      if (filled < size) continue;
      yield record;
      filled = 0;
    }
  }
}
