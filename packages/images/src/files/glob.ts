import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isJunk } from "./junk.ts";
import { isImage } from "./tree.ts";

/** True if a text has the special characters of a glob pattern. */
export const isGlob = (text: string): boolean => /[*?[{]/.test(text);

/**
 * Finds the images and folders that a glob pattern matches: `*` and `?` within a name, `**` for folders at any depth,
 * `[a-z]` and `{jpg,png}`. Hidden files do not match; other files match if they have the ending of an image. Folders match
 * only a pattern without `**`.
 * @returns paths, sorted
 * @example findByGlob("photos/*.{jpg,png}");
 */
export function findByGlob(pattern: string): readonly string[] {
  const slashed = process.platform === "win32" ? pattern.replaceAll("\\", "/") : pattern;
  const found = expandBraces(slashed).flatMap((one) => {
    const root = one.startsWith("/") ? "/" : "";
    const parts = one.split("/").filter((part) => part !== "");
    return [...matches(root, parts, !parts.includes("**"))];
  });
  return [...new Set(found)].sort();
}

function* matches(folder: string, parts: readonly string[], takesFolders: boolean): Generator<string> {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  if (part === "**") {
    yield* matches(folder, rest.length === 0 ? ["*"] : rest, takesFolders);
    for (const { name, isFolder, isLink } of entriesOf(folder)) {
      // A link may lead back to a folder around it.
      if (isFolder && !isLink) yield* matches(join(folder, name), parts, takesFolders);
    }
    return;
  }
  if (!isGlob(part)) {
    const path = join(folder, part);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (rest.length === 0 && stats) yield path;
    else if (stats?.isDirectory()) yield* matches(path, rest, takesFolders);
    return;
  }
  const matcher = toRegExp(part);
  for (const { name, isFolder } of entriesOf(folder)) {
    if (!matcher.test(name)) continue;
    const path = join(folder, name);
    if (rest.length > 0 && isFolder) yield* matches(path, rest, takesFolders);
    else if (rest.length === 0 && (isFolder ? takesFolders : isImage(name))) yield path;
  }
}

interface Entry {
  readonly name: string;
  /** True for a folder, or a link to one. */
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

/** Returns the entries of a folder, sorted, without hidden ones; none if the folder cannot be read. */
function entriesOf(folder: string): readonly Entry[] {
  try {
    return readdirSync(folder || ".", { withFileTypes: true })
      .filter(({ name }) => !isJunk(name))
      .map((entry) => ({
        name: entry.name,
        isFolder: entry.isSymbolicLink()
          ? (statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false)
          : entry.isDirectory(),
        isLink: entry.isSymbolicLink(),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** Expands braces: `a.{jpg,png}` becomes `a.jpg` and `a.png`. Braces without a comma are plain characters. */
function expandBraces(pattern: string): string[] {
  const [whole, before, choices, after] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  return (choices as string).split(",").flatMap((choice) => expandBraces(`${before}${choice}${after}`));
}

function toRegExp(part: string): RegExp {
  const source = part.replaceAll(/\*+|\?|\[[!^]?[^\]]+\]|[\\^$.|+(){}[\]]/g, (token) => {
    if (token.startsWith("*")) return ".*";
    if (token === "?") return ".";
    if (token.length === 1) return `\\${token}`;
    const inner = token.slice(1, -1).replaceAll("\\", "\\\\");
    return `[${inner.replace(/^[!^]/, "^")}]`;
  });
  return new RegExp(`^${source}$`, "su");
}
