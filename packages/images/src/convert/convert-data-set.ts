import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UNFINISHED } from "../cache/cache-folder.ts";
import { openDataSet } from "../data-set/open-data-set.ts";
import type { DataOptions } from "../data-set/options.ts";
import type { PartName } from "../data-set/parts.ts";
import type { OnProgress } from "../data-set/progress.ts";
import { streamImages } from "../data-set/stream-images.ts";
import { DataError } from "../error.ts";
import { explainSystemError } from "../text/system-errors.ts";
import type { DataSetWriter } from "./writer.ts";

/** The formats in which data sets are written. */
export const OUTPUT_FORMATS = ["folder", "npz", "parquet", "webdataset"] as const;

/** The name of a format in which data sets are written. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

type CreateWriter = (target: string, classNames: readonly string[]) => DataSetWriter;

/** The creators of writers of image files. They are imported when they are needed, because their libraries take time to load. */
const CREATORS: Readonly<Record<Exclude<OutputFormat, "npz">, () => Promise<CreateWriter>>> = {
  folder: async () => (await import("./write-folder.ts")).writeFolder,
  parquet: async () => (await import("./write-parquet.ts")).writeParquet,
  webdataset: async () => (await import("./write-webdataset.ts")).writeWebDataset,
};

/** The result of a conversion. */
export interface Conversion {
  readonly to: OutputFormat;
  /** The absolute path of the folder or file that was written. */
  readonly path: string;
  /** The number of images of each part. */
  readonly counts: Readonly<Partial<Record<PartName, number>>>;
  readonly classNames: readonly string[];
  /** Remarks on the output, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Writes a data set in another format, with the images in the order in which they are read. Image files keep their bytes,
 * and pixels become PNG files. An .npz file has pixels, so its images are decoded and resized as for a training, by the
 * options `imageSize` and `channels`. The output appears once it is complete.
 * @param target a new or empty folder; for "npz", a new file
 * @throws DataError for data that cannot be read, or an output that exists or cannot be written
 * @example await convertDataSet("photos", "photos-parquet", "parquet");
 */
export async function convertDataSet(
  source: string,
  target: string,
  to: OutputFormat,
  options: DataOptions = {},
  onProgress: OnProgress = () => {},
): Promise<Conversion> {
  const path = resolve(target);
  checkTarget(path, to);
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  const skip = [...(options.skip ?? []), path, unfinished];
  try {
    mkdirSync(dirname(path), { recursive: true });
    const written =
      to === "npz"
        ? await writeDecoded(source, unfinished, { ...options, skip }, onProgress)
        : await writeFiles(source, unfinished, to, { ...options, skip }, onProgress);
    if (existsSync(path)) rmdirSync(path);
    renameSync(unfinished, path);
    return { to, path, ...written };
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw unwritable(path, error);
  }
}

type Written = Omit<Conversion, "to" | "path">;

/** Writes image files with their bytes. */
async function writeFiles(
  source: string,
  target: string,
  to: Exclude<OutputFormat, "npz">,
  options: DataOptions,
  onProgress: OnProgress,
): Promise<Written> {
  const images = await streamImages(source, options, onProgress);
  const { classNames, length: total } = images;
  const counts = new Map<PartName, number>();
  try {
    const writer = (await CREATORS[to]())(target, classNames);
    let done = 0;
    for await (const image of images) {
      await writer.add(image);
      counts.set(image.part, (counts.get(image.part) ?? 0) + 1);
      onProgress({ what: "writing images", done: ++done, total });
    }
    return { counts: Object.fromEntries(counts), classNames, notes: await writer.finish() };
  } finally {
    await images.close();
  }
}

/** Writes the pixels of decoded images. */
async function writeDecoded(
  source: string,
  target: string,
  options: DataOptions,
  onProgress: OnProgress,
): Promise<Written> {
  const data = await openDataSet(source, { ...options, validationShare: 0 }, onProgress);
  const { writeNpz } = await import("./write-npz.ts");
  await writeNpz(target, data, onProgress);
  const counts = data.report.counts.map(({ part, total }) => [part, total]);
  return { counts: Object.fromEntries(counts), classNames: data.classNames, notes: data.report.notes };
}

function checkTarget(path: string, to: OutputFormat): void {
  if (!existsSync(path)) return;
  if (to === "npz") throw new DataError(`${path}: it already exists. Expected the name of a new file.`);
  let names: readonly string[];
  try {
    names = readdirSync(path);
  } catch (error) {
    throw unwritable(path, error);
  }
  if (names.length > 0) throw new DataError(`${path}: the folder is not empty. Expected a new or empty folder.`);
}

function unwritable(path: string, error: unknown): unknown {
  const problem = error instanceof DataError ? null : explainSystemError(error);
  return problem ? new DataError(`${path}: it cannot be written: ${problem.reason}. ${problem.remedy}.`) : error;
}
