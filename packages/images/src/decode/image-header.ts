import { UnusableImage } from "./unusable-image.ts";

/** The size of an upright image, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** The parts of an image's header that decoding depends on. */
export interface ImageHeader extends ImageSize {
  readonly hasAlpha: boolean;
  /** True if the file stores plain samples of 16 bits. Other formats define a white for fewer bits. */
  readonly isDeep: boolean;
}

/** The maximum number of pixels of an image: a square of 16,384 a side. */
export const MAX_PIXELS = 2 ** 28;

/** Refuses an image of too many pixels before memory is allocated. @throws UnusableImage */
export function checkSize({ width, height }: ImageSize, most = MAX_PIXELS): void {
  if (width * height <= most) return;
  const side = Math.sqrt(most);
  throw new UnusableImage(
    `it has ${width}x${height} pixels; expected at most ${most / 2 ** 20} million, such as ${side}x${side}; make it smaller`,
  );
}

/**
 * Refuses a header with more pixels than the file can contain, so that damage is noticed before memory is allocated.
 * @param least the number of pixels that any file may have
 * @throws UnusableImage
 */
export function checkDensity({ width, height }: ImageSize, bytes: Uint8Array, perByte: number, least = 0): void {
  if (width * height <= Math.max(least, perByte * bytes.length)) return;
  throw new UnusableImage(`it is damaged or truncated (${bytes.length} bytes for ${width}x${height} pixels)`);
}
