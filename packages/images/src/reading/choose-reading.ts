import type { DataOptions } from "../data-set/options.ts";
import type { PartName } from "../data-set/parts.ts";
import type { DataRemedy } from "../data-set/remedy.ts";
import { DataError } from "../error.ts";
import { endingsBelow, remediesFor } from "../files/contents.ts";
import { type Files, pathIn } from "../files/files.ts";
import { chosenFolders } from "../formats/folder/layout/chosen-layout.ts";
import { ContradictingLabels, type Format, type ReadContext, type Reading } from "../formats/format.ts";
import { formats } from "../formats/formats.ts";
import { listFirst } from "../text/lists.ts";

/** The reading of a data set, and the other ones that are possible. */
export interface ChosenReading {
  readonly reading: Reading;
  readonly others: readonly Reading[];
}

/**
 * Chooses the reading of files. Options choose first, then files of a format's own, then labels for image files.
 * @throws DataError for files that cannot be read in any format, or in several ones
 */
export async function chooseReading(files: Files, options: DataOptions, context: ReadContext): Promise<ChosenReading> {
  const { known } = context;
  const chosen = Object.keys(chosenFolders(options)) as PartName[];
  if (known && chosen.length > 0) {
    throw new DataError(`${known.title} has its own parts.`, [{ removeFolders: chosen }]);
  }
  if (known && options.classLevel !== undefined) {
    throw new DataError(`${known.title} has no class levels. Expected images in folders.`, [
      { act: "leave the class level out" },
    ]);
  }
  const allowed = formatsFor(options);
  const own = await find(
    allowed.filter(({ labelsImageFiles }) => !labelsImageFiles),
    files,
    options,
    context,
  );
  const exact = chooseOwn(files, own.readings);
  if (exact && (files.root.tree.count === 0 || allowed.length === 1)) return exact;
  if (!exact && own.refusal) throw own.refusal;
  if (known && !exact) {
    const names = known.from?.files.map(({ name, unpack }) => (unpack ? `those of ${name}` : name));
    throw new DataError(`${files.path}: the files of ${known.title} are missing. Expected ${names?.join(", ")}.`);
  }
  const labeling = allowed.filter(({ labelsImageFiles }) => labelsImageFiles);
  const { readings, refusal } = await find(labeling, files, options, context);
  if (exact && readings.length > 0) throw ambiguous(files, [exact.reading, ...readings]);
  if (exact) return exact;
  const divided = readings.filter(({ dividesFolders }) => dividesFolders);
  const [exactly] = divided;
  if (exactly && divided.length === 1) {
    return { reading: exactly, others: readings.filter((other) => other !== exactly) };
  }
  const [first, ...others] = readings;
  if (first && (others.length === 0 || first.format === "folder")) return { reading: first, others };
  if (first) throw ambiguous(files, readings);
  if (refusal) throw refusal;
  if (files.only !== undefined) {
    throw new DataError(
      `${pathIn(files, files.only)}: this is a file that cannot be read as a data set. Expected a folder of images, or a file of labeled images. ${remediesFor(endingsBelow(files.root))}`.trimEnd(),
    );
  }
  throw withoutReading(files, allowed);
}

/** Returns the formats that options allow. @throws DataError for options of different formats */
function formatsFor(options: DataOptions): readonly Format[] {
  let allowed = formats.filter(({ name }) => name === (options.dataFormat ?? name));
  let earlier: keyof DataOptions = "dataFormat";
  const own = [...new Set(formats.flatMap((format) => format.options))].filter(
    (option) => options[option] !== undefined,
  );
  for (const option of own) {
    const having = formats.filter((format) => format.options.includes(option));
    const both = allowed.filter((format) => having.includes(format));
    if (both.length === 0) {
      const inWords = (some: readonly Format[]): string => some.map(({ name }) => name).join(" or ");
      throw new DataError(
        `The options ${earlier} and ${option} choose different formats: ${inWords(allowed)} and ${inWords(having)}. Expected options of one format. Remove one of them.`,
      );
    }
    if (both.length < allowed.length) earlier = option;
    allowed = both;
  }
  return allowed;
}

/**
 * Finds the readings in some formats, and the reason why files of a format cannot be read. Folders alone show no format, so
 * the reasons of other formats precede theirs.
 */
async function find(
  among: readonly Format[],
  files: Files,
  options: DataOptions,
  context: ReadContext,
): Promise<{ readonly readings: readonly Reading[]; readonly refusal: DataError | undefined }> {
  const readings: Reading[] = [];
  let [refusal, ofFolders]: (DataError | undefined)[] = [];
  for (const format of among) {
    try {
      readings.push(...(await format.find(files, options, context)));
    } catch (error) {
      if (!(error instanceof DataError) || error instanceof ContradictingLabels) throw error;
      if (format.name !== "folder") refusal ??= error;
      else if (files.only === undefined) ofFolders = error;
    }
  }
  return { readings, refusal: refusal ?? ofFolders };
}

/** Chooses among readings of files that only their format has. Files in the data's own folder precede those in subfolders. */
function chooseOwn(files: Files, readings: readonly Reading[]): ChosenReading | null {
  const [first, ...more] = readings.filter(({ home }) => home === "");
  const [inner, ...others] = readings;
  if (first) {
    if (more.length > 0) throw ambiguous(files, [first, ...more]);
    return { reading: first, others: readings.filter((other) => other !== first) };
  }
  if (!inner) return null;
  const homes = readings.map(({ home }) => `'${home}'`);
  const folder = pathIn(files, inner.home);
  if (others.some(({ home }) => home !== inner.home)) {
    throw new DataError(
      `${files.path}: its folders ${listFirst(homes)} each have the files of a data set. Expected one data set. Use one of these folders as the data, such as ${folder}.`,
    );
  }
  if (others.length > 0) throw ambiguous(files, readings);
  if (files.root.tree.count > 0) {
    throw new DataError(
      `${files.path}: it has folders of images, and the files of a data set in ${homes[0]}. Expected one of the two. Use ${folder} as the data, or move it elsewhere.`,
    );
  }
  return { reading: inner, others: [] };
}

/** Returns the error for several readings, with the options that choose each. */
function ambiguous({ path }: Files, readings: readonly Reading[]): DataError {
  const remedies = readings.map(
    ({ choice, description }): DataRemedy => ({ options: choice, purpose: `read ${description}` }),
  );
  const ways = readings.map(({ description }) => description).join("; or ");
  return new DataError(`${path}: it can be read in ${readings.length} ways: ${ways}. Expected one.`, remedies);
}

const withoutReading = ({ path }: Files, among: readonly Format[]): DataError =>
  new DataError(`${path}: it has no files of the format ${among.map(({ name }) => name).join(" or ")}.`);
