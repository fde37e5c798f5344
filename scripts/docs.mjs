// Builds the documentation site: npm run docs; with -- --serve it is also served
import { spawn } from "node:child_process";
import { cpSync } from "node:fs";
import { ensure, install, root, run } from "./ensure.mjs";

const docs = `${root}/docs`;

ensure();
install("docs");
// TypeDoc reads the sources, the generator the build: neither needs the other.
await Promise.all([node("api-reference/index.mjs"), pages()]);
cpSync(`${docs}/.vitepress/api`, `${docs}/.vitepress/dist/api`, { recursive: true });
await node("check/index.mjs");
console.log("docs/.vitepress/dist/index.html");
if (process.argv.includes("--serve"))
  run(process.execPath, ["node_modules/vitepress/bin/vitepress.js", "serve"], { cwd: docs });

async function pages() {
  await node("generate/index.mjs");
  await node("node_modules/vitepress/bin/vitepress.js", "build");
}

/** Runs a script of docs/; when it fails, this process ends with its status. */
function node(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: docs, stdio: ["ignore", "inherit", "inherit"] });
    child.on("close", (status) => (status === 0 ? resolve() : process.exit(status ?? 1)));
  });
}
