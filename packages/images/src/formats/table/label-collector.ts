import { PART_NAMES, type PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { listFirst, plural } from "../../text/lists.ts";
import { type ImageIndex, NO_IMAGE } from "./image-index.ts";
import { isMissing, plainLabel } from "./label-values.ts";

/** The number of names that are kept for a finding. */
const NAMED = 3;

/** A row that labels an image. */
export interface LabelRow {
  /** The cell that names the image. */
  readonly image: string;
  readonly label: string;
  /** The part that the row is in; null if the table names none. */
  readonly part: PartName | null;
  /** The row in words, for errors: "labels.csv line 3". */
  readonly place: () => string;
}

/** Rows of the same problem: their number, and the first ones. */
interface Count {
  total: number;
  readonly first: string[];
}

const newCount = (): Count => ({ total: 0, first: [] });

function count(counter: Count, name: string): void {
  counter.total++;
  if (counter.first.length < NAMED) counter.first.push(name);
}

/** The labels of images, from rows in any number. It takes memory for each image, but not for each row. */
export class LabelCollector {
  readonly index: ImageIndex;
  /** For each image, the number of its label in `values`; -1 for none. */
  readonly labels: Int32Array;
  /** The different labels in the order in which they come. */
  readonly values: string[] = [];
  /** The number of images with a label. */
  labeled = 0;
  readonly #numbers = new Map<string, number>();
  readonly #parts: Int8Array;
  /** The images of rows without label. */
  readonly #bare = new Set<number>();
  readonly #absent = newCount();
  readonly #unlabeled = newCount();
  readonly #repeated = newCount();

  constructor(index: ImageIndex) {
    this.index = index;
    this.labels = new Int32Array(index.paths.length).fill(-1);
    this.#parts = new Int8Array(index.paths.length).fill(-1);
  }

  /** Adds a row. @throws DataError for a row that contradicts an earlier one, or that names several images */
  add({ image: cell, label, part, place }: LabelRow, folder: string): void {
    const found = this.index.find(cell, { folder, part });
    if (typeof found !== "number") {
      const paths = found.map((image) => this.index.paths[image] as string);
      throw new DataError(
        `${place()} names '${cell}', which may be any of ${plural(paths.length, "image")}: ${listFirst(paths, NAMED)}. Expected paths of images, because their names repeat.`,
      );
    }
    if (found === NO_IMAGE) count(this.#absent, cell);
    else if (isMissing(label)) {
      count(this.#unlabeled, cell);
      this.#bare.add(found);
    } else this.set(found, label, part, place);
  }

  /** Returns the part that the rows put an image in; null for none. */
  partOf = (image: number): PartName | null => PART_NAMES[this.#parts[image] as number] ?? null;

  /** Labels an image unless it has a label. */
  complete(image: number, label: string, part: PartName): void {
    if (this.labels[image] === -1) this.set(image, label, part, () => "");
  }

  /** Returns sentences on rows and images that are left out. */
  findings(): readonly string[] {
    const bare = newCount();
    this.labels.forEach((label, image) => {
      if (label === -1 && !this.#bare.has(image)) count(bare, this.index.paths[image] as string);
    });
    return [
      ...sentence(this.#absent, "row names a missing image and is", "rows name missing images and are"),
      ...sentence(this.#unlabeled, "row has no label and its image is", "rows have no label and their images are"),
      ...sentence(bare, "image has no row and is", "images have no row and are"),
      ...sentence(this.#repeated, "row repeats an earlier one and is", "rows repeat earlier ones and are"),
    ];
  }

  /** Returns the number of rows that name missing images, and the first of these names. */
  get absent(): Readonly<Count> {
    return this.#absent;
  }

  /** Labels an image. @throws DataError if it has another label or part */
  set(image: number, label: string, part: PartName | null, place: () => string): void {
    const number = this.#numberOf(label);
    const before = this.labels[image] as number;
    const path = this.index.paths[image] as string;
    if (before !== -1 && before !== number) {
      throw new DataError(
        `${place()} labels ${path} as '${this.values[number]}', but an earlier row as '${this.values[before]}'. Expected one label per image: several labels per image are not supported. Remove one of the rows.`,
      );
    }
    const parts = this.#parts[image] as number;
    const inPart = part === null ? -1 : PART_NAMES.indexOf(part);
    if (before !== -1 && parts !== inPart) {
      throw new DataError(
        `${place()} puts ${path} in the ${part ?? "train"} part, but an earlier row in the ${PART_NAMES[parts] ?? "train"} part. Expected one part per image. Remove one of the rows.`,
      );
    }
    if (before !== -1) count(this.#repeated, path);
    else this.labeled++;
    this.labels[image] = number;
    this.#parts[image] = inPart;
  }

  #numberOf(label: string): number {
    let number = this.#numbers.get(label);
    if (number === undefined) {
      const plain = plainLabel(label);
      number = this.#numbers.get(plain) ?? this.values.length;
      if (number === this.values.length) this.values.push(plain);
      this.#numbers.set(plain, number);
      this.#numbers.set(label, number);
    }
    return number;
  }
}

function sentence({ total, first }: Count, one: string, many: string): readonly string[] {
  if (total === 0) return [];
  const more = total - first.length;
  const named = more > 0 ? `${first.join(", ")} and ${more} more` : first.join(", ");
  return [`${plural(total, one, many)} left out: ${named}.`];
}
