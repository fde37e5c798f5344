import { ensure } from "./ensure.mjs";

ensure();
// The training runs in this process, so that it receives Ctrl-C. Arguments are passed on: npm start -- --epochs 1
const { main } = await import("../packages/cli/dist/main.js");
await main(["train", "sample", ...process.argv.slice(2)]);
