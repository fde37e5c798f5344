import { checkDensity, checkSize, type ImageHeader } from "../image-header.ts";
import { importOptional } from "../optional-package.ts";
import { newTiff } from "../tiff-file.ts";
import { UnusableImage } from "../unusable-image.ts";
import type { Decoder } from "./decoder.ts";
import { damagedBy, KEPT_MEMORY, MAX_MODULE_PIXELS, MAX_PIXELS_PER_BYTE, SMALL } from "./limits.ts";

/**
 * The functions of libheif-js that are used here. Those with an underscore take addresses. Users install the package
 * themselves, because of its license (LGPL-3.0) and its size.
 */
interface Libheif {
  readonly HEAPU8: Uint8Array;
  readonly heif_error_code: { readonly heif_error_Ok: unknown };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: unknown };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc(): unknown;
  heif_context_free(context: unknown): void;
  heif_context_read_from_memory(context: unknown, bytes: Uint8Array): Failure;
  heif_js_context_get_primary_image_handle(context: unknown): Handle & Partial<Failure>;
  heif_image_handle_get_width(handle: Handle): number;
  heif_image_handle_get_height(handle: Handle): number;
  heif_image_handle_has_alpha_channel(handle: Handle): number;
  heif_js_decode_image2(handle: Handle, colors: unknown, chroma: unknown): Decoded | Promise<Decoded>;
  heif_image_handle_release(handle: Handle): void;
  heif_image_release(image: unknown): void;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, into: number): void;
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** An object of the library, with its address. */
interface Handle {
  readonly $$: { readonly ptr: number };
}

interface Failure {
  readonly code: unknown;
  readonly message: string;
}

interface Decoded extends Partial<Failure> {
  readonly image: unknown;
  readonly channels: readonly { readonly stride: number; readonly data: Uint8Array }[];
}

/** HEIC images of phones: the primary image, upright, with its color profile. */
export const heic: Decoder = {
  readHeader: (bytes) => withPrimary(bytes, (_, __, header) => header),
  convert: (bytes) =>
    withPrimary(bytes, async (libheif, handle, { width, height, hasAlpha }) => {
      const { heif_colorspace, heif_chroma } = libheif;
      const colors = heif_colorspace.heif_colorspace_RGB;
      const decoded = await libheif.heif_js_decode_image2(handle, colors, heif_chroma.heif_chroma_interleaved_RGBA);
      const [channel] = decoded.channels ?? [];
      if (!channel) throw damagedBy(new Error(decoded.message));
      const profile = profileOf(libheif, handle);
      const { file, samples } = newTiff({ width, height, samples: 4, bits: 8, hasAlpha: true, profile });
      for (let row = 0; row < height; row++) {
        const at = row * channel.stride;
        samples.set(channel.data.subarray(at, at + 4 * width), 4 * width * row);
      }
      if (!hasAlpha) for (let i = 3; i < samples.length; i += 4) samples[i] = 255;
      libheif.heif_image_release(decoded.image);
      return file;
    }),
};

/** Opens the primary image, calls a function with it, and frees its memory. */
async function withPrimary<Result>(
  bytes: Uint8Array,
  act: (libheif: Libheif, handle: Handle, header: ImageHeader) => Result | Promise<Result>,
): Promise<Result> {
  const libheif = await load();
  const context = libheif.heif_context_alloc();
  try {
    const { code, message } = libheif.heif_context_read_from_memory(context, bytes);
    if (code !== libheif.heif_error_code.heif_error_Ok) throw damagedBy(new Error(message));
    const handle = libheif.heif_js_context_get_primary_image_handle(context);
    if (!handle || handle.code) throw damagedBy(new Error(handle?.message));
    const [width, height] = [libheif.heif_image_handle_get_width(handle), libheif.heif_image_handle_get_height(handle)];
    const header = {
      width,
      height,
      hasAlpha: libheif.heif_image_handle_has_alpha_channel(handle) === 1,
      isDeep: false,
    };
    checkSize(header, MAX_MODULE_PIXELS);
    checkDensity(header, bytes, MAX_PIXELS_PER_BYTE, SMALL);
    const result = await act(libheif, handle, header);
    libheif.heif_image_handle_release(handle);
    libheif.heif_context_free(context);
    if (libheif.HEAPU8.length > KEPT_MEMORY) loading = null;
    return result;
  } catch (error) {
    // Whatever has failed inside the module may have left its memory in disorder.
    loading = null;
    throw error instanceof UnusableImage ? error : damagedBy(error);
  }
}

/** Returns the ICC profile of an image; null if it has none. */
function profileOf(libheif: Libheif, { $$: { ptr } }: Handle): Uint8Array | null {
  const size = libheif._heif_image_handle_get_raw_color_profile_size(ptr);
  if (size === 0) return null;
  // The function also returns a structure of three words.
  const structure = 12;
  const address = libheif._malloc(structure + size);
  libheif._heif_image_handle_get_raw_color_profile(address, ptr, address + structure);
  const profile = libheif.HEAPU8.slice(address + structure, address + structure + size);
  libheif._free(address);
  return profile;
}

let loading: Promise<Libheif> | null = null;

/** Loads the module once. */
function load(): Promise<Libheif> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<Libheif> {
  const { default: create } = await importOptional<{ readonly default: () => Promise<Libheif> }>(
    "libheif-js/libheif-wasm/libheif-bundle.mjs",
    "its format is HEIC",
    "convert it to JPEG",
  );
  return create();
}
