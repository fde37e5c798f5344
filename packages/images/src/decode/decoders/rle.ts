import { byteAt } from "../../bytes.ts";
import type { ImageSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";

/**
 * Expands the run-length code of BMP files with 4 or 8 bits per pixel. Skipped pixels have the index 0.
 * @returns indices [height, width], in the file's order of rows
 * @throws UnusableImage if the code ends without its end mark
 */
export function expandRle(
  code: Uint8Array,
  { width, height, bits }: ImageSize & { readonly bits: number },
): Uint8Array {
  const indices = new Uint8Array(width * height);
  let [row, column] = [0, 0];
  const put = (index: number): void => {
    // Runs may cross the edge, where they end.
    if (column < width) indices[row * width + column++] = index;
  };
  /** Writes pixels from bytes of one index, or of two indices with the left one in the upper half. */
  const write = (count: number, valueAt: (byte: number) => number): void => {
    for (let i = 0; i < count; i++) {
      if (bits === 8) put(valueAt(i));
      else put(i % 2 === 0 ? valueAt(i >> 1) >> 4 : valueAt(i >> 1) & 15);
    }
  };
  for (let at = 0; row < height; ) {
    if (at + 2 > code.length) throw new UnusableImage("it is damaged or truncated (BMP: its end is missing)");
    const [count, value] = [byteAt(code, at), byteAt(code, at + 1)];
    at += 2;
    if (count > 0) write(count, () => value);
    else if (value === 0) [row, column] = [row + 1, 0];
    else if (value === 1) break;
    else if (value === 2) {
      column += code[at] ?? 0;
      row += code[at + 1] ?? 0;
      at += 2;
    } else {
      const from = at;
      write(value, (byte) => code[from + byte] ?? 0);
      // Literal pixels take an even number of bytes.
      at += 2 * Math.ceil((value * bits) / 16);
    }
  }
  return indices;
}
