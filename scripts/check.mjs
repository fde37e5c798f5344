import { ensure, install, run } from "./ensure.mjs";

// The fast checks run first, so that a misspelled word does not wait for the tests.
ensure();
install("checks");
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
  "--quiet",
  "**/*.{md,ts,mjs,js}",
]);
run(process.execPath, ["scripts/test.mjs", ...process.argv.slice(2)]);
run(process.execPath, ["scripts/docs.mjs"]);
