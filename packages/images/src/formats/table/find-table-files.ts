import { existsSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve } from "node:path";
import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { readerOf } from "../../files/open-folder.ts";
import { type Branch, folderAt, pathWithin, walk } from "../../files/tree.ts";
import { listFirst } from "../../text/lists.ts";
import { findLists, LIST_FILES } from "../list/find-lists.ts";
import { isOtherTable, namesOnlyClasses } from "./label-words.ts";
import type { TableFile } from "./open-table.ts";

const TABLE = /\.(csv|tsv|txt|jsonl|ndjson|json)(\.gz)?$/i;

/** The number of folders around a table within the data. */
const DEPTH = 3;

/** The number of files of one ending in a folder beyond which they describe single images. */
const MANY = 30;

/** True for the name of a file that may be a table. */
export const isTableName = (name: string): boolean => TABLE.test(name);

/** True unless a table's name shows that it does not label images. */
const isLabelTable = (name: string): boolean => {
  const stem = name.replace(TABLE, "");
  return !isOtherTable(stem) && !namesOnlyClasses(stem);
};

/** Finds the files that may be tables of labels, by their names: in the data's folder and those below it. */
export function findTableFiles(files: Files): readonly TableFile[] {
  const found: string[] = [];
  const lists = new Set(
    findLists(files).flatMap(({ folder }) => [...LIST_FILES].map((name) => pathWithin({ path: folder }, name))),
  );
  for (const branch of walk(files.root)) {
    if (branch.path.split("/").length > DEPTH) continue;
    const counts = new Map<string, number>();
    const names = branch.tree.others.filter(
      (name) => isTableName(name) && isLabelTable(name) && !lists.has(pathWithin(branch, name)),
    );
    for (const name of names) counts.set(kindOf(name), (counts.get(kindOf(name)) ?? 0) + 1);
    for (const name of names) if ((counts.get(kindOf(name)) ?? 0) <= MANY) found.push(pathWithin(branch, name));
  }
  return found.sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1)).map((path) => inside(files, path));
}

/**
 * Returns the files that the option `labels` names: paths within the data, or else on the disk.
 * @throws DataError for a file that does not exist
 */
export function chosenTableFiles(files: Files, labels: string | readonly string[]): readonly TableFile[] {
  return (typeof labels === "string" ? [labels] : labels).map((name) => {
    const onDisk = resolve(name);
    const within = [name, relative(resolve(files.path), onDisk)].map((path) =>
      path.replaceAll("\\", "/").replace(/^(\.\/)+/, ""),
    );
    const path = within.find((candidate) => !isAbsolute(candidate) && isIn(files, candidate));
    if (path !== undefined) return { ...inside(files, path), name };
    if (existsSync(onDisk) && statSync(onDisk).isFile()) {
      return { files: readerOf(dirname(onDisk)), path: basename(onDisk), name, isInside: false };
    }
    const tables = [...walk(files.root)].flatMap((branch) =>
      branch.tree.others.filter(isTableName).map((other) => pathWithin(branch, other)),
    );
    const expected = tables.length > 0 ? `, such as ${listFirst(tables, 3)}` : "";
    throw new DataError(
      `${pathIn(files, name)}: labels = '${name}': there is no such file. Expected a table within the data${expected}, or the path of another one.`,
    );
  });
}

const inside = (files: Files, path: string): TableFile => ({ files, path, name: path, isInside: true });

function isIn({ root }: Files, path: string): boolean {
  const folder: Branch | undefined = folderAt(root, dirname(path) === "." ? "" : dirname(path));
  return folder?.tree.others.includes(basename(path)) ?? false;
}

const depthOf = (path: string): number => path.split("/").length;

const kindOf = (name: string): string => (TABLE.exec(name)?.[1] ?? "").toLowerCase();
