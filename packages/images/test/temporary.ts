import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll } from "vitest";

const home = mkdtempSync(join(tmpdir(), "downhill-images-"));
let folders = 0;

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A new empty folder, removed after the tests of the file. */
export function newFolder(): string {
  const folder = join(home, String(folders++));
  mkdirSync(folder);
  return folder;
}

/** A new folder with files, by their paths within it. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = newFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** An IDX file: magic number, sizes, bytes. */
export function idx(magic: number, sizes: readonly number[], body: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  [magic, ...sizes].forEach((number, i) => void header.writeUInt32BE(number, 4 * i));
  return Buffer.concat([header, body]);
}

/** Bytes that differ from image to image. */
export const bytes = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2654435761 + 2 * seed) >>> 24);

/** The files of an IDX data set of 4x3 images: 6 to train on, 4 to test with, of 3 classes. */
export function idxFiles(): Record<string, Buffer> {
  return {
    "train-images-idx3-ubyte": idx(0x0803, [6, 3, 4], bytes(6 * 12)),
    "train-labels-idx1-ubyte.gz": gzipSync(idx(0x0801, [6], Uint8Array.of(0, 1, 2, 0, 1, 2))),
    "t10k-images-idx3-ubyte.gz": gzipSync(idx(0x0803, [4, 3, 4], bytes(4 * 12, 7))),
    "t10k-labels-idx1-ubyte": idx(0x0801, [4], Uint8Array.of(2, 1, 0, 2)),
  };
}
