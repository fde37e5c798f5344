import { basename } from "node:path";
import { partOf } from "../folder/layout/candidate.ts";

/** A pattern that finds labels in names. */
export interface Suggestion {
  readonly pattern: string;
  /** An image with such a name. */
  readonly example: string;
  /** The labels that it finds. */
  readonly labels: readonly string[];
}

/** Patterns of names, the most certain first. */
const PATTERNS = [
  String.raw`^(.+)_\d+`,
  String.raw`^(.+)\.\d+`,
  String.raw`^(.+)-\d+`,
  String.raw`^(.+) \(?\d+\)?`,
  String.raw`^(\p{L}+)\d+`,
  "^(.+?)_",
] as const;

// cspell:ignore mvimg dscn
/** Words in the names that cameras and tools give to images. */
const NO_LABEL =
  /^(img|image|images|dsc[fn]?|dscn?|pxl|photo|picture|pic|screenshot|frame|scan|p|wp|mvimg|val|test|train|file|out|output|sample|vid|cam)$/i;

/** The share of the images whose names fit. */
const MOST = 0.9;

/**
 * Suggests a pattern for the names of images: one by which nearly all names have one of a few labels, each of which several
 * images have. Null if there is none.
 */
export function suggestPattern(paths: readonly string[]): Suggestion | null {
  // A test part beside the images has names without labels.
  const names = paths.filter(
    (path) =>
      !path
        .split("/")
        .slice(0, -1)
        .some((folder) => partOf(folder) === "test"),
  );
  for (const pattern of PATTERNS) {
    const expression = new RegExp(pattern, "u");
    const counts = new Map<string, number>();
    let fitting = 0;
    for (const path of names) {
      const label = expression.exec(basename(path).normalize("NFC"))?.[1];
      if (label === undefined) continue;
      fitting++;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const labels = [...counts.keys()].sort();
    const isUsual = labels.some((label) => NO_LABEL.test(label) || /^\d{5,}/.test(label));
    const repeat = [...counts.values()].filter((count) => count > 1).length;
    if (fitting < MOST * names.length || labels.length < 2 || isUsual || repeat < labels.length / 2) continue;
    if (labels.length > Math.max(2, names.length / 2)) continue;
    return { pattern, example: names[0] as string, labels };
  }
  return null;
}
