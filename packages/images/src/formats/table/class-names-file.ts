import { DataError } from "../../error.ts";
import { type Files, pathIn } from "../../files/files.ts";
import { decodeText } from "../../files/read-text.ts";
import { type Branch, ending, folderAt, isImage, pathWithin } from "../../files/tree.ts";
import { mayNameClasses } from "./label-words.ts";
import { openTable } from "./open-table.ts";

/** Names of labels, and the file that has them. */
export interface ClassNames {
  readonly names: ReadonlyMap<string, string>;
  /** The file's path within the data. */
  readonly file: string;
}

/** The maximum size of a file of names, in bytes. */
const MOST_BYTES = 2 ** 24;

/** The endings of files that name classes. */
const ENDINGS: ReadonlySet<string> = new Set([".txt", ".names", ".csv", ".tsv", ".json"]);

/**
 * Finds the file that names labels, such as classes.txt, label_map.json or a table of labels and names: beside the table,
 * or in a folder above it.
 * @param labels the labels that need names: whole numbers, or the identifiers of WordNet
 * @param others the tables of the data, which name images
 */
export async function findClassNames(
  files: Files,
  folder: string,
  labels: readonly string[],
  others: readonly string[],
): Promise<ClassNames | null> {
  const folders = folder.split("/").map((_, i, names) => names.slice(0, names.length - i).join("/"));
  for (const path of new Set([...folders, ""])) {
    const branch = folderAt(files.root, path);
    for (const name of branch?.tree.others ?? []) {
      const file = pathWithin(branch as Branch, name);
      if (!ENDINGS.has(ending(name)) || !mayNameClasses(name) || others.includes(file)) continue;
      if (files.sizeOf(file) > MOST_BYTES) continue;
      const names = await readNames(files, file, labels).catch(ignoreUnreadable);
      if (
        names &&
        labels.every((label) => names.has(label)) &&
        new Set(labels.map((label) => names.get(label))).size === labels.length
      ) {
        return { names, file };
      }
    }
  }
  return null;
}

/** Ignores a file that is no list of names: its name alone does not show its contents. */
function ignoreUnreadable(error: unknown): null {
  if (error instanceof DataError || error instanceof SyntaxError) return null;
  throw error;
}

async function readNames(
  files: Files,
  file: string,
  labels: readonly string[],
): Promise<ReadonlyMap<string, string> | null> {
  const kind = ending(file);
  if (kind === ".csv" || kind === ".tsv") return fromTable(files, file, labels);
  const text = decodeText(pathIn(files, file), await files.read(file));
  return kind === ".json" ? fromJson(JSON.parse(text)) : fromLines(text, labels);
}

/** Reads one name per line, or a label and its name. */
function fromLines(text: string, labels: readonly string[]): ReadonlyMap<string, string> {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter(Boolean);
  const pairs = lines.map((line) => /^(\d+|n\d{8})\s*[\s,:;=]\s*(.+)$/.exec(line));
  if (pairs.every((pair) => pair !== null)) return new Map(pairs.map((pair) => [pair[1] as string, pair[2] as string]));
  const numbers = labels.map(Number);
  // Labels from 1 to the number of names count from 1.
  const first = Math.min(...numbers) >= 1 && Math.max(...numbers) === lines.length ? 1 : 0;
  return new Map(lines.map((name, i) => [String(i + first), name]));
}

/** Reads a list of names, or an object of names by label or of labels by name. */
function fromJson(value: unknown): ReadonlyMap<string, string> | null {
  if (typeof value !== "object" || value === null) return null;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, Array.isArray(inner) ? inner.at(-1) : inner] as const,
  );
  if (entries.every(([, inner]) => Number.isInteger(inner))) {
    return new Map(entries.map(([name, label]) => [String(label), name]));
  }
  return entries.every(([, inner]) => typeof inner === "string") ? new Map(entries as [string, string][]) : null;
}

/** Reads a table with a column of labels and a column of names. */
async function fromTable(
  files: Files,
  file: string,
  labels: readonly string[],
): Promise<ReadonlyMap<string, string> | null> {
  const isLabel = (cell: string): boolean => labels.includes(cell);
  const { sample } = await openTable({ files, path: file, name: file, isInside: true }, (cells) => cells.some(isLabel));
  const width = Math.max(...sample.map(({ cells }) => cells.length));
  const columns = Array.from({ length: width }, (_, column) => sample.map(({ cells }) => cells[column] ?? ""));
  const keys = columns.find((cells) => labels.every((label) => cells.includes(label)));
  const names = columns.find(
    (cells) =>
      cells !== keys &&
      !cells.some(isImage) &&
      new Set(cells).size === cells.length &&
      cells.some((cell) => /\p{L}/u.test(cell)),
  );
  return keys && names ? new Map(keys.map((key, i) => [key, names[i] as string])) : null;
}
