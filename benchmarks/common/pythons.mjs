import { execFileSync } from "node:child_process";

/**
 * The Python interpreters that have PyTorch, each version once. `python3` is tried first, then the system's, as another
 * one may stand before it in the PATH.
 *
 * @param {string[]} given paths to try instead
 * @returns {{ python: string, version: string }[]}
 */
export function pythonsWithTorch(given) {
  const found = new Map();
  const tried = given.length > 0 ? given : ["python3", "/usr/bin/python3"];
  for (const python of tried) {
    try {
      const version = execFileSync(python, ["-c", "import torch; print(torch.__version__)"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }).trim();
      if (!found.has(version)) found.set(version, { python, version });
    } catch {
      // This one has none.
    }
    if (given.length === 0 && found.size > 0) break;
  }
  return [...found.values()];
}
