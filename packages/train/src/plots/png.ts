import sharp from "sharp";
import { onlyLight } from "./theme.ts";

/**
 * Renders a plot as a PNG file with its light colors on white.
 * @param scale pixels of the picture per pixel of the plot; default 2, for sharp text on high-density screens
 * @throws Error if the text is not an SVG file
 */
export async function png(svg: string, scale = 2): Promise<Uint8Array> {
  // At a density of 72, one SVG pixel is one pixel of the picture.
  const rendered = sharp(Buffer.from(onlyLight(svg)), { density: 72 * scale });
  return await rendered.flatten({ background: "white" }).png({ palette: true }).toBuffer();
}
