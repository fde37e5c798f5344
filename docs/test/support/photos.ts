import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";

/** A PNG with stripes; their width depends on the class, their brightness on the index. */
export function png(label: number, index: number, size: number): Promise<Buffer> {
  const isBright = (i: number): boolean => Math.floor((i % size) / (label + 1)) % 2 === 0;
  const pixels = Uint8Array.from({ length: size * size }, (_, i) => (isBright(i) ? 255 - index : index));
  return sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .png()
    .toBuffer();
}

/** Writes a folder with one subfolder for each class. */
export async function makePhotos(folder: string, classes: readonly string[], count: number): Promise<void> {
  for (const [label, name] of classes.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < count; i++) writeFileSync(join(folder, name, `${i}.png`), await png(label, i, 32));
  }
}
