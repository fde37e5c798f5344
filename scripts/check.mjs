import { existsSync, statSync } from "node:fs";
import { ensure, root, run } from "./ensure.mjs";

// The quick parts come first: a misspelled word need not wait for the tests.
ensure();
installChecks();
run(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "--colors=off"]);
run(process.execPath, ["checks/file-sizes.mjs"]);
run(process.execPath, ["checks/plain-words.mjs"]);
run(process.execPath, [
  ...["checks/node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", "checks/dependencies.config.mjs"],
  ...["optim", "graph", "images", "train", "cli"].map((name) => `packages/${name}/src`),
]);
run(process.execPath, [
  "checks/node_modules/cspell/bin.mjs",
  "--config=checks/cspell.json",
  "--no-progress",
  "--quiet",
  ".",
]);
run(process.execPath, ["scripts/test.mjs", ...process.argv.slice(2)]);

/** Installs the programs that only the checks need, when they are missing or older than their lockfile. */
function installChecks() {
  const installed = `${root}/checks/node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${root}/checks/package-lock.json`).mtimeMs)
    return;
  console.error("Installing the checks' programs");
  run("npm", ["ci", "--prefix", "checks"], { shell: process.platform === "win32" });
}
