/** The bits of a scan, without stuffed bytes. */
export interface ScanBits {
  /** The bytes, followed by zeros for reads past the end. */
  readonly view: DataView;
  /** First bit of each part between restarts. */
  readonly starts: readonly number[];
  /** Bit after the last one. */
  readonly end: number;
}

/** Zeros after the end. Damaged data are noticed after a block, which has 64 values of at most 31 bits. */
const PADDING = 256;

/**
 * Removes the stuffed bytes of a scan, and separates its parts at the restart markers.
 * @returns null if the file does not end with its only scan
 */
export function scanBits(bytes: Uint8Array, start: number): ScanBits | null {
  const data = new Uint8Array(bytes.length - start + PADDING);
  const starts = [0];
  let [from, to] = [start, 0];
  for (;;) {
    const at = bytes.indexOf(0xff, from);
    if (at < 0 || at + 1 >= bytes.length) return null;
    const marker = bytes[at + 1] as number;
    const length = at - from + (marker === 0 ? 1 : 0);
    data.set(bytes.subarray(from, from + length), to);
    to += length;
    from = at + (marker === 0xff ? 1 : 2);
    if (marker >= 0xd0 && marker <= 0xd7) starts.push(8 * to);
    else if (marker === 0xd9) return { view: new DataView(data.buffer), starts, end: 8 * to };
    else if (marker !== 0 && marker !== 0xff) return null;
  }
}
