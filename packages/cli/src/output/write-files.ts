import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes files into a folder, which is created if necessary, and returns their paths. */
export function writeFiles(folder: string, contents: Readonly<Record<string, string | Uint8Array>>): string[] {
  mkdirSync(folder, { recursive: true });
  return Object.entries(contents).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}
