import { parse } from "csv-parse/sync";
import { ending, IMAGE_ENDINGS } from "../../files/tree.ts";

/** The separators of fields, in the order in which they are preferred. */
const SEPARATORS = [",", "\t", ";", "|"] as const;

/** The form of a table's text. */
export type Dialect =
  /** Fields with a separator, possibly quoted. */
  | { readonly kind: "separated"; readonly separator: string }
  /** Words with spaces between them. */
  | { readonly kind: "words"; readonly fields: WordFields }
  /** One JSON object per line. */
  | { readonly kind: "json-lines" }
  /** One JSON document. */
  | { readonly kind: "json" };

/** The fields of a line of words: all words, an image's path and the rest, or the first word and the rest. */
export type WordFields = "all" | "image" | "first";

/** The number of lines by which a separator is chosen. */
const LINES = 100;

/** The share of lines that must have the same number of fields. */
const CONSISTENT = 0.8;

/** Options of the CSV parser, for the whole file as for its start. */
export const CSV = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  trim: true,
  // A field that opens a quote and never closes it must not take up the memory of the whole file.
  max_record_size: 2 ** 26,
} as const;

/** Chooses the dialect of a table by its name and its start, which ends at the end of a line. */
export function dialectOf(file: string, start: string): Dialect {
  const suffix = ending(file.replace(/\.gz$/i, ""));
  if (suffix === ".jsonl" || suffix === ".ndjson") return { kind: "json-lines" };
  if (suffix === ".json") return { kind: "json" };
  const lines = start.split(/\r\n|\n|\r/).slice(0, LINES);
  const order = suffix === ".tsv" ? ["\t", ",", ";", "|"] : SEPARATORS;
  const scores = order.map((separator) => ({ separator, ...consistency(lines.join("\n"), separator) }));
  const fitting = scores.filter(({ fields, share }) => fields > 1 && share >= CONSISTENT);
  const [best] = fitting.sort((a, b) => b.share - a.share || inFirst(lines, b) - inFirst(lines, a));
  if (best) return { kind: "separated", separator: best.separator };
  const counts = new Set(lines.filter(isWords).map((line) => line.trim().split(/\s+/).length));
  const isText = suffix !== ".csv" && suffix !== ".tsv";
  if (isText || (counts.size === 1 && !counts.has(1)))
    return { kind: "words", fields: counts.size > 1 ? "image" : "all" };
  const ragged = scores.filter(({ fields }) => fields > 1).sort((a, b) => b.share - a.share)[0];
  return { kind: "separated", separator: ragged?.separator ?? "," };
}

/** Returns the number of fields that most lines have, and the share of these lines. */
function consistency(text: string, separator: string): { readonly fields: number; readonly share: number } {
  let rows: string[][];
  try {
    rows = parse(text, { ...CSV, delimiter: separator });
  } catch {
    // The last quote may be cut.
    return { fields: 0, share: 0 };
  }
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [fields, count] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  return { fields, share: count / rows.length };
}

/** Returns the number of a separator in the first line: names of columns have no other one in them. */
const inFirst = (lines: readonly string[], { separator }: { readonly separator: string }): number =>
  (lines[0] ?? "").split(separator).length;

/** True for a line that is neither empty nor a comment. */
export const isWords = (line: string): boolean => /^\s*[^#\s]/.test(line);

const IMAGE_FIRST = new RegExp(`^(.+?(?:${[...IMAGE_ENDINGS].map((end) => `\\${end}`).join("|")}))(?:\\s+(.*))?$`, "i");

/** Splits a line of words into its fields. Paths may contain spaces. */
export function wordsIn(line: string, fields: WordFields): readonly string[] {
  const text = line.trim();
  if (fields === "all") return text.split(/\s+/);
  const image = fields === "image" ? IMAGE_FIRST.exec(text) : null;
  const [, path, rest] = image ?? /^(\S+)(?:\s+(.*))?$/.exec(text) ?? [];
  return rest === undefined ? [path ?? text] : [path ?? text, rest];
}
