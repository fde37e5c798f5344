import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { thousands } from "../common/report.mjs";

const CLASSES = 10;

/**
 * Makes a folder of JPEG files of 500x375 pixels, unless it exists. Enlarges the photographs of sign-language-digits, with a
 * different part of each, so that no two files are equal.
 */
export async function makePhotographs(folder, images) {
  const source = join(process.env.DOWNHILL_DATA ?? "", "sign-language-digits");
  if (existsSync(folder)) return;
  if (!existsSync(source)) {
    console.error(
      `${source}: there is no such folder. Set DOWNHILL_DATA to a folder that contains sign-language-digits.`,
    );
    process.exit(1);
  }
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.jpe?g$/i.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  console.log(`Making ${thousands(images)} photographs`);
  for (let label = 0; label < CLASSES; label++) mkdirSync(join(folder, `class ${label}`), { recursive: true });
  for (let i = 0; i < images; i++) {
    const shift = Math.floor(i / files.length) % 32;
    const noise = { type: "gaussian", mean: 128, sigma: 12 };
    const grain = await sharp({ create: { width: 500, height: 375, channels: 3, background: "gray", noise } })
      .png()
      .toBuffer();
    const photograph = sharp(readFileSync(files[i % files.length]))
      .resize(540 + shift, 420)
      .extract({ left: shift, top: 20, width: 500, height: 375 })
      .composite([{ input: grain, blend: "soft-light" }])
      .jpeg({ quality: 90 });
    writeFileSync(join(folder, `class ${i % CLASSES}`, `${i}.jpg`), await photograph.toBuffer());
  }
}
