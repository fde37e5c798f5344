import { execFileSync } from "node:child_process";

/**
 * Finds the Python interpreters with PyTorch, each version once. `python3` is tried first, then the system's, because
 * another one may precede it in the PATH.
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
      // This interpreter has no PyTorch.
    }
    if (given.length === 0 && found.size > 0) break;
  }
  return [...found.values()];
}
