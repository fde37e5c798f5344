import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Files of a run folder besides `run.json` and `lock.json`. */
const RUN_FILES = [
  "metrics.ndjson",
  "timings.ndjson",
  "result.json",
  "checkpoints",
  "model.safetensors",
  "report.html",
];

/** Results that commands write as JSON with a plot beside it. */
const RESULTS = ["finder", "sweep", "preview"];

/** Whether a folder holds a run, or the results of a search or preview: its pictures are plots. */
export function isOwnOutput(folder: string, names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name);
  if (RESULTS.some((name) => has(`${name}.json`) && has(`${name}.svg`))) return true;
  // Either file is damaged where a process was killed; then the others tell.
  if (has("run.json")) return RUN_FILES.some(has) || hasKey(join(folder, "run.json"), "config");
  return has("lock.json") && (names.length === 1 || RUN_FILES.some(has) || hasKey(join(folder, "lock.json"), "pid"));
}

function hasKey(path: string, key: string): boolean {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof content === "object" && content !== null && Object.hasOwn(content, key);
  } catch {
    return false;
  }
}
