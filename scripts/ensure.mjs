import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { linkOnnxRuntime } from "./link-onnxruntime.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs a command in the project's root. If it fails, this process exits with its status. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs dependencies when they are missing or older than the lockfile, and builds the packages. */
export function ensure() {
  install(".");
  build({ stdio: STDIO });
}

// Standard output is reserved for the command that runs afterwards.
const STDIO = ["ignore", process.stderr, process.stderr];

/**
 * Installs the dependencies of a folder when they are missing or older than its lockfile.
 * @param {string} folder relative to the project's root
 */
export function install(folder) {
  if (changed(`${folder}/node_modules/.package-lock.json`) >= changed(`${folder}/package-lock.json`)) return;
  console.error(folder === "." ? "Installing dependencies" : `Installing dependencies of ${folder}`);
  // A development dependency, TypeScript, does the build, whatever NODE_ENV says. npm is a .cmd on Windows.
  const shell = process.platform === "win32";
  run("npm", ["ci", "--include=dev"], { cwd: `${root}/${folder}`, stdio: STDIO, shell });
}

/** Builds the packages, and the page of the lab. */
export function build(options = {}) {
  linkOnnxRuntime(root);
  run(process.execPath, ["node_modules/typescript/bin/tsc", "-b"], options);
  buildPage(options);
}

/** Builds the page of the lab if one of its sources is newer than the built page. */
function buildPage(options) {
  const config = "packages/lab/vite.config.mjs";
  const sources = [...filesIn("packages/lab/page"), ...filesIn("packages/lab/src/api"), config, "package-lock.json"];
  if (changed("packages/lab/dist/page/index.html") > Math.max(...sources.map(changed))) return;
  run(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--config", config], options);
}

const filesIn = (folder) =>
  readdirSync(new URL(`../${folder}`, import.meta.url), { recursive: true }).map((name) => `${folder}/${name}`);

function changed(path) {
  return statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
