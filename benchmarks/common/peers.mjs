import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** Installs the libraries of benchmarks/package.json, on which nothing in the project depends. */
export function installPeers() {
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  // Standard output is reserved for the results.
  const stdio = ["ignore", process.stderr, process.stderr];
  const options = { cwd, stdio, shell: process.platform === "win32" };
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], options);
  if (status !== 0) console.error("The libraries to compare with could not be installed; what needs them is left out.");
}

/** Returns the reason why a library of benchmarks/package.json cannot be used; null if it can. */
export function lackOf(library) {
  try {
    createRequire(import.meta.url).resolve(`${library}/package.json`);
  } catch (error) {
    // A package may hide its package.json, but is installed nevertheless.
    if (error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") return `${library} is not installed: --install-peers does that`;
  }
  return null;
}
