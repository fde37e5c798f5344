import { DataError } from "../../../error.ts";
import { type Branch, childrenOf, withImages } from "../../../files/tree.ts";
import { listFirst, plural } from "../../../text/lists.ts";
import type { Layout } from "./layout.ts";
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
  const counts = countLevels(homes);
  if (level === undefined) {
    const deeper = counts.slice(1).map((count, i) => `class level ${i + 2} has ${count}`);
    const isHierarchy = !layout.isByClass && deeper.length > 0;
    return isHierarchy
      ? {
          ...layout,
          reading: `${layout.reading}; ${plural(counts[0] as number, "class", "classes")} at class level 1 (${deeper.join(", ")})`,
        }
      : layout;
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

/** Counts the folders of images at each level, as far as a level has more of them than the level above it. */
function countLevels(homes: readonly Branch[]): readonly number[] {
  const counts: number[] = [];
  let folders = homes.flatMap(withImages);
  while (counts.length < MOST_LEVELS && folders.length > (counts.at(-1) ?? 0)) {
    counts.push(folders.length);
    folders = folders.flatMap(withImages).filter(({ name }) => !isContainer(name));
  }
  return counts;
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
