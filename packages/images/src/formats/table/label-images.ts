import { orderClasses } from "../../classes/order-classes.ts";
import { PART_NAMES, type PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { listFirst, plural } from "../../text/lists.ts";
import type { EncodedImages, LabeledImage } from "../format.ts";
import { partOfPath } from "./image-index.ts";
import type { LabelCollector } from "./label-collector.ts";
import { checkClasses } from "./label-values.ts";

/** Facts about collected labels. */
export interface LabelFacts {
  /** The files of the images. */
  readonly files: Files;
  /** The table and its column, for errors. */
  readonly place: string;
  /** Returns the names of labels; null for labels that are names. */
  readonly namesOf: (labels: readonly string[]) => Promise<ReadonlyMap<string, string> | null>;
  /** True if the classes of a trained model are given. */
  readonly anyClasses: boolean;
  /** Further findings, as sentences. */
  readonly findings: readonly string[];
  /** False if `findings` has the images without label already; default true. */
  readonly reportsBare?: boolean;
}

/**
 * Returns the images that have a label, sorted by part, class and path.
 * @throws DataError for labels that are no classes, for fewer than two classes, and for a class without training images
 */
export async function labelImages(collector: LabelCollector, facts: LabelFacts): Promise<EncodedImages> {
  const { files, place, namesOf, anyClasses } = facts;
  const { index, labels, values } = collector;
  if (collector.labeled === 0) {
    const { total, first } = collector.absent;
    const named = total > 0 ? `: ${plural(total, "row names", "rows name")} others, such as ${listFirst(first)}` : "";
    throw new DataError(`${place} labels none of the ${plural(index.paths.length, "image")}${named}.`);
  }
  checkClasses(values, collector.labeled, place);
  const order = orderClasses(values);
  const names = await namesOf(order);
  const nameOf = (label: string): string => names?.get(label) ?? label;
  const partOf = partsOf(collector);
  const images: LabeledImage[] = [];
  labels.forEach((number, image) => {
    if (number === -1) return;
    const className = nameOf(values[number] as string);
    images.push({ part: partOf(image), className, path: index.paths[image] as string });
  });
  // The order of the same images in folders of classes.
  images.sort((a, b) => PART_NAMES.indexOf(a.part) - PART_NAMES.indexOf(b.part) || compare(a.className, b.className));
  const classNames = order.map(nameOf);
  checkParts(place, images, classNames, anyClasses);
  return {
    images,
    classNames,
    folder: files.isOnDisk ? files.path : undefined,
    findings: [...facts.findings, ...(facts.reportsBare === false ? [] : collector.findings())],
    read: (i) => files.read((images[i] as LabeledImage).path),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Returns the part of each image: that of its row, or else that of its folder if there are folders of several parts. */
function partsOf(collector: LabelCollector): (image: number) => PartName {
  const { index, labels, partOf } = collector;
  const folders = new Map<number, PartName | null>();
  const found = new Set<PartName | null>();
  labels.forEach((label, image) => {
    if (label === -1) return;
    const folder = partOf(image) ?? partOfPath(index.paths[image] as string);
    folders.set(image, folder);
    found.add(folder);
  });
  // A single part is the whole of the data: a model may be evaluated on a test part alone.
  if (!found.has("train") && !found.has(null)) {
    if (found.size === 1) return () => "train";
  }
  return (image) => folders.get(image) ?? "train";
}

function checkParts(
  place: string,
  images: readonly LabeledImage[],
  classNames: readonly string[],
  anyClasses: boolean,
): void {
  if (anyClasses) return;
  if (classNames.length < 2) {
    throw new DataError(`${place} has one class, '${classNames[0]}'. Expected labels of at least two classes.`);
  }
  const trained = new Set(images.flatMap(({ part, className }) => (part === "train" ? [className] : [])));
  const parts = new Set(images.map(({ part }) => part));
  if (!parts.has("train")) {
    throw new DataError(`${place} has only ${[...parts].join(" and ")} images. Expected training images.`);
  }
  const untrained = images.find(({ className }) => !trained.has(className));
  if (untrained) {
    throw new DataError(
      `${place}: the class '${untrained.className}' has no training images, but ${untrained.path} in its ${untrained.part} part. Expected training images of every class.`,
    );
  }
}
