import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";

/** File of the page as it is served. */
export interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** True if the name changes with the contents. */
  readonly isHashed: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads all files of the built page by their URL paths. Requests look paths up here and never reach the disk.
 * @returns no files if the page is not built
 */
export function readPage(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    const type = TYPES[extname(name)];
    if (type === undefined || !statSync(path).isFile()) continue;
    const url = name === "index.html" ? "/" : `/${name.replaceAll("\\", "/")}`;
    files.set(url, { bytes: Uint8Array.from(readFileSync(path)), type, isHashed: url.startsWith("/assets/") });
  }
  return files;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}
