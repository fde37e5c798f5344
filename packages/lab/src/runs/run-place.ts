import { lstatSync, realpathSync, type Stats } from "node:fs";
import { join, sep } from "node:path";

/** Files of a run folder that the lab reads. The first three change only when the run starts or ends. */
export const FILES = [
  "run.json",
  "result.json",
  "lock.json",
  "metrics.ndjson",
  "timings.ndjson",
  "report.html",
  "cross-validation.json",
] as const;

/** Depth of run folders within the folder of runs: runs, and the folds of cross-validations. */
const DEPTH = 2;

/** Reason why a folder is not read, as a sentence for the page. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/**
 * Returns the folder of a run.
 * @param root folder of runs
 * @param id path of the run relative to it, with slashes
 * @throws Refusal if the path leads out of the folder of runs, also by links, or if there is no such folder
 */
export function runFolder(root: string, id: string): string {
  const names = id.split("/");
  const isPlain = names.every((name) => name !== "" && name !== "." && name !== ".." && !/[\\\0]/.test(name));
  if (!isPlain || names.length > DEPTH || isDrive(names)) {
    throw new Refusal("Not the name of a run. Expected a folder within the folder of runs.");
  }
  const folder = join(root, ...names);
  const [real, realRoot] = [realPath(folder), realPath(root)];
  if (real === null || realRoot === null) throw new Refusal("The run folder does not exist, or was removed.");
  if (!real.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    throw new Refusal("The run folder is a link out of the folder of runs. The lab does not follow such links.");
  }
  checkFiles(folder);
  return folder;
}

/** `C:` is a drive on Windows. */
const isDrive = (names: readonly string[]): boolean =>
  process.platform === "win32" && names.some((name) => name.includes(":"));

function checkFiles(folder: string): void {
  for (const name of FILES) {
    if (entryOf(join(folder, name))?.isSymbolicLink()) {
      throw new Refusal(`${name} is a link. The lab does not follow links out of a run folder.`);
    }
  }
}

/** Returns the state of a file, folder or link itself; undefined if there is none or it is not accessible. */
export function entryOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}
