import { DataError } from "../../../error.ts";
import { type Branch, childrenOf, withImages } from "../../../files/tree.ts";
import { listFirst, plural } from "../../../text/lists.ts";
import type { ClassLevel, Layout } from "./layout.ts";
import { isContainer } from "./name-words.ts";

/** The maximum number of levels that are counted. */
const MOST_LEVELS = 5;

/**
 * Returns a layout whose classes are the folders at a level below the folders of parts; 1 are those directly in them. By
 * default the classes are at level 1, and the reading names the levels below it.
 * @throws DataError if no folder of the training part is at that level
 */
export function atClassLevel(folder: string, layout: Layout, level: number | undefined): Layout {
  const homes = layout.parts.get("train") ?? [...layout.parts.values()].flat();
  if (level === undefined) {
    const [first, ...others] = countLevels(homes);
    const deeper = layout.isByClass || !first ? [] : others.filter(({ folders }) => folders > first.folders);
    if (!first || deeper.length === 0) return layout;
    const levels = deeper.map((other) => `class level ${other.level} has ${other.folders}`).join(", ");
    const reading = `${layout.reading}; ${plural(first.folders, "class", "classes")} at class level 1 (${levels})`;
    return { ...layout, deeper, reading };
  }
  const parts = [...layout.parts].map(
    ([part, branches]) => [part, branches.map((home) => raise(home, level))] as const,
  );
  const raised = { ...layout, parts: new Map(parts), reading: `${layout.reading}; classes at class level ${level}` };
  if (homes.every((home) => withImages(raise(home, level)).length === 0)) {
    const example = homes.flatMap(withImages).map(({ path }) => path);
    throw new DataError(
      `${folder}: classLevel = ${level}, but no folder of images is that deep. Expected folders such as CLASS/KIND/1.jpg for level 2. At class level 1 are ${listFirst(example)}.`,
      [{ options: { classLevel: 1 }, purpose: "use them" }],
    );
  }
  return raised;
}

/** Counts the folders of images at each level. Folders of the same path in several homes count once. */
function countLevels(homes: readonly Branch[]): readonly ClassLevel[] {
  const levels: ClassLevel[] = [];
  let open = homes.map((home) => ({ name: "", branch: home }));
  for (let level = 1; level <= MOST_LEVELS; level++) {
    open = open.flatMap(({ name, branch }) =>
      withImages(branch)
        .filter((inner) => level === 1 || !isContainer(inner.name))
        .map((inner) => ({ name: `${name}/${inner.name}`, branch: inner })),
    );
    if (open.length === 0) break;
    levels.push({ level, folders: new Set(open.map(({ name }) => name)).size });
  }
  return levels;
}

/** Returns a folder whose subfolders are those at a level below it, named by their paths; images above them stay beside. */
function raise(home: Branch, level: number): Branch {
  if (level === 1) return home;
  const children = childrenOf(home);
  const folders = children.flatMap(({ name, tree }) =>
    tree.folders.map((inner) => ({ ...inner, name: `${name}/${inner.name}` })),
  );
  const loose = children.flatMap(({ name, tree }) => tree.images.map((image) => `${name}/${image}`));
  return raise({ ...home, tree: { ...home.tree, folders, images: [...home.tree.images, ...loose] } }, level - 1);
}
