import { PART_NAMES, type PartName } from "../../data-set/parts.ts";
import { DataError } from "../../error.ts";
import { listFirst } from "../../text/lists.ts";
import { type Candidate, shareClass } from "./candidate.ts";

/** Refuses the folders of a data set. The problem is a sentence about the data's folder ("its folders ..."). */
export function refuse(folder: string, problem: string): never {
  throw new DataError(`${folder}: ${problem}`);
}

/** Returns the problem of folders that can be read as classes and as parts. */
export function ambiguous(folders: readonly Candidate[], parts: readonly Candidate[]): string {
  const inner = parts.find(({ classes }) => classes.length > 0);
  const classes = inner ? ` with the classes ${listFirst(inner.classes)}` : "";
  const asParts = `parts (${listFirst(parts.map(({ path }) => path))})${classes}`;
  const asClasses = `${folders.length} classes (${listFirst(folders.map(({ name }) => name))})`;
  return `its folders can be read as ${asClasses}, or as ${asParts}. Use --train-folder . to read them as classes, or ${flagsFor(parts.filter(({ classes }) => classes.length > 0))} to read them as parts (options trainFolder, validationFolder and testFolder).`;
}

/** Returns the problem of parts without a training part. */
export function withoutTraining(named: readonly Candidate[], others: readonly Candidate[] = []): string {
  const sharing = others.filter((folder) => named.some((part) => shareClass(folder, part)));
  const [first] = [...bySize(sharing), ...bySize(named)].filter(({ classes }) => classes.length > 0);
  return `its folders ${quoted(named.map(({ path }) => path))} are named as test or validation parts, and none as the training part. Name one of them 'train', or choose it with --train-folder ${quote(first?.home.path ?? "FOLDER")} (option trainFolder).`;
}

/** Returns the flags that choose parts: by the folders' names if these name parts, else the larger folder for training. */
export function flagsFor(folders: readonly Candidate[]): string {
  const chosen = new Map<PartName, Candidate>();
  const sorted = bySize(folders);
  for (const folder of sorted) if (folder.part && !chosen.has(folder.part)) chosen.set(folder.part, folder);
  const others = sorted.filter(({ part }) => part === null);
  for (const part of ["train", "test"] as const) {
    const next = chosen.has(part) ? undefined : others.shift();
    if (next) chosen.set(part, next);
  }
  const flags = PART_NAMES.flatMap((part) => {
    const folder = chosen.get(part);
    return folder ? [`--${part}-folder ${shellWord(folder.home.path)}`] : [];
  });
  return flags.length > 0 ? flags.join(" ") : "--train-folder FOLDER --test-folder FOLDER";
}

/** Sorts folders by their numbers of images, largest first: the larger part is most likely the one for training. */
const bySize = (folders: readonly Candidate[]): readonly Candidate[] =>
  [...folders].sort((a, b) => b.home.tree.count - a.home.tree.count);

/** Quotes a name for a sentence. */
export const quote = (name: string): string => `'${name}'`;

/** Lists quoted names in a sentence. */
export const quoted = (names: readonly string[]): string => listFirst(names.map(quote));

/** Joins names with commas, as the value of a flag. */
export const flagList = (names: readonly string[]): string => shellWord(names.join(","));

const shellWord = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path}'`);
