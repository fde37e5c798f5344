import type { ImageHeader } from "../image-header.ts";
import type { SampleOptions } from "../sample-options.ts";

/** A decoder of a format that the image library does not read. */
export interface Decoder {
  /** Reads the header of an image, without its pixels. @throws UnusableImage */
  readHeader(bytes: Uint8Array, options: SampleOptions): ImageHeader | Promise<ImageHeader>;
  /**
   * Decodes an image.
   * @returns a file that the image library reads, with the same pixels, upright
   * @throws UnusableImage
   */
  convert(bytes: Uint8Array, options: SampleOptions): Uint8Array | Promise<Uint8Array>;
  /** True if the decoder applies the options of the samples itself. */
  readonly appliesOptions?: true;
}
