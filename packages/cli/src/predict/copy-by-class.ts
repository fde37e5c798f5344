import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve, sep } from "node:path";
import type { ImageFile } from "@downhill/images";
import { checkNoDanglingLink } from "../config/dangling-link.ts";
import { UsageError } from "../usage-error.ts";
import type { Inputs } from "./open-inputs.ts";

/** Folder of the images whose prediction is below the threshold. */
export const UNSURE = "unsure";

/** Copies images into folders by class. */
export interface Copier {
  /**
   * Copies a file into the folder of a class, or of the unsure images for null. A file with the same name and contents is
   * kept; one with other contents makes the copy get a number.
   * @returns the path of the copy
   */
  copy(file: ImageFile, className: string | null): Promise<string>;
  /** Number of images in each folder, by its name, in the order of the first image. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Checks the folder of `--copy-to`, and returns a copier. Folders are created when their first image is copied.
 * @throws UsageError for a folder that is, or lies in, one of the folders with the images
 */
export function copierTo(
  folder: string,
  { files, folders }: Pick<Inputs, "files" | "folders">,
  classNames: readonly string[],
): Copier {
  checkNoDanglingLink("--copy-to", folder);
  const names = folderNames([UNSURE, ...classNames]);
  const folderOf = new Map<string | null, string>([
    [null, UNSURE],
    ...classNames.map((name, k) => [name, names[k + 1] as string] as const),
  ]);
  const parents = new Map(files.map(({ name }) => [realFolder(dirname(name)), dirname(name)]));
  const sources = folders.map((source) => [realFolder(source), source] as const);
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    const real = realFolder(path);
    const own =
      sources.find(([source]) => isWithin(source, real))?.[1] ?? (path === folder ? undefined : parents.get(real));
    if (own !== undefined) {
      throw new UsageError(`--copy-to ${folder}: ${own} is a folder of the images. Choose a folder outside of it.`);
    }
  }
  const counts = new Map<string, number>();
  return {
    counts,
    async copy(file, className) {
      const name = folderOf.get(className) as string;
      const into = join(folder, name);
      mkdirSync(into, { recursive: true });
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return copyInto(into, file);
    },
  };
}

async function copyInto(folder: string, file: ImageFile): Promise<string> {
  const name = basename(file.name);
  const end = extname(name);
  let contents: Uint8Array | undefined;
  for (let number = 1; ; number++) {
    const path = join(folder, number === 1 ? name : `${name.slice(0, name.length - end.length)}-${number}${end}`);
    if (!existsSync(path)) {
      try {
        if (existsSync(file.name)) copyFileSync(file.name, path, constants.COPYFILE_EXCL);
        else writeFileSync(path, await file.read(), { flag: "wx" });
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    contents ??= await file.read();
    if (Buffer.from(contents).equals(readFileSync(path))) return path;
  }
}

/** Returns a name of a folder for each class: without characters that file systems refuse, and different in any case. */
export function folderNames(classNames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return classNames.map((className) => {
    const clean =
      className
        // biome-ignore lint/suspicious/noControlCharactersInRegex: file systems refuse them.
        .replaceAll(/[\u0000-\u001f<>:"/\\|?*]/g, "-")
        .replace(/[. ]+$/, "")
        .replace(/^(?:con|prn|aux|nul|com\d|lpt\d)$/i, "$&-") || "-";
    let name = clean;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${clean}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/**
 * Returns the path of a folder for comparisons, also if it does not exist yet: with links resolved, in lower case and composed
 * letters, because some file systems take two such names as one.
 */
const realFolder = (path: string): string => resolved(resolve(path)).normalize("NFC").toLowerCase();

function resolved(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  const parent = dirname(path);
  return parent === path ? path : join(resolved(parent), basename(path));
}

const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
