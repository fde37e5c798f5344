import { lstatSync, readdirSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { UNFINISHED } from "../files/atomic.ts";
import { onDisk } from "../files/on-disk.ts";
import { PLOTS, runPaths } from "./paths.ts";
import { SNAPSHOT_FILE } from "./snapshots.ts";

const CHECKPOINT = /^step-\d{8,}\.(json|safetensors)$/;
const PLOT_FILES: ReadonlySet<string> = new Set(PLOTS.flatMap((name) => [`${name}.svg`, `${name}.png`]));

/**
 * Removes the files of a run, and its folder if that is then empty. Links and other files stay.
 * @returns remaining paths, relative to the folder
 * @throws TrainError if a file cannot be removed
 */
export function removeRunFiles(folder: string): string[] {
  const real = realpathSync(folder);
  const { folder: _, best, checkpoints, snapshots, plots, run, ...files } = runPaths(real);
  const names = new Set(Object.values(files).map((path) => basename(path)));
  const kept = [
    ...removeFrom(checkpoints, (name) => name === basename(best) || CHECKPOINT.test(name)),
    ...removeFrom(snapshots, (name) => SNAPSHOT_FILE.test(name)),
    ...removeFrom(plots, (name) => PLOT_FILES.has(name)),
    ...removeFrom(real, (name) => names.has(name)).filter(
      (path) => path !== run && !isFolder(path, [checkpoints, snapshots, plots]),
    ),
  ];
  // run.json, which identifies a run folder, goes last, so that an interrupted removal can be repeated.
  onDisk(run, () => rmSync(run));
  if (removeIfEmpty(real) && lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
  return kept.map((path) => relative(real, path)).sort();
}

const isFolder = (path: string, folders: readonly string[]): boolean =>
  folders.includes(path) && lstatSync(path).isDirectory();

/** Removes files from a folder, and the folder if it is then empty. Returns the paths of all other entries. */
function removeFrom(folder: string, isOwn: (name: string) => boolean): string[] {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const kept: string[] = [];
  for (const entry of onDisk(folder, () => readdirSync(folder, { withFileTypes: true }))) {
    const path = join(folder, entry.name);
    const name = entry.name.endsWith(UNFINISHED) ? entry.name.slice(0, -UNFINISHED.length) : entry.name;
    if (entry.isFile() && isOwn(name)) onDisk(path, () => rmSync(path));
    else kept.push(path);
  }
  if (kept.length === 0) removeIfEmpty(folder);
  return kept;
}

/** Removes a folder if it is empty. Returns true if it was removed. */
function removeIfEmpty(folder: string): boolean {
  if (readdirSync(folder).length > 0) return false;
  onDisk(folder, () => rmdirSync(folder));
  return true;
}
