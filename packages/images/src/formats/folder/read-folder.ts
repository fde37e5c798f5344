import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CacheFacts, encodeFacts, hashOf, readCache } from "../../cache/image-cache.ts";
import type { DataOptions } from "../../data-set/options.ts";
import type { PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { forEachParallel } from "../../files/for-each-parallel.ts";
import { reasonOf } from "../../files/read-failure.ts";
import type { ImageSetHandle } from "../../image-set/image-set.ts";
import type { PoolHandle } from "../../pool/pool.ts";
import type { Failure } from "../../report/facts.ts";
import { decodeAll, VERSIONS } from "../encoded/decode-all.ts";
import type { RawData, ReadOptions } from "../format.ts";
import { chosenFolders } from "./layout/chosen-layout.ts";
import { type ImageFile, type Scan, scanFolder } from "./scan.ts";

/** Reads a folder with one subfolder per class, or with such folders for each part. Decoded images are kept in the cache. */
export async function readFolder(folder: string, options: DataOptions, reading: ReadOptions): Promise<RawData> {
  const scan = scanFolder(folder, { chosen: chosenFolders(options), classes: options.classes, skip: options.skip });
  const { hashes, unreadable } = await hashFiles(folder, scan.files, reading);
  const contents = [...new Set(hashes.filter((hash) => hash !== null))].sort();
  const { facts, pool } = await cachedOrDecoded(folder, scan.files, hashes, contents, options, reading);
  const failures: Failure[] = [];
  // The pool holds the usable images in the order of their contents' hashes.
  const places = new Map(contents.filter((hash) => !(hash in facts.failures)).map((hash, place) => [hash, place]));
  const placeOf = ({ path }: ImageFile, i: number): number | null => {
    const hash = hashes[i] as string | null;
    const reason = hash === null ? (unreadable.get(path) as string) : facts.failures[hash];
    if (reason !== undefined) failures.push({ path, reason });
    return hash === null ? null : (places.get(hash) ?? null);
  };
  const found = scan.files.map((file, i) => ({ file, place: placeOf(file, i) }));
  checkFailures(folder, scan, found, failures);
  const parts: Partial<Record<PartName, ImageSetHandle>> = {};
  for (const part of ["train", "validation", "test"] as const) {
    const images = found.filter(({ file, place }) => file.part === part && place !== null);
    if (images.length > 0) parts[part] = partOf(images as PlacedFile[], scan.classNames, facts, pool);
  }
  const { smallest, largest } = facts.sizes;
  const [, height, width] = facts.imageShape;
  const resized = String(smallest) !== String([width, height]) || String(largest) !== String([width, height]);
  const sizes = [...new Set([smallest, largest].map((size) => size.join("x")))].join(" to ");
  return {
    kind: "folder",
    reading: scan.reading,
    parts,
    failures,
    ignored: scan.ignored,
    findings: scan.findings,
    about: resized ? [`Images of ${sizes} pixels are resized to ${width}x${height}.`] : [],
  };
}

interface PlacedFile {
  readonly file: ImageFile;
  readonly place: number;
}

function partOf(
  images: readonly PlacedFile[],
  classNames: readonly string[],
  { imageShape }: CacheFacts,
  pool: PoolHandle,
): ImageSetHandle {
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  return {
    imageShape,
    classNames,
    labels: Int32Array.from(images, ({ file }) => numbers.get(file.className) as number),
    places: Int32Array.from(images, ({ place }) => place),
    pool,
    names: images.map(({ file }) => file.path),
  };
}

/** Returns the SHA-256 of each file; null, and a reason, for a file that cannot be read. */
async function hashFiles(
  folder: string,
  files: readonly ImageFile[],
  { onProgress }: ReadOptions,
): Promise<{ readonly hashes: readonly (string | null)[]; readonly unreadable: ReadonlyMap<string, string> }> {
  const hashes = new Array<string | null>(files.length).fill(null);
  const unreadable = new Map<string, string>();
  let done = 0;
  await forEachParallel(files, async ({ path }, i) => {
    try {
      hashes[i] = createHash("sha256")
        .update(await readFile(join(folder, path)))
        .digest("hex");
    } catch (error) {
      unreadable.set(path, `it cannot be read: ${reasonOf(error)}`);
    }
    onProgress({ what: "checking images", done: ++done, total: files.length });
  });
  return { hashes, unreadable };
}

async function cachedOrDecoded(
  folder: string,
  files: readonly ImageFile[],
  hashes: readonly (string | null)[],
  contents: readonly string[],
  options: DataOptions,
  reading: ReadOptions,
): Promise<{ readonly facts: CacheFacts; readonly pool: PoolHandle }> {
  const { imageSize = null, channels = null } = options;
  const { place } = reading;
  const settings = JSON.stringify({ imageSize, channels, versions: VERSIONS });
  const name = `${createHash("sha256").update(settings).update(contents.join("\n")).digest("hex")}.images`;
  const cached = readCache(place.cache, name, place.memoryLimit);
  if (cached) return cached;
  const paths = new Map(hashes.map((hash, i) => [hash, join(folder, (files[i] as ImageFile).path)]));
  const sources = contents.map((hash) => ({ hash, path: paths.get(hash) as string }));
  const { writer, bytes, ...decoded } = await decodeAll(folder, sources, options, reading);
  const facts = { ...decoded, sha256: hashOf(bytes, (at, into) => writer.read(at, into)) };
  return { facts, pool: writer.finish(bytes, () => name, encodeFacts(facts), true) };
}

/** The maximum number of failures in an error. */
const SHOWN = 5;

function checkFailures(
  folder: string,
  { files, classNames }: Scan,
  found: readonly { readonly file: ImageFile; readonly place: number | null }[],
  failures: readonly Failure[],
): void {
  const shown = failures.slice(0, SHOWN).map(({ path, reason }) => `\n  ${path}: ${reason}`);
  const list = `${shown.join("")}${failures.length > SHOWN ? `\n  and ${failures.length - SHOWN} more` : ""}`;
  if (failures.length > files.length / 2) {
    throw new DataError(
      `${folder}: ${failures.length} of its ${files.length} images cannot be used. Expected more than half to be usable. Repair or remove these:${list}`,
    );
  }
  const trained = new Set(files.flatMap(({ part, className }) => (part === "train" ? [className] : [])));
  const alive = new Set(
    found.flatMap(({ file: { part, className }, place }) =>
      place !== null && (part === "train" || !trained.has(className)) ? [className] : [],
    ),
  );
  const lost = classNames.find((name) => !alive.has(name));
  if (lost !== undefined) {
    throw new DataError(
      `${folder}: none of the images of the class '${lost}' can be used. Repair or remove them:${list}`,
    );
  }
}
