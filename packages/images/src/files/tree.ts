import { extname } from "node:path";

/** The endings of supported images. */
export const IMAGE_ENDINGS: ReadonlySet<string> = new Set([
  ...[".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".avif", ".gif", ".tif", ".tiff"],
  ...[".heic", ".heif", ".hif", ".bmp", ".dib", ".ppm", ".pgm", ".pbm", ".pnm", ".pam"],
  ...[".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".jxl", ".dcm", ".dicom"],
]);

/** The contents of a folder on the disk or in an archive, without hidden files, junk and folders that Downhill wrote. */
export interface Tree {
  /** The folder's path on the disk with links resolved, or its path in an archive. */
  readonly real: string;
  /** The names of the images directly in it, sorted. */
  readonly images: readonly string[];
  /** The names of the other files directly in it, sorted. */
  readonly others: readonly string[];
  /** The names of pipes, sockets and devices directly in it. */
  readonly special: readonly string[];
  /** The subfolders, sorted by name. */
  readonly folders: readonly Branch[];
  /** The number of images at any depth. */
  readonly count: number;
  /** True if it contains only folders that Downhill wrote. */
  readonly ownOnly: boolean;
}

/** A folder within a tree. */
export interface Branch {
  readonly name: string;
  /** The path within the data's folder, with slashes; "" for that folder itself. */
  readonly path: string;
  readonly tree: Tree;
}

/** Returns the ending of a name in lower case, such as ".jpg". */
export const ending = (file: string): string => extname(file).toLowerCase();
/** True if a name has the ending of a supported image. */
export const isImage = (file: string): boolean => IMAGE_ENDINGS.has(ending(file));

/** Returns the subfolders of a folder, with their paths. */
export const childrenOf = ({ path, tree }: Branch): readonly Branch[] =>
  tree.folders.map((child) => ({ ...child, path: pathWithin({ path }, child.name) }));

/** Returns the subfolders that have images at any depth. */
export const withImages = (branch: Branch): readonly Branch[] =>
  childrenOf(branch).filter(({ tree }) => tree.count > 0);

/** Visits a folder and all folders below it, each once. */
export function* walk(branch: Branch, seen = new Set<string>()): Generator<Branch> {
  if (seen.has(branch.tree.real)) return;
  seen.add(branch.tree.real);
  yield branch;
  for (const child of childrenOf(branch)) yield* walk(child, seen);
}

/** Returns the paths of all images below a folder, each once, without those in the folders of `seen`. */
export function imagesBelow(branch: Branch, seen?: Set<string>): readonly string[] {
  const paths: string[] = [];
  for (const { path, tree } of walk(branch, seen)) {
    for (const name of tree.images) paths.push(pathWithin({ path }, name));
  }
  return paths;
}

/** Returns the path of a file or folder directly in a folder. */
export const pathWithin = ({ path }: Pick<Branch, "path">, name: string): string =>
  path === "" ? name : `${path}/${name}`;

/** Returns the paths of the files directly in a folder, images and others. */
export const filesIn = (branch: Branch): readonly string[] =>
  [...branch.tree.images, ...branch.tree.others].map((name) => pathWithin(branch, name)).sort();

/** Returns the folder at a path; undefined if there is none. */
export function folderAt(root: Branch, path: string): Branch | undefined {
  return path
    .split("/")
    .filter(Boolean)
    .reduce<Branch | undefined>(
      (branch, name) => branch && childrenOf(branch).find((child) => child.name === name),
      root,
    );
}
