import { ensure, run } from "./ensure.mjs";

ensure();
run(process.execPath, ["scripts/fuzz/main.mjs", ...process.argv.slice(2)]);
