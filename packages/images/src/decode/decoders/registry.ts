import { formatOf } from "../file-signatures.ts";
import type { SampleOptions } from "../sample-options.ts";
import type { Decoder } from "./decoder.ts";
import { damagedBy } from "./limits.ts";

/** The decoders of formats that the image library does not read. Each is loaded when the first such image is read. */
const DECODERS: Readonly<Record<string, () => Promise<Decoder>>> = {
  BMP: async () => (await import("./bmp.ts")).bmp,
  PNM: async () => (await import("./pnm.ts")).pnm,
  HEIC: async () => (await import("./heic.ts")).heic,
  "JPEG 2000": async () => (await import("./jpeg-2000.ts")).jpeg2000,
  "JPEG XL": async () => (await import("./jpeg-xl.ts")).jpegXl,
  DICOM: async () => (await import("./dicom.ts")).dicom,
};

/**
 * Returns the decoder of a file by its first bytes, which also selects samples if the options require it.
 * @returns null for formats that the image library reads, and for unknown ones
 */
export async function decoderOf(bytes: Uint8Array, options: SampleOptions): Promise<Decoder | null> {
  const load = DECODERS[formatOf(bytes) ?? ""];
  const decoder = load ? guarded(await load()) : null;
  if (decoder?.appliesOptions || (!options.bands && !options.valueRange)) return decoder;
  return guarded((await import("./selection.ts")).selecting(decoder));
}

/** Returns a decoder that reports an offset outside of the file, which is a RangeError, as damage. */
function guarded(decoder: Decoder): Decoder {
  const guard = async <Result>(act: () => Result | Promise<Result>): Promise<Result> => {
    try {
      return await act();
    } catch (error) {
      throw error instanceof RangeError ? damagedBy(error) : error;
    }
  };
  return {
    ...decoder,
    readHeader: (...args) => guard(() => decoder.readHeader(...args)),
    convert: (...args) => guard(() => decoder.convert(...args)),
  };
}
