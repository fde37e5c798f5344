import { isAbsolute, relative } from "node:path";
import type { DataOptions } from "../../../data-set/options.ts";
import { PART_NAMES, type PartName } from "../../../data-set/parts.ts";
import { DataError } from "../../../error.ts";
import { type Branch, childrenOf, withImages } from "../../../files/tree.ts";
import { listFirst } from "../../../text/lists.ts";
import { findLayout } from "./find-layout.ts";
import { type Choices, type Layout, without } from "./layout.ts";

/** The folders that the user chose for parts, within the data's folder. */
export type ChosenFolders = Readonly<Partial<Record<PartName, readonly string[]>>>;

/**
 * Returns the layout for folders that the user chose. Without a training folder, the remaining folders are read as usual.
 * @throws DataError for a folder that does not exist, or is chosen twice
 */
export function chosenLayout(folder: string, root: Branch, chosen: ChosenFolders, choices: Choices): Layout {
  const parts = new Map<PartName, readonly Branch[]>();
  for (const part of PART_NAMES) {
    const paths = chosen[part];
    if (paths)
      parts.set(
        part,
        paths.map((path) => find(folder, root, part, path)),
      );
  }
  checkDistinct(folder, parts);
  const reading = [...parts].map(
    ([part, homes]) => `${part} part from ${listFirst(homes.map(({ path }) => path || "."))}`,
  );
  if (parts.has("train")) {
    const all = [...parts.values()].flat();
    const trimmed = [...parts].map(([part, homes]) => [part, homes.map((home) => without(home, all))] as const);
    return { parts: new Map(trimmed), reading: `${reading.join(", ")}, as chosen`, findings: [] };
  }
  const rest = findLayout(folder, without(root, [...parts.values()].flat()), choices);
  const replaced = [...rest.parts].filter(([part]) => parts.has(part));
  return {
    parts: new Map([...rest.parts, ...parts]),
    reading: `${rest.reading}; ${reading.join(", ")}, as chosen`,
    findings: [
      ...replaced.flatMap(([, homes]) =>
        homes.map(({ path }) => `${path} is left out, because another folder is chosen.`),
      ),
      ...rest.findings,
    ],
  };
}

function find(folder: string, root: Branch, part: PartName, path: string): Branch {
  const within = (isAbsolute(path) ? relative(folder, path) : path).normalize("NFC");
  const names = within.split(/[/\\]/).filter((name) => name !== "" && name !== ".");
  let branch: Branch | undefined = root;
  for (const name of names) {
    const children: readonly Branch[] = branch ? childrenOf(branch) : [];
    branch = children.find((child) => child.name.normalize("NFC") === name);
  }
  if (branch) return branch;
  throw new DataError(
    `${folder}: ${part}Folder = '${path}': there is no such folder. Expected a path within the data, such as ${listFirst(childrenOf(root).map(({ name }) => `'${name}'`)) || "'.'"}.`,
    [{ changeFolders: [part] }],
  );
}

function checkDistinct(folder: string, parts: ReadonlyMap<PartName, readonly Branch[]>): void {
  const seen = new Map<string, PartName>();
  for (const [part, homes] of parts) {
    for (const { tree, path } of homes) {
      const other = seen.get(tree.real);
      if (other) {
        throw new DataError(
          `${folder}: '${path || "."}' is chosen as its ${other} part and its ${part} part. Expected different folders.`,
          [{ changeFolders: [other, part] }],
        );
      }
      seen.set(tree.real, part);
      if (withImages({ name: "", path, tree }).length === 0) {
        throw new DataError(
          `${folder}: '${path || "."}', chosen as its ${part} part, has no folders with images. Expected one folder per class in it.`,
        );
      }
    }
  }
}

/** Returns the folders of parts that options name. */
export function chosenFolders({ trainFolder, validationFolder, testFolder }: DataOptions): ChosenFolders {
  const given = { train: trainFolder, validation: validationFolder, test: testFolder };
  const lists = Object.entries(given).flatMap(([part, value]) =>
    value === undefined ? [] : [[part, typeof value === "string" ? [value] : value] as const],
  );
  return Object.fromEntries(lists);
}
