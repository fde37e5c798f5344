import { cacheName, mayHave, nameInCache } from "../cache/cache-name.ts";
import { type CacheFacts, encodeFacts, hashOf, readCache } from "../cache/image-cache.ts";
import type { DataOptions } from "../data-set/options.ts";
import { PART_NAMES, type PartName } from "../data-set/parts.ts";
import { DataError } from "../error.ts";
import type { EncodedImages, LabeledImage, ReadContext } from "../formats/format.ts";
import type { ImageSetHandle } from "../image-set/image-set.ts";
import type { PoolHandle } from "../pool/pool.ts";
import type { Failure } from "../report/facts.ts";
import { inUnits } from "../text/units.ts";
import { decodeAll } from "./decode-all.ts";
import { samplesOf, VERSIONS } from "./decoded.ts";
import { type HashedImages, hashImages, sourceOf } from "./hash-images.ts";
import type { ImageWorkers } from "./image-workers.ts";
import type { RawData } from "./raw-data.ts";
import { decodedFrom, type ReadOnce, readOnce } from "./read-once.ts";
import { tooLarge } from "./too-large.ts";

/**
 * Decodes image files. Decoded images are kept in the cache.
 * @param workers the threads that decode; more of them are started if they are too few
 * @param source the path of the data, for errors
 * @throws DataError if more than half of the images cannot be used, or no image of a class
 */
export async function readEncoded(
  workers: ImageWorkers,
  source: string,
  encoded: EncodedImages,
  options: DataOptions,
  context: ReadContext,
): Promise<RawData> {
  workers.start(encoded.images.length);
  const { images, classNames, ignored = new Map(), findings = [], isFold = false } = encoded;
  const settings = settingsOf(options);
  // Images that the cache may have are not decoded before their hashes are known.
  const isNew = !mayHave(context.place.cache, settings, images.length);
  const once = isNew ? await readOnce(workers, source, encoded, options, context) : null;
  const hashed = once ?? (await hashImages(workers, source, encoded, context));
  const { hashes, unreadable } = hashed;
  const contents = [...new Set(hashes.filter((hash) => hash !== null))].sort();
  const name = cacheName(settings, images.length, contents);
  const cached = readCache(context.place.cache, nameInCache(context.place.cache, name), context.place.memoryLimit);
  const { facts, pool, kept }: Images =
    cached ?? (await decode(workers, source, encoded, { hashed, once, contents, name }, options, context));
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
    kept,
    about: resized ? [`Images of ${sizes} pixels are resized to ${width}x${height}.`] : [],
  };
}

/** The facts about decoded images, and their pool. */
interface Images {
  readonly facts: Omit<CacheFacts, "sha256">;
  readonly pool: PoolHandle;
  /** See `RawData.kept`. */
  readonly kept?: Promise<void> | undefined;
}

interface PlacedImage {
  readonly image: LabeledImage;
  readonly place: number;
}

function partOf(
  images: readonly PlacedImage[],
  classNames: readonly string[],
  { imageShape }: Images["facts"],
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

/** Returns the options and versions that decoded images depend on. */
function settingsOf(options: DataOptions): string {
  const { imageSize = null, channels = null, bands = null, valueRange = null } = options;
  return JSON.stringify({ imageSize, channels, bands, valueRange, versions: VERSIONS });
}

/** The files of images to decode, or the images that were decoded already. */
interface Undecoded {
  readonly hashed: HashedImages;
  readonly once: ReadOnce | null;
  /** The hashes of the distinct images, sorted. */
  readonly contents: readonly string[];
  /** The name of the cache file. */
  readonly name: string;
}

/** Decodes the distinct images in the order of their hashes, and writes them to the cache. */
async function decode(
  workers: ImageWorkers,
  source: string,
  encoded: EncodedImages,
  { hashed: { hashes, headers }, once, contents, name }: Undecoded,
  options: DataOptions,
  context: ReadContext,
): Promise<Images> {
  const { images, folder } = encoded;
  const { place } = context;
  const indices = new Map(hashes.map((hash, i) => [hash, i]));
  const distinct = contents.map((hash) => {
    const index = indices.get(hash) as number;
    return {
      hash,
      index,
      path: (images[index] as LabeledImage).path,
      header: headers.get(index),
      source: () => sourceOf(encoded, index),
    };
  });
  const early = once && decodedFrom(once, source, distinct, options);
  const { writer, bytes, ...decoded } = early ?? (await decodeAll(workers, source, distinct, options, context));
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
      samples: samplesOf(options),
    };
    return { facts: decoded, pool: { kind: "images", images: handle } };
  }
  const { memory } = writer;
  if (memory) {
    const note = workers.keep({ memory, bytes, facts: decoded, cache: place.cache, name });
    const kept = note.then((text) => text !== null && place.note(text)) as Promise<void>;
    return { facts: decoded, pool: writer.finish(bytes, () => name), kept };
  }
  const sha256 = hashOf(bytes, (at, into) => writer.read(at, into));
  return { facts: decoded, pool: writer.finish(bytes, () => name, encodeFacts({ ...decoded, sha256 })) };
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
