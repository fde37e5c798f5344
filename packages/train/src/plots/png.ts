import sharp from "sharp";
import { onlyLight } from "./theme.ts";

/**
 * A plot as a PNG file, in its light colours on white.
 * @param scale pixels of the picture for one of the plot; default 2, for sharp text on dense screens
 * @throws Error where the text is not an SVG file
 */
export async function png(svg: string, scale = 2): Promise<Uint8Array> {
  // SVG has 72 pixels to the inch here.
  const rendered = sharp(Buffer.from(onlyLight(svg)), { density: 72 * scale });
  return await rendered.flatten({ background: "white" }).png({ palette: true }).toBuffer();
}
