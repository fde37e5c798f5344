import { createWriteStream, mkdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import type { PartName } from "../data-set/parts.ts";
import { imageFile } from "./image-file.ts";
import type { DataSetWriter } from "./writer.ts";

/** The maximum number of bytes and of images in a shard, as usual for WebDataset. */
const SHARD_BYTES = 2 ** 28;
const SHARD_IMAGES = 10_000;

interface Shard {
  readonly part: PartName;
  readonly tar: Pack;
  readonly written: Promise<void>;
  bytes: number;
  images: number;
}

/**
 * Returns a writer of WebDataset shards, `train-000000.tar`: each image with a `.cls` file that contains its label. The class
 * names are the lines of `classes.txt`.
 */
export function writeWebDataset(target: string, classNames: readonly string[]): DataSetWriter {
  mkdirSync(target, { recursive: true });
  const shards = new Map<PartName, number>();
  let shard: Shard | null = null;
  let index = 0;
  const close = async (): Promise<void> => {
    shard?.tar.finalize();
    await shard?.written;
    shard = null;
  };
  const open = (part: PartName): Shard => {
    const number = shards.get(part) ?? 0;
    shards.set(part, number + 1);
    const tar = pack();
    const path = join(target, `${part}-${String(number).padStart(6, "0")}.tar`);
    const written = pipeline(tar, createWriteStream(path));
    // A failure is thrown where the promise is awaited.
    written.catch(() => {});
    return { part, tar, written, bytes: 0, images: 0 };
  };
  return {
    async add(image) {
      const { bytes, ending } = await imageFile(image);
      const isFull = shard !== null && (shard.bytes > SHARD_BYTES || shard.images === SHARD_IMAGES);
      if (shard?.part !== image.part) index = 0;
      if (isFull || shard?.part !== image.part) await close();
      shard ??= open(image.part);
      const key = String(index++).padStart(8, "0");
      await entry(shard.tar, `${key}${ending}`, bytes);
      await entry(shard.tar, `${key}.cls`, Buffer.from(String(image.label)));
      shard.bytes += bytes.length;
      shard.images++;
    },
    async finish() {
      await close();
      await writeFile(join(target, "classes.txt"), `${classNames.map(oneLine).join("\n")}\n`);
      return [];
    },
  };
}

const oneLine = (name: string): string => name.replaceAll(/\s+/g, " ");

/** Adds a file to a tar archive, with the same header each time. */
const entry = (tar: Pack, name: string, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    tar.entry({ name, size: bytes.length, mtime: new Date(0) }, Buffer.from(bytes), (error) =>
      error ? reject(error) : resolve(),
    );
  });
