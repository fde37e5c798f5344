import { readdirSync } from "node:fs";
import { root } from "../scripts/ensure.mjs";

const GENERATED = /(^|\/)(node_modules|dist|fixtures|\.vitepress)\/|^(runs|docs\/(reference|optimizers|schedules))\//;

/** Returns the project's own files whose path matches, relative to its root. */
export function filesThat(pattern) {
  return filesIn("")
    .filter((path) => pattern.test(path))
    .sort();
}

/** Generated folders are not read: there are many files in them, and others may write them meanwhile. */
function filesIn(folder) {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (GENERATED.test(entry.isDirectory() ? `${path}/` : path)) return [];
    return entry.isDirectory() ? filesIn(`${path}/`) : [path];
  });
}
