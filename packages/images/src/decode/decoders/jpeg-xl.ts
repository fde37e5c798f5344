import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { JxlImage } from "jxl-oxide-wasm";
import { checkDensity, checkSize } from "../image-header.ts";
import { UnusableImage } from "../unusable-image.ts";
import type { Decoder } from "./decoder.ts";
import { damagedBy, MAX_MODULE_PIXELS, MAX_PIXELS_PER_BYTE, SMALL } from "./limits.ts";

/** JPEG XL images, upright and in sRGB; the first frame of an animation. */
export const jpegXl: Decoder = {
  readHeader: (bytes) =>
    withImage(bytes, ({ width = 0, height = 0 }) => {
      const size = { width, height };
      checkSize(size, MAX_MODULE_PIXELS);
      checkDensity(size, bytes, MAX_PIXELS_PER_BYTE, SMALL);
      // The header of the decoded file has the alpha; the library does not report it before.
      return { ...size, hasAlpha: true, isDeep: false };
    }),
  convert: (bytes) =>
    withImage(bytes, (image) => {
      if (!image.loaded && image.numLoadedKeyframes === 0) throw damagedBy(new Error("its end is missing"));
      // Encoding also frees the frame.
      return image.render(0).encodeToPng();
    }),
};

async function withImage<Result>(bytes: Uint8Array, act: (image: JxlImage) => Result): Promise<Result> {
  const { JxlImage } = await load();
  try {
    const image = new JxlImage();
    image.forceSrgb = true;
    image.feedBytes(bytes);
    if (!image.tryInit()) throw new Error("its header is missing");
    const result = act(image);
    image.free();
    return result;
  } catch (error) {
    throw error instanceof UnusableImage ? error : damagedBy(error);
  }
}

let loading: Promise<typeof import("jxl-oxide-wasm")> | null = null;

/** Loads the module once. */
function load(): Promise<typeof import("jxl-oxide-wasm")> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<typeof import("jxl-oxide-wasm")> {
  const library = await import("jxl-oxide-wasm");
  const folder = dirname(createRequire(import.meta.url).resolve("jxl-oxide-wasm/package.json"));
  await library.default({ module_or_path: await readFile(join(folder, "jxl_oxide_wasm_bg.wasm")) });
  return library;
}
