import type { PartName } from "../data-set/parts.ts";
import { type Branch, filesIn, walk } from "../files/tree.ts";
import { listFirst, plural } from "../text/lists.ts";
import { isContainer, isUnlabeled, partNamed } from "./folder/layout/name-words.ts";

/** A file that contains many images, and the part that its path names. */
export interface PartFile {
  /** The path within the data. */
  readonly file: string;
  /** The part; null if neither the file's name nor a folder around it is that of a part. */
  readonly part: PartName | null;
}

/** The files of one data set. */
export interface FileGroup {
  /** The path of their folder within the data; "" for the data's own folder. */
  readonly home: string;
  /** The files in natural order: 2 precedes 10. */
  readonly files: readonly PartFile[];
  /** The paths of files without labels, by their names, such as `unlabeled`, beside others. */
  readonly unlabeled: readonly string[];
}

const natural = new Intl.Collator("en", { numeric: true });
/** Compares paths in natural order, without regard to the user's locale. */
export const inNaturalOrder = (a: string, b: string): number => natural.compare(a, b) || (a < b ? -1 : Number(a > b));

/**
 * Returns the files with some names, at any depth, grouped by data set. Folders that are named after parts, such as `train`,
 * or that only hold files, such as `data`, belong to the data set around them.
 */
export function fileGroups(root: Branch, isOwn: (name: string) => boolean): readonly FileGroup[] {
  const groups = new Map<string, { files: PartFile[]; unlabeled: string[] }>();
  for (const branch of walk(root)) {
    for (const file of filesIn(branch)) {
      const folders = file.split("/");
      const name = folders.pop() as string;
      if (!isOwn(name)) continue;
      while (folders.length > 0 && isInner(folders.at(-1) as string)) folders.pop();
      const home = folders.join("/");
      const group = groups.get(home) ?? { files: [], unlabeled: [] };
      groups.set(home, group);
      const inside = file.slice(home === "" ? 0 : home.length + 1);
      if (inside.split("/").some(isWithoutLabels)) group.unlabeled.push(file);
      else group.files.push({ file, part: partOfPath(inside) });
    }
  }
  return [...groups]
    .sort(([a], [b]) => inNaturalOrder(a, b))
    .map(([home, { files, unlabeled }]) => {
      const all = files.length > 0 ? files : unlabeled.map((file) => ({ file, part: null }));
      return {
        home,
        files: all.sort((a, b) => inNaturalOrder(a.file, b.file)),
        unlabeled: files.length > 0 ? unlabeled : [],
      };
    });
}

/** True for a folder within a data set: one named after a part, a container or a number. */
const isInner = (folder: string): boolean =>
  isContainer(folder) || partNamed(folder)?.rest === "" || /^\d+$/.test(folder);

const isWithoutLabels = (name: string): boolean => {
  const [stem = ""] = name.split(".");
  return (
    /unlabe(?:l|ll)ed|unsupervised/i.test(stem) || (isUnlabeled(stem) && partNamed(stem) === null && isPlainWord(stem))
  );
};

const isPlainWord = (stem: string): boolean => /^(?:predict|prediction|submission|unsup)$/i.test(stem);

/** Returns the part that a path names: the file's name decides, then the folders around it, the inner ones first. */
export function partOfPath(path: string): PartName | null {
  for (const name of path.split("/").reverse()) {
    const named = partNamed(name.replace(/t10k/i, "test").replaceAll(/\.[a-z]\w*/gi, ""));
    if (named) return named.part;
  }
  return null;
}

/** Files by part, and those that belong to none. */
export interface FilesByPart {
  readonly parts: ReadonlyMap<PartName, readonly string[]>;
  /** The files that name no part beside others that do. */
  readonly left: readonly string[];
}

/** Assigns files to parts. Files that name no part are the training part if no others are, and so is an only part. */
export function byPart(files: readonly PartFile[]): FilesByPart {
  const named = new Map<PartName, string[]>();
  for (const { file, part } of files) if (part) named.set(part, [...(named.get(part) ?? []), file]);
  const rest = files.filter(({ part }) => part === null).map(({ file }) => file);
  if (rest.length > 0 && !named.has("train")) return { parts: inOrder(named.set("train", rest)), left: [] };
  const [only, ...more] = named;
  if (only && more.length === 0) return { parts: new Map([["train", only[1]]]), left: rest };
  return { parts: inOrder(named), left: rest };
}

const ORDER: readonly PartName[] = ["train", "validation", "test"];

const inOrder = <T>(parts: ReadonlyMap<PartName, T>): ReadonlyMap<PartName, T> =>
  new Map([...parts].sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b)));

/** Returns findings on files that are not read. */
export function leftFindings({ left }: FilesByPart, { unlabeled }: FileGroup): readonly string[] {
  const all = [...left, ...unlabeled];
  return all.length === 0
    ? []
    : [
        `${plural(all.length, "file names", "files name")} no part with labels and ${all.length === 1 ? "is" : "are"} not read: ${listFirst(all)}.`,
      ];
}
