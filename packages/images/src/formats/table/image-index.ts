import { basename, dirname } from "node:path";
import type { PartName } from "../../data-set/parts.ts";
import { isImage } from "../../files/tree.ts";
import { partOf } from "../folder/layout/candidate.ts";
import { isContainer } from "../folder/layout/name-words.ts";

/** The circumstances of a cell that names an image. */
export interface NamedIn {
  /** The folder of the table within the data. */
  readonly folder: string;
  /** The part of the row. */
  readonly part: PartName | null;
}

/** The endings of images that are often converted before they are trained on. */
const CONVERTED = /\.(bmp|dcm|heic|heif|jp2|jxl|p[gp]m|tga)$/i;

/** The separators of folders in paths, also those of Windows. */
const SEPARATOR = /[/\\]/;

/** The result for a cell that names no image. */
export const NO_IMAGE = -1;

/**
 * The images of a data set, found by the cells of a table: paths, also those of another system or machine, names, and names
 * without ending.
 */
export class ImageIndex {
  readonly paths: readonly string[];
  readonly #names = new Map<string, number | number[]>();
  readonly #stems = new Map<string, number | number[]>();
  readonly #folders = new Set<string>();
  #loose: ReadonlyMap<string, number | number[]> | null = null;

  /** @param paths the paths of all images within the data, sorted */
  constructor(paths: readonly string[]) {
    this.paths = paths;
    for (const [image, path] of paths.entries()) {
      const segments = normal(path).split("/");
      const name = segments.pop() as string;
      for (const folder of segments) this.#folders.add(folder);
      add(this.#names, name, image);
      add(this.#stems, stemOf(name), image);
    }
  }

  /** Returns the index of the image that a cell names; `NO_IMAGE` for none; several indices if it may be any of them. */
  find(cell: string, circumstances: NamedIn): number | readonly number[] {
    const path = normal(cell);
    // Tables of millions of rows mostly have names alone, which need no array.
    const segments = SEPARATOR.test(path) ? path.split(SEPARATOR).filter((name) => name !== "" && name !== ".") : [];
    const name = SEPARATOR.test(path) ? segments.pop() : path;
    if (name === undefined) return NO_IMAGE;
    const found =
      this.#names.get(name) ??
      this.#stems.get(name) ??
      (hasImageEnding(name) ? this.#stems.get(stemOf(name)) : undefined) ??
      this.#byLooseName(name);
    if (found === undefined) return NO_IMAGE;
    if (typeof found === "number" && segments.length === 0) return found;
    const images = typeof found === "number" ? [found] : found;
    return this.#choose(images, segments, circumstances);
  }

  /** Chooses the images whose folders agree best with those of a cell. */
  #choose(
    images: readonly number[],
    segments: readonly string[],
    { folder, part }: NamedIn,
  ): number | readonly number[] {
    const folders = images.map((image) => dirOf(this.paths[image] as string));
    const agreeing = folders.map((names) => {
      let count = 0;
      while (count < segments.length && names.at(-1 - count) === segments.at(-1 - count)) count++;
      return count;
    });
    const most = Math.max(...agreeing);
    // A folder of another machine is ignored, but not one of the data in which there is no such image.
    const inner = segments.at(-1);
    if (most === 0 && inner !== undefined && this.#folders.has(inner)) return NO_IMAGE;
    const best = images.filter((_, i) => agreeing[i] === most);
    if (best.length === 1) return best[0] as number;
    const narrower: readonly ((path: string) => boolean)[] = [
      (path) => dirOf(path).join("/") === [...folder.split("/"), ...segments].filter(Boolean).join("/"),
      (path) => dirOf(path).join("/") === segments.join("/"),
      (path) => part !== null && partOfPath(path) === part,
      (path) => folder !== "" && path.startsWith(`${folder}/`),
    ];
    for (const fits of narrower) {
      const [only, ...more] = best.filter((image) => fits(this.paths[image] as string));
      if (only !== undefined && more.length === 0) return only;
    }
    return best;
  }

  /** Finds a name in another case, or a number with other zeros in front. */
  #byLooseName(name: string): number | number[] | undefined {
    if (!this.#loose) {
      const loose = new Map<string, number | number[]>();
      for (const [image, path] of this.paths.entries()) {
        const key = normal(basename(path)).toLowerCase();
        for (const other of new Set([key, withoutZeros(key), stemOf(key), withoutZeros(stemOf(key))])) {
          add(loose, other, image);
        }
      }
      this.#loose = loose;
    }
    const key = name.toLowerCase();
    return this.#loose.get(key) ?? this.#loose.get(withoutZeros(key));
  }
}

/** Returns the part that a folder of a path is named as; null for none. */
export const partOfPath = byFolder((folders) => folders.map(partOf).find((part) => part !== null) ?? null);

/** Returns the folder of an image that may be its class: the innermost one that is neither a part nor holds all images. */
export const classFolderOf = byFolder((folders) => {
  const name = [...folders].reverse().find((folder) => !isContainer(folder));
  return name === undefined || partOf(name) !== null ? null : name;
});

/** Returns a function of the folders of a path. It keeps its last value, because sorted paths have the same folders in a row. */
function byFolder<T>(resultOf: (folders: readonly string[]) => T): (path: string) => T {
  let last: { readonly folder: string; readonly value: T } | null = null;
  return (path) => {
    const folder = dirname(path);
    if (last?.folder !== folder) last = { folder, value: resultOf(dirOf(path)) };
    return last.value;
  };
}

function dirOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "." ? [] : folder.split("/");
}

/** True for the name of an image, also of an unsupported format: the image itself may have been converted. */
const hasImageEnding = (name: string): boolean => isImage(name) || CONVERTED.test(name);

function stemOf(name: string): string {
  const at = name.lastIndexOf(".");
  return at > 0 ? name.slice(0, at) : name;
}

const withoutZeros = (name: string): string => (/^0+\d/.test(name) ? name.replace(/^0+(?=\d)/, "") : name);

/** Returns a name in the form in which names are compared. */
const normal = (text: string): string => (/^[ -~]*$/.test(text) ? text : text.normalize("NFC"));

function add(map: Map<string, number | number[]>, key: string, image: number): void {
  const same = map.get(key);
  if (same === undefined) map.set(key, image);
  else if (typeof same === "number") map.set(key, [same, image]);
  else same.push(image);
}
