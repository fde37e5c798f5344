import { mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { onDisk, writeAtomically } from "@downhill/train/files";
import type { Landscape } from "../landscape.ts";

/**
 * Writes the files of a landscape into a new folder, which appears with all of them.
 * @param folder folder that is missing or empty
 * @returns paths of the files
 * @throws TrainError if a file cannot be written; nothing is left behind then
 */
export async function writeLandscape(folder: string, landscape: Landscape): Promise<string[]> {
  // Loaded on demand: the drawing code takes as long to load as everything else.
  const { landscapeFiles } = await import("./landscape-files.ts");
  const files = await landscapeFiles(landscape);
  return onDisk(folder, () => {
    const parent = dirname(resolve(folder));
    mkdirSync(parent, { recursive: true });
    const unfinished = `${resolve(folder)}.unfinished`;
    // A killed process may have left it.
    rmSync(unfinished, { recursive: true, force: true });
    try {
      mkdirSync(join(unfinished, "plots"), { recursive: true });
      for (const [path, contents] of files) writeAtomically(join(unfinished, path), contents);
      removeEmpty(join(unfinished, "plots"));
      removeEmpty(folder);
      renameSync(unfinished, folder);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
    }
    return [...files.keys()].map((path) => join(folder, path));
  });
}

/** Removes a folder if it is empty. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is missing, or has files.
  }
}
