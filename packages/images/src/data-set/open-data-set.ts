import { relabel } from "../classes/relabel.ts";
import type { ImageSet } from "../image-set/image-set.ts";
import type { RawData } from "../reading/raw-data.ts";
import { readFiles } from "../reading/read-files.ts";
import { type Duplicate, findDuplicates, type HashedPart } from "../report/duplicates.ts";
import { createReport } from "../report/report.ts";
import type { DataSet } from "./data-set.ts";
import { divide } from "./divide.ts";
import { Fingerprint } from "./fingerprint.ts";
import { openSource } from "./open-source.ts";
import type { DataOptions } from "./options.ts";
import type { PartName } from "./parts.ts";
import type { OnProgress } from "./progress.ts";
import { withFold } from "./stratified-folds.ts";
import { normalizationOf, type Survey, surveySet } from "./survey.ts";

/**
 * Opens a data set: recognizes its format, reads it, splits it, and reports findings about it.
 * @param source a folder of IDX or CIFAR files, a folder with one subfolder per class, an archive of such files, or a name:
 * `sample`, which is part of this package, or `fashion-mnist`, `mnist`, `cifar10` or `cifar100`, found in the folder
 * `DOWNHILL_DATA` or downloaded
 * @throws DataError for data that cannot be trained on, with the file, the problem and the expected content
 * @example const { train, validation, classNames, report } = await openDataSet("photos", { validationShare: 0.1 });
 */
export async function openDataSet(
  source: string,
  options: DataOptions = {},
  onProgress: OnProgress = () => {},
): Promise<DataSet> {
  const { found, files, context, notes } = await openSource(source, options, onProgress);
  const { name, source: meant } = found;
  const { reading, others, read } = await readFiles(files, options, context);
  // The images are examined while they are written to the cache, which is complete even if the examination fails.
  const examined = new Promise<Examined>((resolve) => resolve(examine(read, options, source)));
  const { raw, note, parts, hashed, duplicates, fingerprint } = await examined.finally(() => read.kept);
  const train = parts.train as ImageSet;
  return {
    name,
    source: meant,
    kind: reading.format,
    reading: `${reading.description}${note}`,
    reason: reading.reason,
    otherReadings: others.map(({ description, choice }) => ({ reading: description, options: choice })),
    imageShape: train.imageShape,
    classNames: train.classNames,
    train,
    validation: parts.validation ?? null,
    test: parts.test ?? null,
    normalization: normalizationOf(hashed[0] as Survey),
    fingerprint,
    report: createReport({
      name,
      parts,
      duplicates,
      plain: hashed.map(({ part, set, plain }) => ({ part, names: plain.map((index) => set.nameOf(index)) })),
      failures: raw.failures,
      ignored: raw.ignored,
      findings: raw.findings,
      notes: [...raw.about, ...notes],
    }),
  };
}

/** The divided images, and the facts from one pass over them. */
interface Examined {
  readonly raw: RawData;
  /** The division into folds, in words; empty without folds. */
  readonly note: string;
  readonly parts: Readonly<Partial<Record<PartName, ImageSet>>>;
  readonly hashed: readonly (Survey & HashedPart)[];
  readonly duplicates: readonly Duplicate[];
  readonly fingerprint: string;
}

function examine(read: RawData, options: DataOptions, source: string): Examined {
  const { classes } = options;
  const { raw, note } = withFold(classes === undefined ? read : relabel(read, classes, source), options, source);
  const parts = divide(raw, options, source);
  const fingerprint = new Fingerprint();
  const hashed = (Object.entries(parts) as [PartName, ImageSet][]).map(([part, set]) => {
    fingerprint.addPart(part, set);
    return { part, set, ...surveySet(set, (bytes) => fingerprint.addImages(bytes)) };
  });
  return { raw, note, parts, hashed, duplicates: findDuplicates(hashed), fingerprint: fingerprint.digest() };
}
