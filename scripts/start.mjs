import { ensure } from "./ensure.mjs";

ensure();
// In this process, so that Ctrl-C is heard by what trains. What is given goes on: npm start -- --epochs 1
const { main } = await import("../packages/cli/dist/main.js");
await main(["train", "sample", ...process.argv.slice(2)]);
