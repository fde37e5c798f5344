import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The files of a run folder besides `run.json` and `lock.json`. */
const RUN_FILES = [
  "metrics.ndjson",
  "timings.ndjson",
  "result.json",
  "checkpoints",
  "model.safetensors",
  "report.html",
];

/** The results that commands write as JSON with a plot beside it. */
const RESULTS = ["finder", "sweep", "preview"];

/** True for a run folder, a cross-validation, or the results of a search or preview, whose images are plots. */
export function isOwnOutput(folder: string, names: readonly string[]): boolean {
  const has = (name: string): boolean => names.includes(name);
  if (RESULTS.some((name) => has(`${name}.json`) && has(`${name}.svg`))) return true;
  if (has("cross-validation.json") && hasKey(join(folder, "cross-validation.json"), "folds")) return true;
  // A killed process may leave either file damaged. The other files decide then.
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
