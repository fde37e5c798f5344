import { mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { onDisk, writeAtomically } from "@downhill/train/files";
import type { Landscape } from "../landscape.ts";

/**
 * Writes the files of a landscape into a new folder, which appears with all of them.
 * @param folder folder that is missing or empty
 * @returns paths of the files
 * @throws TrainError if a file cannot be written; nothing is left behind then
 */
export async function writeLandscape(folder: string, landscape: Landscape): Promise<string[]> {
  const unfinished = `${resolve(folder)}.unfinished`;
  const make = (): void => {
    // A killed process may have left it.
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(join(unfinished, "plots"), { recursive: true });
  };
  onDisk(folder, make);
  try {
    // Loaded on demand: the drawing code takes as long to load as everything else.
    const { landscapeFiles } = await import("./landscape-files.ts");
    const files = await landscapeFiles(landscape);
    for (const [path, contents] of files) writeAtomically(join(unfinished, path), contents);
    onDisk(folder, () => {
      removeEmpty(join(unfinished, "plots"));
      removeEmpty(folder);
      renameSync(unfinished, folder);
    });
    return [...files.keys()].map((path) => join(folder, path));
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** Removes a folder if it is empty. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It is missing, or has files.
  }
}
