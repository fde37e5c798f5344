import { readdir, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { DataError } from "./error.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { isIdxFolder, readIdxFolder } from "./formats/idx-folder.ts";
import type { RawData } from "./formats/raw-data.ts";
import { type ImageSetHandle, openImageSet, selectImages } from "./image-set.ts";
import { makeMemoryPool } from "./pool/make-pool.ts";
import { stratifiedChoice, stratifiedSplit } from "./split.ts";
import { normalizationOf, surveySet } from "./survey.ts";
import type { DataOptions, DataSet, ImageSet, OnProgress, PartName } from "./types.ts";

/**
 * Opens a data set: looks at what it is, reads it, splits it, and reports what is odd about it.
 * @param source a folder, or a name
 * @throws DataError for data that cannot be trained on: which file, what was found, what was expected
 * @example const { train, validation, classNames, report } = await openDataSet("photos", { validationShare: 0.1 });
 */
export async function openDataSet(
  source: string,
  options: DataOptions = {},
  onProgress: OnProgress = () => {},
): Promise<DataSet> {
  const folder = resolve(source);
  const raw = await readFolder(folder, onProgress);
  const parts = divide(raw, options, source);
  const train = parts.train as ImageSet;
  const survey = surveySet(train);
  return {
    name: basename(folder),
    source: folder,
    kind: raw.kind,
    imageShape: train.imageShape,
    classNames: train.classNames,
    train,
    validation: parts.validation ?? null,
    test: parts.test ?? null,
    normalization: normalizationOf(survey),
    fingerprint: fingerprintOf(Object.entries(parts)),
    report: { failures: raw.failures, findings: [], notes: raw.notes },
  };
}

async function readFolder(folder: string, onProgress: OnProgress): Promise<RawData> {
  const found = await stat(folder).catch(() => null);
  if (!found)
    throw new DataError(`${folder}: there is no such folder: expected a folder of images, or a data set's name`);
  const files = (await readdir(folder, { withFileTypes: true })).map(({ name }) => name);
  if (isIdxFolder(files))
    return readIdxFolder(folder, files, { classNames: null, makePool: makeMemoryPool, onProgress });
  throw new DataError(`${folder}: it is no data set`);
}

type Parts = Partial<Record<PartName, ImageSet>>;

/** Splits off and limits as the options say. */
function divide({ parts }: RawData, options: DataOptions, source: string): Parts {
  const { seed = 0, validationShare = parts.test || parts.validation ? 0 : 0.2, trainLimit, testLimit } = options;
  let train = parts.train as ImageSetHandle;
  let validation = parts.validation;
  if (validationShare > 0) {
    if (validation) {
      throw new DataError(
        `${source}: validationShare = ${validationShare}, and the data have a validation part of their own: leave it out`,
      );
    }
    const { rest, split } = stratifiedSplit(train.labels, validationShare, seed);
    if (split.length > 0) validation = selectImages(train, split);
    train = selectImages(train, rest);
  }
  const divided: Parts = { train: openImageSet(limited(train, trainLimit, seed)) };
  if (validation) divided.validation = openImageSet(validation);
  if (parts.test) divided.test = openImageSet(limited(parts.test, testLimit, seed));
  return divided;
}

function limited(handle: ImageSetHandle, limit: number | undefined, seed: number): ImageSetHandle {
  const chosen = limit === undefined ? null : stratifiedChoice(handle.labels, limit, seed);
  return chosen ? selectImages(handle, chosen) : handle;
}
