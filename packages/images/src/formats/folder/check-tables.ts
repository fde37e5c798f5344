import { basename, extname } from "node:path";
import { DataError } from "../../error.ts";
import type { Files } from "../../files/files.ts";
import { type Branch, ending, pathWithin } from "../../files/tree.ts";
import { listFirst } from "../../text/lists.ts";
import { ContradictingLabels } from "../format.ts";
import { wordsOf } from "./layout/name-words.ts";

/** An image and the class of its folder. */
interface Placed {
  readonly path: string;
  readonly className: string;
}

const TABLES = new Set([".csv", ".tsv", ".txt", ".json", ".jsonl"]);

/** The maximum number of bytes of a table that are read. */
const MOST_BYTES = 2 ** 24;

/** The number of rows that suffices to compare a table with the folders. */
const MOST_ROWS = 2000;

/** Returns the minimum number of images that a table of labels names. A text with examples names fewer. */
const leastRows = (images: number): number => Math.min(50, Math.max(2, Math.ceil(images / 4)));

/** The minimum length of a name without its ending; a shorter one may be any number or word. */
const SHORT_STEM = 5;

const LABEL_WORDS: ReadonlySet<string> = new Set(
  "label labels class classes category categories target targets diagnosis dx species breed classid labelid".split(" "),
);

/**
 * Refuses folders if a table beside them lists their images with other classes.
 * @param homes the folders in which a table may lie
 * @param training the paths of the folders whose subfolders are the training classes
 * @throws ContradictingLabels that names the table, with the options that choose either
 */
export async function checkTables(
  files: Files,
  homes: readonly Branch[],
  training: readonly string[],
  images: readonly Placed[],
): Promise<void> {
  const tables = [...new Map(homes.map((home) => [home.tree.real, home])).values()].flatMap((home) =>
    home.tree.others.filter((name) => TABLES.has(ending(name))).map((name) => pathWithin(home, name)),
  );
  if (tables.length === 0) return;
  const index = indexOf(images);
  for (const table of tables) {
    const rows = rowsNaming(await readStart(files, table), index);
    if (rows.length < leastRows(images.length) || agrees(rows)) continue;
    const [{ path }] = rows as [Row];
    const classes = [...new Set(images.map(({ className }) => className))];
    throw new ContradictingLabels(
      `${files.path}: its table ${table} lists images such as ${path} with labels that differ from the folders (${listFirst(classes)}). Expected labels that agree.`,
      [
        { options: { labels: table }, purpose: "read the labels of the table" },
        { folders: { train: training }, purpose: "read the folders as classes" },
      ],
    );
  }
}

/** A row of a table that names an image. */
interface Row extends Placed {
  /** True if the path in the row contains the folder of the class. */
  readonly inPath: boolean;
  readonly header: readonly string[];
  /** The other fields. */
  readonly fields: readonly string[];
}

/** Indexes images by their names, with and without ending. */
function indexOf(images: readonly Placed[]): ReadonlyMap<string, readonly Placed[]> {
  const index = new Map<string, Placed[]>();
  const add = (name: string, image: Placed): void => {
    const same = index.get(name);
    if (same) same.push(image);
    else index.set(name, [image]);
  };
  for (const image of images) {
    const name = basename(image.path);
    const stem = name.slice(0, name.length - extname(name).length);
    add(name, image);
    if (stem.length >= SHORT_STEM) add(stem, image);
  }
  return index;
}

function rowsNaming(text: string, index: ReadonlyMap<string, readonly Placed[]>): readonly Row[] {
  const isJson = /^\s*[[{]/.test(text);
  const lines = text.split(isJson ? "{" : /\r\n|\n|\r/);
  const split = isJson ? fieldsBy(/[,:{}[\]]/) : fieldsBy(separatorOf(lines[0] ?? ""));
  const header = split(lines[0] ?? "");
  const rows: Row[] = [];
  for (const line of lines) {
    const fields = split(line);
    for (const [i, field] of fields.entries()) {
      const segments = field.split(/[/\\]/);
      const named = index.get(segments.at(-1) as string) ?? [];
      const inPath = named.filter(({ className }) => segments.slice(0, -1).includes(className));
      const image = inPath[0] ?? (named.length === 1 ? named[0] : undefined);
      if (!image) continue;
      rows.push({
        ...image,
        inPath: inPath.length > 0,
        header: header.filter((_, k) => k !== i),
        fields: fields.filter((_, k) => k !== i),
      });
      break;
    }
    if (rows.length === MOST_ROWS) break;
  }
  return rows;
}

/** Returns the separator of a table's fields: tabs, semicolons or commas, by its first line. */
function separatorOf(first: string): RegExp {
  if (first.includes("\t")) return /\t/;
  if (first.includes(";")) return /;/;
  return first.includes(",") ? /,/ : /\s+/;
}

const fieldsBy =
  (separator: RegExp) =>
  (line: string): readonly string[] =>
    line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, "$1"));

/** True if a table does not contradict the folders: a column agrees with them, or no column has labels. */
function agrees(rows: readonly Row[]): boolean {
  const [{ fields, header }] = rows as [Row];
  const columns = fields.map((_, column) => column);
  if (columns.length === 0 || columns.some((column) => follows(rows, column))) return true;
  const isLabeled = header.some((title) => wordsOf(title).some((word) => LABEL_WORDS.has(word)));
  return !isLabeled && rows.every(({ inPath }) => inPath);
}

/** True if a column contains the folders' names, or one value for each folder. */
function follows(rows: readonly Row[], column: number): boolean {
  const plain = (text: string): string => wordsOf(text).join(" ");
  const named = rows.filter(({ fields, className }) => plain(fields[column] ?? "") === plain(className));
  if (named.length >= 0.9 * rows.length) return true;
  const byClass = new Map<string, Set<string>>();
  for (const { className, fields } of rows) {
    byClass.set(className, (byClass.get(className) ?? new Set()).add(fields[column] ?? ""));
  }
  const values = [...byClass.values()];
  const distinct = new Set(values.flatMap((set) => [...set]));
  // One row per class proves nothing.
  return (
    values.length > 1 &&
    values.every((set) => set.size === 1) &&
    distinct.size === values.length &&
    rows.length > values.length
  );
}

async function readStart(files: Files, table: string): Promise<string> {
  try {
    const bytes = await files.slice(table, 0, MOST_BYTES);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    // A table that cannot be read is ignored.
    if (error instanceof DataError) return "";
    throw error;
  }
}
