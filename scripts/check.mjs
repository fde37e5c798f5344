import { spawn } from "node:child_process";
import { install, root, run } from "./ensure.mjs";

install(".");
// The fast checks and the documentation come before the tests, so that a misspelled word does not wait for them. Each
// check occupies one core or the network, so they run beside one another.
const running = new Set();
const built = node("scripts/build.mjs");
const checksInstalled = node("scripts/install.mjs", "checks");
const docsInstalled = node("scripts/install.mjs", "docs");
await Promise.all([
  node("checks/file-sizes.mjs").then(() => node("checks/plain-words.mjs")),
  node("node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "--colors=off"),
  checksInstalled.then(spelling),
  checksInstalled.then(() => node("scripts/kernels.mjs", "--check")),
  built.then(page),
  // It finds the imports of other packages in their builds.
  Promise.all([built, checksInstalled]).then(imports),
  Promise.all([built, node("scripts/programs.mjs")]).then(() => node("scripts/emulated.mjs")),
  Promise.all([built, docsInstalled]).then(() => node("scripts/docs.mjs")),
]);
// The build and the programs are there already, which scripts/test.mjs would look for.
run(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)]);

function spelling() {
  return node(
    "checks/node_modules/cspell/bin.mjs",
    "--config=checks/cspell.json",
    "--quiet",
    "**/*.{md,ts,mjs,js,svelte}",
  );
}

/** Checks the types and the accessibility of the lab's page. */
function page() {
  const config = "packages/lab/page/tsconfig.json";
  return node(
    "node_modules/svelte-check/bin/svelte-check",
    "--tsconfig",
    config,
    "--fail-on-warnings",
    "--output",
    "human",
  );
}

function imports() {
  const packages = ["optim", "graph", "images", "train", "experiments", "lab", "cli"].map(
    (name) => `packages/${name}/src`,
  );
  const config = "checks/dependencies.config.mjs";
  return node("checks/node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", config, ...packages);
}

/** Runs a script beside others and prints its output after it has ended. If it fails, this process ends with its status. */
function node(...args) {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(data));
  return new Promise((resolve) => {
    child.on("close", (status) => {
      running.delete(child);
      process.stderr.write(Buffer.concat(output));
      if (status === 0) return resolve();
      for (const other of running) other.kill();
      process.exit(status ?? 1);
    });
  });
}
