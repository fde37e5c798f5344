import { newTiff } from "../tiff-file.ts";
import { UnusableImage } from "../unusable-image.ts";
import type { Decoder } from "./decoder.ts";
import { readJpeg2000Header } from "./jpeg-2000-header.ts";
import { damagedBy, KEPT_MEMORY } from "./limits.ts";

/** The functions of the library that are used here. */
interface OpenJpeg {
  readonly HEAPU8: Uint8Array;
  readonly J2KDecoder: new () => J2kDecoder;
}

interface J2kDecoder {
  /** Returns memory for a file of that length. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  /** Returns the interleaved samples, of two bytes each for more than 8 bits. */
  getDecodedBuffer(): Uint8Array;
  delete(): void;
}

/** JPEG 2000 images: gray or RGB of up to 16 bits. */
export const jpeg2000: Decoder = {
  readHeader(bytes) {
    const { width, height, bits } = readJpeg2000Header(bytes);
    return { width, height, hasAlpha: false, isDeep: bits === 16 };
  },
  async convert(bytes) {
    const header = readJpeg2000Header(bytes);
    const { bits, samples } = header;
    const decoded = await decode(bytes, header);
    const isDeep = bits > 8;
    const tiff = isDeep ? newTiff({ ...header, bits: 16 }) : newTiff({ ...header, bits: 8 });
    const source = isDeep ? new Uint16Array(decoded.buffer) : decoded;
    if (source.length !== tiff.samples.length) {
      throw damagedBy(
        new Error(`JPEG 2000: ${source.length} samples in place of ${header.width}x${header.height}x${samples}`),
      );
    }
    const scale = (isDeep ? 65535 : 255) / (2 ** bits - 1);
    for (let i = 0; i < source.length; i++) tiff.samples[i] = Math.round((source[i] as number) * scale);
    return tiff.file;
  },
};

/** Returns a copy of the decoded samples. */
async function decode(
  bytes: Uint8Array,
  { width, height, samples }: ReturnType<typeof readJpeg2000Header>,
): Promise<Uint8Array> {
  const library = await load();
  try {
    const decoder = new library.J2KDecoder();
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const frame = decoder.getFrameInfo();
    if (frame.width !== width || frame.height !== height || frame.componentCount !== samples) {
      throw new Error(`JPEG 2000: ${frame.width}x${frame.height}x${frame.componentCount} samples`);
    }
    const decoded = Uint8Array.from(decoder.getDecodedBuffer());
    decoder.delete();
    if (library.HEAPU8.length > KEPT_MEMORY) loading = null;
    return decoded;
  } catch (error) {
    // Whatever has failed inside the module may have left its memory in disorder.
    loading = null;
    throw error instanceof UnusableImage ? error : damagedBy(error);
  }
}

let loading: Promise<OpenJpeg> | null = null;

/** Loads the module once. Its messages would mix with the output of the program. */
function load(): Promise<OpenJpeg> {
  // The package has no types.
  const file: string = "@cornerstonejs/codec-openjpeg/decode";
  loading ??= import(file).then(({ default: create }) => create({ print: () => {}, printErr: () => {} }));
  return loading;
}
