#!/usr/bin/env node
// Plain JavaScript, in the repository: npm links it before anything is built, and an old Node can still read it.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Downhill needs Node 20.19 or newer, and this is ${process.versions.node}: see https://nodejs.org`);
  process.exitCode = 1;
} else {
  import("../dist/main.js").then(({ main }) => main(process.argv.slice(2)));
}
