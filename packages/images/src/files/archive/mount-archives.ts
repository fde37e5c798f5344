import { statSync } from "node:fs";
import { posix } from "node:path";
import { DataError } from "../../error.ts";
import { listFirst, plural } from "../../text/lists.ts";
import type { Files } from "../files.ts";
import type { OpenFilesOptions } from "../open-files.ts";
import { Spool } from "../spool.ts";
import { filesIn, folderAt, pathWithin, walk } from "../tree.ts";
import { treeOf } from "../tree-of.ts";
import { archiveStem, isArchiveName } from "./archive-kind.ts";
import { openArchive } from "./open-archive.ts";

/** The files of an archive, at a path within the data. */
interface Mount {
  readonly files: Files;
  /** The folder within the archive that takes the place; "" or a path that ends with a slash. */
  readonly inner: string;
}

/**
 * Opens the archives in a folder that has no images itself, such as `train.zip` beside `labels.csv`. Each becomes a folder,
 * named like the archive without its ending. The files of the result include those of the folder; closing it closes both.
 * @returns null if there are no archives, or there are images beside them
 * @throws DataError for an archive that cannot be read, or for archives within an archive
 */
export async function mountArchives(folder: Files, options: OpenFilesOptions): Promise<Files | null> {
  if (folder.only !== undefined || folder.root.tree.count > 0) return null;
  const all = allFiles(folder);
  const archives = all.filter(isArchiveName);
  if (archives.length === 0) return null;
  if (!statSync(folder.path).isDirectory()) {
    throw new DataError(
      `${folder.path}: it has no images, but ${plural(archives.length, "archive")}: ${listFirst(archives)}. Archives within an archive are not read. Unpack it, and use the folder.`,
    );
  }
  const { place, ...context } = options;
  const spool = new Spool(place);
  const mounts = new Map<string, Mount>();
  const close = async (): Promise<void> => {
    spool.close();
    for (const { files } of mounts.values()) await files.close();
    await folder.close();
  };
  const opened = new Set<string>();
  try {
    const names = namesFor(folder, archives);
    for (const file of archives) {
      const files = await openArchive(folder, file, { spool, note: place.note, ...context });
      if (!files) continue;
      opened.add(file);
      mounts.set(names.get(file) as string, { files, inner: innerFolder(files, archiveStem(posix.basename(file))) });
    }
  } catch (error) {
    await close();
    throw error;
  }
  if (opened.size === 0) return null;
  place.note(
    `${opened.size === 1 ? "This archive is read as a folder" : "These archives are read as folders"}: ${listFirst([...opened])}.`,
  );
  const inside = [...mounts].flatMap(([path, { files, inner }]) =>
    allFiles(files).map((file) => pathWithin({ path }, file.slice(inner.length))),
  );
  const paths = [...all.filter((file) => !opened.has(file)), ...inside];
  return { ...route(folder, mounts), root: { name: "", path: "", tree: treeOf(paths) }, close };
}

/** Returns the paths of all files, at any depth. */
const allFiles = ({ root }: Files): readonly string[] => [...walk(root)].flatMap(filesIn);

/** Returns the paths at which archives are opened: without their endings, unless another one or a folder has that path. */
function namesFor({ root }: Files, archives: readonly string[]): ReadonlyMap<string, string> {
  // Teachable Machine names the archive of a class so.
  const samples = /-samples$/;
  const stems = archives.map(archiveStem);
  const plain = stems.every((stem) => samples.test(stem)) ? stems.map((stem) => stem.replace(samples, "")) : stems;
  const isFree = (path: string): boolean =>
    plain.filter((other) => other === path).length === 1 && folderAt(root, path) === undefined;
  return new Map(archives.map((file, i) => [file, isFree(plain[i] as string) ? (plain[i] as string) : file]));
}

/** Returns the only folder of an archive if it is named like the archive, so that the name does not occur twice in paths. */
function innerFolder({ root: { tree } }: Files, stem: string): string {
  const isOnly = tree.images.length + tree.others.length === 0 && tree.folders.length === 1;
  return isOnly && tree.folders[0]?.name === stem ? `${stem}/` : "";
}

/** Returns the functions that read files of a folder and of the archives in it. */
function route(folder: Files, mounts: ReadonlyMap<string, Mount>): Omit<Files, "root" | "close"> {
  const find = (path: string): readonly [Files, string] => {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      const mount = mounts.get(path.slice(0, end));
      if (mount) return [mount.files, mount.inner + path.slice(end + 1)];
    }
    return [folder, path];
  };
  const call = <T>(path: string, act: (files: Files, file: string) => T): T => act(...find(path));
  return {
    path: folder.path,
    sizeOf: (path) => call(path, (files, file) => files.sizeOf(file)),
    read: (path) => call(path, (files, file) => files.read(file)),
    slice: (path, from, to) => call(path, (files, file) => files.slice(file, from, to)),
    stream: (path) => call(path, (files, file) => files.stream(file)),
  };
}
