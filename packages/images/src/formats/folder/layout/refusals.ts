import { PART_NAMES, type PartName } from "../../../data-set/parts.ts";
import type { DataRemedy } from "../../../data-set/remedy.ts";
import { DataError } from "../../../error.ts";
import { listFirst } from "../../../text/lists.ts";
import { type Candidate, shareClass } from "./candidate.ts";

/** A reason why folders cannot be read, with remedies. */
export interface Refusal {
  /** A sentence about the data's folder: "its folders ...". */
  readonly problem: string;
  readonly remedies: readonly DataRemedy[];
}

/** Refuses the folders of a data set. */
export function refuse(folder: string, { problem, remedies }: Refusal): never {
  throw new DataError(`${folder}: ${problem}`, remedies);
}

/** The remedy that reads the subfolders of the data's folder as classes. */
export const AS_CLASSES: DataRemedy = { folders: { train: ["."] }, purpose: "read the folders as classes" };

/** The remedy for images that do not lie in folders of classes. */
export const MOVE_IMAGES: DataRemedy = { act: "move each image into a folder named after its class" };

/** Returns the refusal of folders that can be read as classes and as parts. */
export function ambiguous(folders: readonly Candidate[], parts: readonly Candidate[]): Refusal {
  const withClasses = parts.filter(({ classes }) => classes.length > 0);
  const [inner] = withClasses;
  const classes = inner ? ` with the classes ${listFirst(inner.classes)}` : "";
  const asParts = `parts (${listFirst(parts.map(({ path }) => path))})${classes}`;
  const asClasses = `${folders.length} classes (${listFirst(folders.map(({ name }) => name))})`;
  const readAsParts: DataRemedy = inner
    ? { folders: partFolders(withClasses), purpose: "read them as parts" }
    : { act: "choose a folder for each part" };
  return {
    problem: `its folders can be read as ${asClasses}, or as ${asParts}.`,
    remedies: [{ folders: { train: ["."] }, purpose: "read them as classes" }, readAsParts],
  };
}

/** Returns the refusal of parts without a training part. */
export function withoutTraining(named: readonly Candidate[], others: readonly Candidate[] = []): Refusal {
  const sharing = others.filter((folder) => named.some((part) => shareClass(folder, part)));
  const [first] = [...bySize(sharing), ...bySize(named)].filter(({ classes }) => classes.length > 0);
  const choose: readonly DataRemedy[] = first ? [{ folders: { train: [first.home.path] }, purpose: "choose it" }] : [];
  return {
    problem: `its folders ${quoted(named.map(({ path }) => path))} are named as test or validation parts, and none as the training part.`,
    remedies: [{ act: "name one of them 'train'" }, ...choose],
  };
}

/** Chooses the folders of parts: by their names if these name parts, else the larger folder for training. */
export function partFolders(folders: readonly Candidate[]): Partial<Record<PartName, readonly string[]>> {
  const chosen = new Map<PartName, Candidate>();
  const sorted = bySize(folders);
  for (const folder of sorted) if (folder.part && !chosen.has(folder.part)) chosen.set(folder.part, folder);
  const others = sorted.filter(({ part }) => part === null);
  for (const part of ["train", "test"] as const) {
    const next = chosen.has(part) ? undefined : others.shift();
    if (next) chosen.set(part, next);
  }
  const inOrder = PART_NAMES.flatMap((part) => {
    const folder = chosen.get(part);
    return folder ? [[part, [folder.home.path]] as const] : [];
  });
  return Object.fromEntries(inOrder);
}

/** Sorts folders by their numbers of images, largest first: the larger part is most likely the one for training. */
const bySize = (folders: readonly Candidate[]): readonly Candidate[] =>
  [...folders].sort((a, b) => b.home.tree.count - a.home.tree.count);

/** Quotes a name for a sentence. */
export const quote = (name: string): string => `'${name}'`;

/** Lists quoted names in a sentence. */
export const quoted = (names: readonly string[]): string => listFirst(names.map(quote));
