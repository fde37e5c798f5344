import sharp, { type OverlayOptions } from "sharp";

/** Draws pictures and SVG texts on a white sheet. Returns a PNG file. */
export function composeSheet(
  size: { readonly width: number; readonly height: number },
  texts: readonly string[],
  pictures: readonly OverlayOptions[],
): Promise<Uint8Array> {
  const words = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">${texts.join("")}</svg>`;
  return sharp({ create: { ...size, channels: 3, background: "white" } })
    .composite([{ input: Buffer.from(words), left: 0, top: 0 }, ...pictures])
    .png()
    .toBuffer();
}
