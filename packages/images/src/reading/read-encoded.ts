import { createHash } from "node:crypto";
import { join } from "node:path";
import { defined } from "@downhill/optim/defined";
import { type CacheFacts, encodeFacts, hashOf, readCache } from "../cache/image-cache.ts";
import type { DataOptions } from "../data-set/options.ts";
import { PART_NAMES, type PartName } from "../data-set/parts.ts";
import { DataError } from "../error.ts";
import { forEachParallel } from "../files/for-each-parallel.ts";
import type { EncodedImages, LabeledImage, ReadContext } from "../formats/format.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { PoolHandle } from "../pool/pool.ts";
import type { Failure } from "../report/facts.ts";
import { inUnits } from "../text/units.ts";
import { decodeAll, VERSIONS } from "./decode-all.ts";
import type { RawData } from "./raw-data.ts";
import { tooLarge } from "./too-large.ts";

/**
 * Decodes image files. Decoded images are kept in the cache.
 * @param source the path of the data, for errors
 * @throws DataError if more than half of the images cannot be used, or no image of a class
 */
export async function readEncoded(
  source: string,
  encoded: EncodedImages,
  options: DataOptions,
  context: ReadContext,
): Promise<RawData> {
  const { images, classNames, ignored = new Map(), findings = [], isFold = false } = encoded;
  const { hashes, unreadable } = await hashImages(source, encoded, context);
  const contents = [...new Set(hashes.filter((hash) => hash !== null))].sort();
  const { facts, pool } = await cachedOrDecoded(source, encoded, hashes, contents, options, context);
  const failures: Failure[] = [];
  // The pool holds the usable images in the order of their contents' hashes.
  const places = new Map(contents.filter((hash) => !(hash in facts.failures)).map((hash, place) => [hash, place]));
  const found = images.map((image, i) => {
    const hash = hashes[i] as string | null;
    const reason = hash === null ? (unreadable.get(i) as string) : facts.failures[hash];
    if (reason !== undefined) failures.push({ path: image.path, reason });
    return { image, place: hash === null ? null : (places.get(hash) ?? null) };
  });
  checkFailures(source, encoded, found, failures);
  const parts: Partial<Record<PartName, ImageSetHandle>> = {};
  for (const part of PART_NAMES) {
    const inPart = found.filter(({ image, place }) => image.part === part && place !== null);
    if (inPart.length > 0) parts[part] = partOf(inPart as PlacedImage[], classNames, facts, pool);
  }
  const { smallest, largest } = facts.sizes;
  const [, height, width] = facts.imageShape;
  const resized = String(smallest) !== String([width, height]) || String(largest) !== String([width, height]);
  const sizes = [...new Set([smallest, largest].map((size) => size.join("x")))].join(" to ");
  return {
    parts,
    failures,
    ignored,
    findings,
    isFold,
    about: resized ? [`Images of ${sizes} pixels are resized to ${width}x${height}.`] : [],
  };
}

interface PlacedImage {
  readonly image: LabeledImage;
  readonly place: number;
}

function partOf(
  images: readonly PlacedImage[],
  classNames: readonly string[],
  { imageShape }: CacheFacts,
  pool: PoolHandle,
): ImageSetHandle {
  const numbers = new Map(classNames.map((name, label) => [name, label]));
  return {
    imageShape,
    classNames,
    labels: Int32Array.from(images, ({ image }) => numbers.get(image.className) as number),
    places: Int32Array.from(images, ({ place }) => place),
    pool,
    names: images.map(({ image }) => image.path),
  };
}

/** Returns the SHA-256 of each image file; null, and a reason, for a file that cannot be read. */
async function hashImages(
  source: string,
  { images, read }: EncodedImages,
  { onProgress, signal }: ReadContext,
): Promise<{ readonly hashes: readonly (string | null)[]; readonly unreadable: ReadonlyMap<number, string> }> {
  const hashes = new Array<string | null>(images.length).fill(null);
  const unreadable = new Map<number, string>();
  let done = 0;
  await forEachParallel(
    images,
    async ({ path }, i) => {
      try {
        hashes[i] = createHash("sha256")
          .update(await read(i))
          .digest("hex");
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        // The report names the path itself.
        const place = `${join(source, path)}: `;
        unreadable.set(i, error.message.startsWith(place) ? error.message.slice(place.length) : error.message);
      }
      onProgress({ what: "checking images", done: ++done, total: images.length });
    },
    signal,
  );
  return { hashes, unreadable };
}

async function cachedOrDecoded(
  source: string,
  { images, read, folder }: EncodedImages,
  hashes: readonly (string | null)[],
  contents: readonly string[],
  options: DataOptions,
  context: ReadContext,
): Promise<{ readonly facts: CacheFacts; readonly pool: PoolHandle }> {
  const { imageSize = null, channels = null, bands = null, valueRange = null } = options;
  const { place } = context;
  const settings = JSON.stringify({ imageSize, channels, bands, valueRange, versions: VERSIONS });
  const name = `${createHash("sha256").update(settings).update(contents.join("\n")).digest("hex")}.images`;
  const cached = readCache(place.cache, name, place.memoryLimit);
  if (cached) return cached;
  const indices = new Map(hashes.map((hash, i) => [hash, i]));
  const distinct = contents.map((hash) => {
    const index = indices.get(hash) as number;
    return { hash, path: (images[index] as LabeledImage).path, read: () => read(index) };
  });
  const { writer, bytes, ...decoded } = await decodeAll(source, distinct, options, context);
  if (!writer) {
    if (folder === undefined) throw tooLarge(source, place, bytes);
    place.note(
      `The decoded images take ${inUnits(bytes)}, for which neither the memory nor the disk of ${place.cache} has room. They are decoded again whenever they are read, which takes longer.`,
    );
    const paths = distinct.flatMap(({ hash, path }) => (hash in decoded.failures ? [] : [path]));
    const handle = {
      folder,
      paths,
      imageShape: decoded.imageShape,
      samples: defined({ bands: options.bands, valueRange: options.valueRange }),
    };
    return { facts: { ...decoded, sha256: "" }, pool: { kind: "images", images: handle } };
  }
  const facts = { ...decoded, sha256: hashOf(bytes, (at, into) => writer.read(at, into)) };
  return { facts, pool: writer.finish(bytes, () => name, encodeFacts(facts), true) };
}

/** The maximum number of failures in an error. */
const SHOWN = 5;

function checkFailures(
  source: string,
  { images, classNames }: EncodedImages,
  found: readonly { readonly image: LabeledImage; readonly place: number | null }[],
  failures: readonly Failure[],
): void {
  const shown = failures.slice(0, SHOWN).map(({ path, reason }) => `\n  ${path}: ${reason}`);
  const list = `${shown.join("")}${failures.length > SHOWN ? `\n  and ${failures.length - SHOWN} more` : ""}`;
  if (failures.length > images.length / 2) {
    throw new DataError(
      `${source}: ${failures.length} of its ${images.length} images cannot be used. Expected more than half to be usable. Repair or remove these:${list}`,
    );
  }
  const trained = new Set(images.flatMap(({ part, className }) => (part === "train" ? [className] : [])));
  const alive = new Set(
    found.flatMap(({ image: { part, className }, place }) =>
      place !== null && (part === "train" || !trained.has(className)) ? [className] : [],
    ),
  );
  const lost = classNames.find((name) => !alive.has(name));
  if (lost !== undefined) {
    throw new DataError(
      `${source}: none of the images of the class '${lost}' can be used. Repair or remove them:${list}`,
    );
  }
}
