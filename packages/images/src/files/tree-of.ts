import { isJunk } from "./junk.ts";
import { type Branch, isImage, type Tree } from "./tree.ts";

interface Folder {
  readonly files: Set<string>;
  readonly folders: Map<string, Folder>;
}

/**
 * Returns the tree of files that are known by their paths, as those in an archive are. Hidden files and those that systems
 * leave behind are left out.
 * @param paths paths with slashes; a path of a folder ends with one
 */
export function treeOf(paths: Iterable<string>): Tree {
  const root: Folder = { files: new Set(), folders: new Map() };
  for (const path of paths) {
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    if (names.some(isJunk)) continue;
    const last = path.endsWith("/") ? undefined : names.pop();
    let folder = root;
    for (const name of names) {
      const inner = folder.folders.get(name) ?? { files: new Set(), folders: new Map() };
      folder.folders.set(name, inner);
      folder = inner;
    }
    if (last !== undefined) folder.files.add(last);
  }
  return treeAt(root, "");
}

function treeAt({ files, folders }: Folder, path: string): Tree {
  const names = [...files].sort();
  const images = names.filter(isImage);
  const branches: readonly Branch[] = [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => ({ name, path: "", tree: treeAt(inner, `${path}/${name}`) }));
  return {
    real: path,
    images,
    others: names.filter((name) => !isImage(name)),
    special: [],
    folders: branches,
    count: branches.reduce((sum, { tree }) => sum + tree.count, images.length),
    ownOnly: false,
  };
}
