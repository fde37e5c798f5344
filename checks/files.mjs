import { readdirSync } from "node:fs";
import { root } from "../scripts/ensure.mjs";

const GENERATED = /(^|\/)(node_modules|dist|fixtures|\.vitepress)\/|^(runs|docs\/(reference|optimizers|schedules))\//;

/** Returns the project's own files whose path matches, relative to its root. */
export function filesThat(pattern) {
  return readdirSync(root, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => pattern.test(path) && !GENERATED.test(path))
    .sort();
}
